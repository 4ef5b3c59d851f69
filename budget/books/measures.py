"""The figures of the dashboard: which postings stand behind each, and how much each of them counts. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q, Sum

from budget.books import queries
from budget.models import Posting
from skolefleks.danish import kr, one_decimal, whole

if TYPE_CHECKING:
    from django.db.models import QuerySet


K = Posting.Kind


SPENT: dict[str, int] = {K.COMMITMENT: 1, K.RELEASE: 1}


LEFT: dict[str, int] = {K.ALLOCATION: 1, K.COMMITMENT: -1, K.RELEASE: -1}


class Measure(NamedTuple):
    """A figure as the address names it: its `label`, the postings behind it, and the sign that each kind counts with.

    `unit` is kr, elever or dage. An average counts amounts and days.
    """

    label: str
    rows: Q
    signs: Mapping[str, int]
    unit: str = "kr"
    is_average: bool = False

    def counted(self, row: Posting) -> str:
        """What one posting counts, in words."""
        if self.unit == "elever":
            return str(row.places)
        if self.unit == "dage":
            return f"{row.days} dage"
        amount = kr(self.signs.get(row.kind, 0) * row.amount)
        return f"{amount} for {row.days} dage" if self.is_average else amount


# fmt: off
MEASURES = {
    "tildelt":      Measure("Tildelt",                Q(kind=K.ALLOCATION),   {K.ALLOCATION: 1}),
    "disponeret":   Measure("Disponeret",             ~Q(kind=K.ALLOCATION),  {**SPENT, K.PAYMENT: -1}),
    "udbetalt":     Measure("Udbetalt",               Q(kind=K.PAYMENT),      {K.PAYMENT: 1}),
    "brugt":        Measure("Disponeret og udbetalt", Q(kind__in=SPENT),      SPENT),
    "fri":          Measure("Fri",                    ~Q(kind=K.PAYMENT),     LEFT),
    "elever":       Measure("Elever",                 ~Q(places=0),           {}, unit="elever"),
    "helaarselever": Measure("Helårselever",          ~Q(days=0),             {}, unit="dage"),
    "gennemsnit":   Measure("Gennemsnitstakst",       Q(kind__in=SPENT),      SPENT, is_average=True),
}


# fmt: on
@dataclass(frozen=True)
class Sums:
    """What some postings add up to: whole DKK by measure, pupils, days, and how many postings they are."""

    count: int
    allocated: int
    spent: int
    paid: int
    places: int
    days: int

    def amount(self, measure: Measure) -> int:
        """Whole DKK of a measure of money."""
        parts = {K.ALLOCATION: self.allocated, K.COMMITMENT: self.spent, K.PAYMENT: self.paid}
        return sum(measure.signs.get(kind, 0) * amount for kind, amount in parts.items())


def added(rows: QuerySet[Posting]) -> Sums:
    """One query, over the postings themselves and no sum that is kept."""
    sums = rows.order_by().aggregate(
        count=Count("pk"),
        allocated=Sum("amount", filter=Q(kind=K.ALLOCATION)),
        spent=Sum("amount", filter=Q(kind__in=SPENT)),
        paid=Sum("amount", filter=Q(kind=K.PAYMENT)),
        places=Sum("places"),
        days=Sum("days"),
    )
    return Sums(**{name: value or 0 for name, value in sums.items()})


def in_words(measure: Measure, sums: Sums, year: int | None) -> list[tuple[str, str]]:
    """How the figure comes about, line by line; the figure itself is the last."""
    if measure.unit == "elever":
        return [(measure.label, str(sums.places))]
    as_year = queries.DistrictYear("", year or 0, committed=sums.spent, days=sums.days)
    if measure.unit == "dage" or measure.is_average:
        full = one_decimal(as_year.full_year_pupils)
        if not measure.is_average:
            return [("Dage", whole(sums.days)), (measure.label, full)]
        average = "–" if as_year.average_tariff is None else kr(as_year.average_tariff)
        return [
            (MEASURES["brugt"].label, kr(sums.spent)),
            ("Helårselever", full),
            (measure.label, average),
        ]
    return [(measure.label, kr(sums.amount(measure)))]
