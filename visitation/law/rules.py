"""The law: its texts, what a case is in law, and what has to be done before it is decided.

The texts as they come lie in `texts.json` beside this file, versioned and
dated, and signed by a named person or not yet. The municipality writes and
signs its own on the page of texts (`skolefleks.texts`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from skolefleks.danish import day, today
from skolefleks.texts import wording as texts_now
from visitation.models import Classification

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skolefleks.texts.wording import Reading, Wording
    from visitation.models import Hearing

Kind = Classification.Kind

TEXTS = Path(__file__).parent / "texts.json"

# What the municipality has to write itself stands in such brackets.
UNFINISHED = "["

# How the texts are called on the page of texts, and in what is kept of a letter.
HEARING = "lov-partshoering"
GUIDANCE = "lov-inhabil-vejledning"
EFFECT = "lov-inhabil-virkning"
REASON_KEYS = {
    "school": "lov-inhabil-skole",
    "application": "lov-inhabil-ansoegning",
    "adviser": "lov-inhabil-raadgiver",
    "other": "lov-inhabil-andet",
}
DISQUALIFICATION = (GUIDANCE, EFFECT, *REASON_KEYS.values())
_KIND_KEYS = {
    Kind.INTERNAL: "lov-fordeling",
    Kind.DECISION: "lov-afgoerelse",
    Kind.COMPLAINT: "lov-klagesag",
}

# The kinds in which the party is heard before a decision (forvaltningsloven
# § 19). An internal allocation of money is no decision towards anybody.
HEARD_FIRST = (Kind.DECISION, Kind.COMPLAINT)


@dataclass(frozen=True)
class LegalText:
    """What a letter says where a case is of one kind: the rule, and how to complain."""

    rule: str
    complaint: str


@dataclass(frozen=True)
class Texts:
    """One version of all that the system says of the law.

    Without a signer everything that is made with it is a draft.
    """

    version: str
    dated: date
    signed_by: str | None
    signed_on: date | None
    kinds: dict[str, LegalText]
    hearing: str
    guidance: tuple[str, ...]
    effect: str
    reasons: dict[str, str]

    @property
    def is_signed(self) -> bool:
        return self.signed_by is not None

    @property
    def mark(self) -> str:
        """What stands on everything that is made with an unsigned text."""
        if self.is_signed:
            return ""
        return "Udkast"


@dataclass(frozen=True)
class Standing:
    """Which versions some texts on the law are, and whether all are signed."""

    is_signed: bool
    # `version 1 af 25. november 2026`
    versions: str
    # The same, with those who signed.
    signatures: str


@cache
def standard() -> Texts:
    """The texts as they come, read once."""
    return read(json.loads(TEXTS.read_text(encoding="utf-8")))


def key_of(kind: Kind, part: str) -> str:
    """The text of a kind of case: its `regel` or its `klage`."""
    return f"{_KIND_KEYS[kind]}-{part}"


def keys_of(kind: Kind) -> tuple[str, str]:
    """The texts on the law in a letter, by what the case is in law."""
    return key_of(kind, "regel"), key_of(kind, "klage")


def legal_text(kind: Kind, wording: Wording) -> LegalText:
    """The rule and the guidance on complaint ('' where there is none) for a letter."""
    rule, complaint = keys_of(kind)
    return LegalText(wording.say(rule), wording.say(complaint))


def texts() -> Texts:
    """The texts as the municipality has them today."""
    wording = texts_now.now()
    reasons = {name: wording.say(key) for name, key in REASON_KEYS.items()}
    return replace(
        standard(),
        kinds={kind: legal_text(kind, wording) for kind in Kind},
        hearing=wording.say(HEARING),
        guidance=tuple(wording.items(GUIDANCE)),
        effect=wording.say(EFFECT),
        reasons=reasons,
    )


def standing(*keys: str, wording: Wording | None = None) -> Standing:
    """How these texts stand today; one that says nothing is not asked."""
    in_use = wording or texts_now.now()
    readings = [in_use.reading(key) for key in keys]
    speaking = [reading for reading in readings if reading.text]
    versions = [_version(reading) for reading in speaking]
    signatures = [_version(one) + _signature(one) for one in speaking]
    return Standing(
        is_signed=all(reading.is_signed for reading in speaking),
        versions=" og ".join(dict.fromkeys(versions)),
        signatures=" og ".join(dict.fromkeys(signatures)),
    )


def _version(reading: Reading) -> str:
    if reading.starts_on is None:
        return f"version {standard().version} af {day(standard().dated)}"
    return f"kommunens version {reading.number} af {day(reading.starts_on)}"


def _signature(reading: Reading) -> str:
    if not reading.is_signed:
        return ""
    name = reading.signed_by
    if reading.starts_on is None:
        name = str(standard().signed_by)
    return f", underskrevet af {name}"


def read(source: dict[str, Any]) -> Texts:
    """Make texts of what the file holds.

    Raises ImproperlyConfigured where only one of signer and day is given,
    and where a signed text has something in brackets that is still to be
    written.
    """
    # An empty name or day in the file is none.
    signed_by = source["signed_by"] or None
    signed_on = None
    if source["signed_on"]:
        signed_on = date.fromisoformat(source["signed_on"])

    if bool(signed_by) != bool(signed_on):
        raise ImproperlyConfigured(
            "A signed legal text says who signed it and on what day (signed_by, signed_on)."
        )
    if signed_by and UNFINISHED in json.dumps(source["kinds"]):
        raise ImproperlyConfigured(
            "A legal text is signed while something in brackets is still to be written."
        )

    disqualification = source["disqualification"]
    return Texts(
        version=source["version"],
        dated=date.fromisoformat(source["dated"]),
        signed_by=signed_by,
        signed_on=signed_on,
        kinds={kind: LegalText(**text) for kind, text in source["kinds"].items()},
        hearing=source["hearing"],
        guidance=tuple(disqualification["guidance"]),
        effect=disqualification["effect"],
        reasons=disqualification["reasons"],
    )


def is_open(hearing: Hearing) -> bool:
    """Whether an answer may still come: none has, and its deadline is not past."""
    return hearing.answered_on is None and hearing.deadline_on >= today()


def missing_hearing(kind: Kind, hearings: Iterable[Hearing]) -> str:
    """Why a case of this kind cannot be decided yet, as a sentence; '' where it can.

    `hearings` are those noted in the case; they are not looked at where
    none is needed.
    """
    if kind not in HEARD_FIRST:
        return ""

    # Here, and not before: a queryset is only asked when it is needed.
    rows = list(hearings)
    if not rows:
        return "Parten skal høres, før sagen kan afgøres. Der er ikke noteret nogen partshøring."

    # One hearing that is over does not make up for another that is not.
    deadlines = [hearing.deadline_on for hearing in rows if is_open(hearing)]
    if deadlines:
        last = day(max(deadlines))
        return f"Partshøringen er ikke slut: fristen for svar er {last}, og svaret er ikke kommet."
    return ""


# Read while the program starts: a text that is signed by halves stops it.
standard()
