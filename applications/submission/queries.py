"""What the last step and the receipt show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils import timezone

from applications.fields.declarations import PUPIL
from skolefleks.setup import trade

if TYPE_CHECKING:
    from collections.abc import Sequence

    from applications.models import Application
    from applications.reading.queries import WholeApplication
    from applications.reading.rules import Wish


@dataclass(frozen=True)
class AmountTable:
    """What is asked for, pupil by pupil and by fiscal year, in whole DKK."""

    years: list[int]
    rows: list[tuple[Wish, list[tuple[int, int]]]]
    sums: list[tuple[int, int]]
    total: int


def amounts(wishes: Sequence[Wish]) -> AmountTable:
    """The pupils' wishes beside each other, summed up by fiscal year and in all."""
    # A year stands in the table when any pupil's period touches it.
    years: set[int] = set()
    for wish in wishes:
        years.update(wish.parts)
    years_in_order = sorted(years)

    rows = []
    for wish in wishes:
        rows.append(
            (
                wish,
                [(year, wish.amount_in(year)) for year in years_in_order],
            )
        )

    sums = []
    for year in years_in_order:
        sums.append((year, sum(wish.amount_in(year) for wish in wishes)))

    return AmountTable(
        years_in_order, rows, sums, total=sum(wish.total for wish in wishes)
    )


class ReviewedPart(NamedTuple):
    """A part of the application as the committee will read it, and where it is changed."""

    title: str
    lines: list[tuple[str, str]]
    url: str


def parts(whole: WholeApplication) -> list[ReviewedPart]:
    """All that is written, in the order of the committee's page; what is empty too."""
    number = whole.application.number
    reviewed = []
    for block in whole.blocks:
        lines = [(label, text) for _, label, text in block["lines"]]
        url = whole.url(block["step"])
        kind, _, key = block["key"].partition(":")
        # What is written of one pupil has a page of its own.
        if kind == PUPIL.kind:
            url = reverse("applications:pupil", args=[number, key])
        reviewed.append(ReviewedPart(block["title"], lines, url))
    return reviewed


def answer_expected_on(application: Application) -> date:
    """The day by which the committee aims to answer; the school's own part is added."""
    # The goal is counted from the Danish date, not from the moment in UTC.
    first_day = timezone.localdate(application.submitted_at)
    # The school was told a day: another goal since then does not move it.
    goal = trade.at(application.submitted_at).waiting_goal_days
    days = goal + application.days_at_school
    return first_day + timedelta(days=days)
