"""Why a file is not stored: the refusals that all kinds of files share."""

from __future__ import annotations

from skolefleks.refusals import Refusal

# Every virus scanner knows this test file; it is refused here so that it never needs one.
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class Unwelcome(Refusal):
    """A file that is not stored; the sentence says why, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


def damaged(name: str) -> Unwelcome:
    """The refusal of a file that cannot be read to its end, or is made to look so."""
    return Unwelcome(
        f"»{name}« er beskadiget eller ufuldstændig. Åbn filen, gem den igen, og prøv på ny."
    )


def refuse_malware(name: str, content: bytes) -> None:
    """Raises Unwelcome for content that is known to harm."""
    if EICAR in content:
        raise Unwelcome(f"»{name}« indeholder skadelig kode og er ikke gemt.")
