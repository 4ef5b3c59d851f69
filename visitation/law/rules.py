"""The text of the law as data: versioned, dated, and signed by a named person or not yet. Knows no case.

The texts lie in `legal/texts.json`; `docs/production.md` says how the municipality signs them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

TEXTS = Path(__file__).parent / "texts.json"


UNFINISHED = "["  # what the municipality has to write itself stands in such brackets


@dataclass(frozen=True)
class Kind:
    """What is said where a case is of this kind in law (`Classification.Kind`): the rule, and the guidance on complaint."""

    rule: str
    complaint: str


@dataclass(frozen=True)
class Texts:
    """One version of all that the system says of the law. Without a signer all that is made with it is a draft."""

    version: str
    dated: date
    signed_by: str | None
    signed_on: date | None
    kinds: dict[str, Kind]
    hearing: str
    guidance: tuple[str, ...]
    effect: str
    reasons: dict[str, str]

    @property
    def is_signed(self) -> bool:
        return self.signed_by is not None

    @property
    def mark(self) -> str:
        """What stands on everything made with an unsigned text."""
        return "" if self.is_signed else "Udkast"


@cache
def texts() -> Texts:
    return read(json.loads(TEXTS.read_text(encoding="utf-8")))


def read(told: dict[str, Any]) -> Texts:
    """The texts as told; raises ImproperlyConfigured where they are signed by halves or before they are written out."""
    if bool(told["signed_by"]) != bool(told["signed_on"]):
        raise ImproperlyConfigured(
            "A signed legal text says who signed it and on what day (signed_by, signed_on)."
        )
    if told["signed_by"] and UNFINISHED in json.dumps(told["kinds"]):
        raise ImproperlyConfigured(
            "A legal text is signed while something in brackets is still to be written."
        )
    out = told["disqualification"]
    return Texts(
        version=told["version"],
        dated=date.fromisoformat(told["dated"]),
        signed_by=told["signed_by"] or None,
        signed_on=date.fromisoformat(told["signed_on"]) if told["signed_on"] else None,
        kinds={kind: Kind(**said) for kind, said in told["kinds"].items()},
        hearing=told["hearing"],
        guidance=tuple(out["guidance"]),
        effect=out["effect"],
        reasons=out["reasons"],
    )


texts()  # at the start of the program: a text that is signed by halves stops it
