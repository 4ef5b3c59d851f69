"""What the address of the dashboard asks for, and that of its spreadsheet.

`aar` is a fiscal year, `den` a day to look back to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404

from budget.books import queries as books_queries
from budget.books import rules as book_rules
from budget.books.filters import chosen_number, past_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from budget.books import forms as book_forms
    from skolefleks.permissions import Request


@dataclass(frozen=True)
class Selection:
    """The pools of one fiscal year and of the next, today or at the end of a day that has passed.

    `year` is None, and `pools` empty, where there is no pool at all. `years` are those that can be
    chosen. `form` is the field for the day.
    """

    form: book_forms.PastDayForm
    day: date | None
    year: int | None
    years: Sequence[int]
    pools: Sequence[books_queries.PoolYear]

    @property
    def day_in_address(self) -> str:
        """`2026-08-01`; nothing while it is today that is shown."""
        return str(self.day or "")

    @property
    def query_string(self) -> str:
        """What leads to the same year and day on another page; nothing without a pool."""
        if not self.year:
            return ""
        if not self.day:
            return f"?aar={self.year}"
        return f"?aar={self.year}&den={self.day}"


def read_address(request: Request) -> Selection:
    """What the address asks for, as far as the person may see it.

    Raises 404 for a year without a pool. Looking back is 404 too for those who may not see small
    counts: two days beside each other would tell of the pupil between them.
    """
    may_look_back = book_rules.sees_small_counts(request.user)
    if request.GET.get("den") and not may_look_back:
        raise Http404
    form, day = past_day(request)

    years = books_queries.pool_years(day)
    year = books_queries.year_to_show(years)
    # A year that has a pool today may have had none then: no error, another year is shown.
    every_year = years
    if day:
        every_year = books_queries.pool_years()
    year_in_address = chosen_number(request, "aar", every_year)
    if year_in_address in years:
        year = year_in_address

    pools = []
    if year:
        shown_years = {year, year + 1} & set(years)
        for pool in books_queries.pools(shown_years, day):
            pools.append(books_queries.as_seen_by(pool, request.user))
    return Selection(form, day, year, years, pools)
