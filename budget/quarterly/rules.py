"""Quarters of a calendar year, and the days they begin and end on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from skolefleks.danish import day, today
from skolefleks.refusals import NotPossible


@dataclass(frozen=True)
class Quarter:
    """`number` is 1 to 4."""

    year: int
    number: int

    @property
    def name(self) -> str:
        return f"{self.number}. kvartal {self.year}"

    @property
    def subject(self) -> str:
        """What the trail and the access log call it."""
        return f"kvartal {self.year}-{self.number}"

    @property
    def first_day(self) -> date:
        first_month = 3 * self.number - 2
        return date(self.year, first_month, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        if self.number == 4:
            return Quarter(self.year + 1, 1)
        return Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> Quarter:
        if self.number == 1:
            return Quarter(self.year - 1, 4)
        return Quarter(self.year, self.number - 1)

    @property
    def counted_on(self) -> date:
        """The day its figures are of: its last, or today while it runs."""
        return min(self.last_day, today())

    @property
    def is_over(self) -> bool:
        return self.last_day < today()


def require_over(quarter: Quarter) -> None:
    """Raise NotPossible while the quarter runs: its figures still move."""
    if not quarter.is_over:
        raise NotPossible(
            f"{quarter.name} kan godkendes, når det er slut: efter {day(quarter.last_day)}."
        )


def quarter_of(day: date) -> Quarter:
    """The quarter that `day` lies in."""
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def latest_quarters(count: int = 8) -> list[Quarter]:
    """This quarter and those before it, `count` in all, the newest first."""
    quarter = quarter_of(today())
    quarters = []
    for _ in range(count):
        quarters.append(quarter)
        quarter = quarter.previous
    return quarters
