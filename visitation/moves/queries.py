"""What a move would do to the money, by fiscal year."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from budget.tariff import NOTHING, by_fiscal_year
from skolefleks.calendar import ONE_DAY
from visitation.moves import rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from visitation.models import Grant


class Division(NamedTuple):
    """What each school gets in a fiscal year; whole DKK, and by days."""

    year: int
    old_amount: int
    old_days: int
    new_amount: int
    new_days: int


def divisions(grants: Sequence[Grant], last_day: date) -> list[Division]:
    """The fiscal years of the effort, each divided after `last_day`."""
    old: dict[int, tuple[int, int]] = {}
    new: dict[int, tuple[int, int]] = {}
    for grant in grants:
        last = min(last_day, grant.last_day)
        kept = by_fiscal_year(grant.tariff, grant.starts_on, last, grant.later)
        for year, part in kept.items():
            amount, days = old.get(year, (0, 0))
            old[year] = (amount + part.amount, days + part.days)
    for terms in rules.terms_from(grants, last_day + ONE_DAY):
        for year, part in terms.by_fiscal_year().items():
            amount, days = new.get(year, (0, 0))
            new[year] = (amount + part.amount, days + part.days)

    nothing = (NOTHING.amount, NOTHING.days)
    years = sorted(old.keys() | new.keys())
    return [
        Division(year, *old.get(year, nothing), *new.get(year, nothing))
        for year in years
    ]
