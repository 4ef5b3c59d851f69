"""What may be laid on a case: an upload is judged by its name, its size and its first bytes.

The file itself is opened elsewhere (`confined`): what comes back is it written
anew, or a sentence that says what the school can do instead.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from applications.models import Paper
from applications.papers import ways_out
from applications.papers.verdicts import NAME, Cleaned, Unwelcome, malware, too_much
from skolefleks import confined, cpr
from skolefleks.refusals import Refusal

Kind = Paper.Kind

EXTENSIONS = {
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
    ".jpg": Kind.JPEG,
    ".jpeg": Kind.JPEG,
    ".png": Kind.PNG,
}

# What the file chooser of the browser offers.
ACCEPT = ",".join(EXTENSIONS)

# The first bytes of each kind.
MAGIC = {
    Kind.PDF: b"%PDF-",
    Kind.DOCX: b"PK\x03\x04",
    Kind.JPEG: b"\xff\xd8\xff",
    Kind.PNG: b"\x89PNG\r\n\x1a\n",
}

# A picture is what its bytes say, whatever it is called; it is then called by its
# own kind.
PICTURES = {Kind.JPEG: ".jpg", Kind.PNG: ".png"}

# Characters of a shown name.
NAME_LENGTH = 100
# Characters; what is longer is a part of the name.
EXTENSION_LENGTH = 10


@dataclass(frozen=True)
class Upload:
    """A file that may be laid on as far as one sees from outside."""

    name: str
    kind: Paper.Kind
    content: bytes


@dataclass(frozen=True)
class Verdict:
    """What the examination of a file came to: it as it may be kept, or why it may not."""

    refusal: str = ""
    cleaned: Cleaned | None = None


def receive(name: str, content: bytes, *, size: int | None = None) -> Upload:
    """Look at an upload from outside. `size` is what was sent, in bytes, where less was kept.

    Raises Refusal.
    """
    name = shown_name(name)
    if size is None:
        size = len(content)

    if size > settings.PAPER_BYTES:
        limit = settings.PAPER_BYTES // 1024**2
        raise _refusal(
            name, f"»{NAME}« er for stor. En fil må højst fylde {limit} MB."
        )
    if not content:
        raise _refusal(
            name,
            f"»{NAME}« er tom: den fylder 0 byte. Se efter, om filen er gemt rigtigt.",
        )

    try:
        kind = _kind_of(name, content)
    except Unwelcome as unwelcome:
        raise _refusal(name, str(unwelcome)) from unwelcome
    return Upload(_called_by_its_kind(name, kind), kind, content)


def examine(upload: Upload) -> Verdict:
    """Have the file opened and written anew, in a process of its own."""
    outcome = confined.run(
        "applications.papers.jobs.clean", upload.content, upload.kind
    )
    return judge(upload.name, outcome)


def judge(name: str, outcome: confined.Outcome) -> Verdict:
    """What it came to, by what came back of the file."""
    # Killed, or out of its limits: an ordinary file is not.
    if not outcome.is_whole or not outcome.parts:
        return Verdict(refusal=_about(name, str(too_much())))

    verdict: dict[str, Any] = json.loads(outcome.parts[0])
    if "refusal" in verdict:
        return Verdict(refusal=_about(name, verdict["refusal"]))

    _, content = outcome.parts
    return Verdict(cleaned=Cleaned(content, verdict["is_cleaned"], verdict["remarks"]))


def malware_in_it(name: str) -> str:
    """What is said of a file in which the scanner found something."""
    return _about(name, str(malware()))


def _refusal(name: str, sentence: str) -> Refusal:
    return Refusal(_about(name, sentence), field="file")


def _about(name: str, sentence: str) -> str:
    return sentence.replace(NAME, name)


def shown_name(name: str) -> str:
    """The file's name without its folders, and without characters that hide, turn or forge it."""
    without_folders = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]

    # Category C: control characters, and those that turn the direction of writing.
    letters = [
        letter for letter in without_folders if unicodedata.category(letter)[0] != "C"
    ]
    plain = re.sub(r'[<>:"|?*\s]+', " ", "".join(letters)).strip(" .")

    extension = _extension(plain)
    stem = plain
    if extension:
        stem = plain[: -len(extension)]

    stem = stem[: NAME_LENGTH - len(extension)].strip(" .")
    if not stem:
        stem = "bilag"
    # The number of a child is no part of a file's name; without it the name still
    # tells what it is.
    return cpr.struck_from(stem) + extension


def _extension(name: str) -> str:
    """`.pdf` of `Plan.PDF`; '' where there is none."""
    stem, dot, last = name.rpartition(".")
    if not stem or len(last) > EXTENSION_LENGTH:
        return ""
    return dot + last.lower()


def _kind_of(name: str, content: bytes) -> Paper.Kind:
    """The kind that the first bytes say, and the name agrees with. Raises Unwelcome."""
    kind_by_bytes = None
    for kind, beginning in MAGIC.items():
        if content.startswith(beginning):
            kind_by_bytes = kind

    # Phones and mail programs rename pictures: the bytes are enough.
    if kind_by_bytes in PICTURES:
        return kind_by_bytes

    extension = _extension(name)
    way_out = ways_out.way_out_of(extension, content)
    if way_out:
        raise Unwelcome(way_out)

    kind_by_name = EXTENSIONS.get(extension)
    if kind_by_name is None:
        raise Unwelcome(
            f"»{NAME}« kan ikke vedlægges. Vælg en PDF, et Word-dokument (.docx) "
            "eller et billede (JPEG, PNG)."
        )
    if kind_by_name != kind_by_bytes:
        raise Unwelcome(
            f"»{NAME}« er ikke det, navnet siger. Åbn filen, og gem den igen "
            f"som {kind_by_name.upper()}."
        )
    return kind_by_name


def _called_by_its_kind(name: str, kind: Paper.Kind) -> str:
    """`IMG_1.jpg` for a JPEG that is called `IMG_1.HEIC`."""
    extension = _extension(name)
    if kind not in PICTURES or EXTENSIONS.get(extension) == kind:
        return name
    # A program that is a picture as well must not keep the name of one.
    return name.removesuffix(extension) + PICTURES[kind]
