"""What is said of a stranger's file: taken as it is, cleaned, or unwelcome.

Said in the process where the file is opened (`skolefleks.workshop`): it knows neither
Django nor the case.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# Every virus scanner knows this test file; it is refused here so that it never
# needs one.
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"

# Stands in a sentence for the file's name, which the process is not told.
NAME = "{name}"


class Unwelcome(Exception):
    """A file that is not kept; the sentence says why, and what to do."""


@dataclass(frozen=True)
class Cleaned:
    """A file as it may be kept.

    `is_cleaned`: something that could act or tell was taken out. `remarks` are
    sentences to whoever laid it on.
    """

    content: bytes
    is_cleaned: bool = False
    remarks: list[str] = field(default_factory=list)


def damaged() -> Unwelcome:
    """The refusal of a file that cannot be read to its end, or is made to look so."""
    return Unwelcome(
        f"»{NAME}« er beskadiget eller ufuldstændig. Åbn filen, gem den igen, og prøv på ny."
    )


def too_much() -> Unwelcome:
    """The refusal of a file that takes more time or memory than any ordinary one."""
    return Unwelcome(
        f"»{NAME}« er for stor eller for indviklet til at blive undersøgt og er ikke gemt. "
        "Udskriv den til en ny PDF, og vedlæg den."
    )


def refuse_malware(content: bytes) -> None:
    """Raises Unwelcome for content that is known to harm."""
    if EICAR in content:
        raise malware()


def malware() -> Unwelcome:
    """The refusal of a file that harms."""
    return Unwelcome(f"»{NAME}« indeholder skadelig kode og er ikke gemt.")
