"""The figures of the dashboard: which postings stand behind each, and how much each of them counts.

Writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q, Sum

from budget.books import rules
from budget.models import Posting
from budget.models.posting_kinds import Measured, changes, kind_named, sum_of
from skolefleks.danish import kr, one_decimal, whole

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Measure(NamedTuple):
    """A figure as the address names it: its `label`, and the postings behind it.

    A figure of money counts what the postings do to `measured`, in whole DKK; an average counts
    that and their days. `unit` is kr, elever or dage.
    """

    label: str
    postings: Q
    measured: Measured | None = None
    unit: str = "kr"
    is_average: bool = False

    @property
    def needs_year(self) -> bool:
        """Whether it counts days, which mean something only within a fiscal year."""
        return self.is_average or self.unit == "dage"

    def counts(self, posting: Posting) -> str:
        """What one posting counts, in words. Raises UnknownKind."""
        if self.unit == "elever":
            return str(posting.places)
        if self.measured is None:
            return f"{posting.days} dage"

        sign = kind_named(posting.kind).counts(self.measured)
        amount = kr(sign * posting.amount)
        if self.is_average:
            return f"{amount} for {posting.days} dage"
        return amount


# An amount and no tariff: a year of a grant may have 366 days, and the fiscal year 365.
AMOUNT_BY_PUPIL = "Beløb pr. helårselev"


# Named, because a frame's part of these two is told in another way (`views.py`).
TOTAL_USED = Measure("Disponeret og udbetalt", changes("used"), "used")
TOTAL_FREE = Measure("Fri", changes("free"), "free")


# The names are those of the address (`tal`), and stay: people keep such addresses.
# fmt: off
MEASURES = {
    "tildelt":       Measure("Tildelt", changes("allocated"), "allocated"),
    "disponeret":    Measure("Disponeret", changes("committed"), "committed"),
    "udbetalt":      Measure("Udbetalt", changes("paid"), "paid"),
    "brugt":         TOTAL_USED,
    "fri":           TOTAL_FREE,
    "elever":        Measure("Elever i årets løb", ~Q(places=0), unit="elever"),
    "helaarselever": Measure("Helårselever", ~Q(days=0), unit="dage"),
    "gennemsnit":    Measure(AMOUNT_BY_PUPIL, changes("used"), "used", is_average=True),
}
# fmt: on


@dataclass(frozen=True)
class Sums:
    """What some postings add up to: whole DKK, pupils, days, and how many postings they are."""

    count: int
    allocated: int
    committed: int
    paid: int
    places: int
    days: int

    @property
    def used(self) -> int:
        return self.committed + self.paid

    @property
    def free(self) -> int:
        return self.allocated - self.used

    def amount(self, measured: Measured) -> int:
        """Whole DKK."""
        amount: int = getattr(self, measured)
        return amount


def add_up(postings: QuerySet[Posting]) -> Sums:
    """The sums of the postings themselves, not of what is kept beside them. One query."""
    # A sum may not have the name of a column: those after it would add up the sum.
    sums = postings.aggregate(
        count=Count("pk"),
        allocated=sum_of("allocated"),
        committed=sum_of("committed"),
        paid=sum_of("paid"),
        total_places=Sum("places", default=0),
        total_days=Sum("days", default=0),
    )
    return Sums(
        count=sums["count"],
        allocated=sums["allocated"],
        committed=sums["committed"],
        paid=sums["paid"],
        places=sums["total_places"],
        days=sums["total_days"],
    )


def explain(measure: Measure, sums: Sums, year: int | None) -> list[tuple[str, str]]:
    """How the figure comes about, line by line; the figure itself is the last."""
    if measure.unit == "elever":
        return [(measure.label, str(sums.places))]

    if measure.needs_year:
        if year is None:
            raise ValueError("a figure of days belongs to a fiscal year")
        return _explain_days(measure, sums, year)

    if measure.measured is None:
        raise ValueError(f"{measure.label} counts no money")
    return [(measure.label, kr(sums.amount(measure.measured)))]


def _explain_days(measure: Measure, sums: Sums, year: int) -> list[tuple[str, str]]:
    pupils = one_decimal(rules.full_year_pupils(sums.days, year))
    if not measure.is_average:
        return [("Dage", whole(sums.days)), (measure.label, pupils)]

    average_text = "–"
    average = rules.average_tariff(sums.used, sums.days, year)
    if average is not None:
        average_text = kr(average)
    return [
        (TOTAL_USED.label, kr(sums.used)),
        ("Helårselever", pupils),
        (measure.label, average_text),
    ]
