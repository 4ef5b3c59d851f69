"""When a fiscal year can be closed, and what becomes of the money that nobody used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from skolefleks.danish import today
from skolefleks.refusals import NotPossible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from budget.models import FundingSource

CARRY = "carry"
GIVE_BACK = "back"


def rule_of(source: FundingSource) -> str:
    """What becomes of a frame's unused money unless the chiefs say otherwise (UNUSED_MONEY)."""
    rule: str = settings.UNUSED_MONEY.get(source.name, settings.UNUSED_MONEY_RULE)
    return rule


def require_over(year: int) -> None:
    """Raise NotPossible while the year runs."""
    if year >= today().year:
        raise NotPossible(f"{year} er ikke slut endnu. Året lukkes, når det er gået.")


def lines_of(
    year: int,
    unused: Mapping[FundingSource, int],
    choices: Mapping[FundingSource, str],
) -> dict[tuple[int, FundingSource], int]:
    """What each frame takes out of `year`, and what of it goes into the next; whole DKK."""
    lines: dict[tuple[int, FundingSource], int] = {}
    for source, amount in unused.items():
        # A posting is never zero.
        if not amount:
            continue
        lines[year, source] = -amount
        if choices[source] == CARRY:
            lines[year + 1, source] = amount
    return lines
