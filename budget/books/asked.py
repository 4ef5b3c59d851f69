"""What an address asks of the books: a year, a day to look back to, which postings, the figure that they stand behind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from budget.books import forms as book_forms
from budget.books import queries
from budget.books.measures import MEASURES, Measure
from budget.books.proof import end_of
from budget.models import FundingSource, Posting
from skolefleks.models import District

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from skolefleks.permissions import Request


# What `art` may ask for besides a kind of posting.
ALSO: dict[str, tuple[str, Q]] = {
    "forbrug": ("Alt forbrug", ~Q(kind=Posting.Kind.ALLOCATION)),
    "rettelse": ("Rettelser", Q(reverses__isnull=False)),
}


@dataclass(frozen=True)
class Asked:
    """The postings that the address asks for, in the words of the page; 404 for what there is not."""

    request: Request
    form: book_forms.PastDayForm
    day: date | None

    @cached_property
    def years(self) -> list[int]:
        return queries.pool_years()

    @cached_property
    def districts(self) -> dict[int, District]:
        return {row.pk: row for row in District.objects.all()}

    @cached_property
    def sources(self) -> dict[int, FundingSource]:
        return {row.pk: row for row in FundingSource.objects.all()}

    @cached_property
    def year(self) -> int | None:
        return chosen(self.request, "aar", self.years)

    @cached_property
    def district(self) -> District | None:
        return self.districts.get(chosen(self.request, "distrikt", self.districts) or 0)

    @cached_property
    def source(self) -> FundingSource | None:
        return self.sources.get(chosen(self.request, "ramme", self.sources) or 0)

    @cached_property
    def kind(self) -> str | None:
        return _known(self.request, "art", dict(kinds()))

    @cached_property
    def measure(self) -> Measure | None:
        """The figure to show the postings behind (`tal`); one of days belongs to a fiscal year."""
        found = MEASURES.get(_known(self.request, "tal", MEASURES) or "")
        if found and (found.is_average or found.unit == "dage") and not self.year:
            raise Http404
        return found

    @cached_property
    def proposal(self) -> UUID | None:
        text = self.request.GET.get("forslag", "")
        try:
            return UUID(text) if text else None
        except ValueError as error:
            raise Http404 from error

    @property
    def is_filtered(self) -> bool:
        known = (
            self.year,
            self.district,
            self.source,
            self.kind,
            self.measure,
            self.day,
            self.proposal,
        )
        return any(value is not None for value in known)

    def rows(self) -> QuerySet[Posting]:
        rows = Posting.objects.filter(_of_kind(self.kind), self._of_frame())
        rows = rows.filter(self.measure.rows) if self.measure else rows
        rows = rows.filter(made_at__lt=end_of(self.day)) if self.day else rows
        rows = (
            rows.filter(Q(proposal=self.proposal) | Q(reference=self.proposal))
            if self.proposal
            else rows
        )
        wanted = {"pool": self.year, "district": self.district}
        return rows.filter(**{name: value for name, value in wanted.items() if value})

    def _of_frame(self) -> Q:
        """A frame's own postings; behind a figure, what is used of the pool too, since it belongs to no frame."""
        if not self.source:
            return Q()
        return (
            Q(source=self.source) | Q(source__isnull=True)
            if self.measure
            else Q(source=self.source)
        )


def asked(request: Request) -> Asked:
    return Asked(request, *past_day(request))


def past_day(request: Request) -> tuple[book_forms.PastDayForm, date | None]:
    """The day to look back to (`den`), and the form with it in Danish, or with what was typed and what is wrong with it."""
    form = book_forms.PastDayForm(request.GET)
    if not form.is_valid() or not form.cleaned_data["den"]:
        return form, None
    return book_forms.PastDayForm(initial=form.cleaned_data), form.cleaned_data["den"]


def kinds() -> list[tuple[str, str]]:
    return [*Posting.Kind.choices, *((value, label) for value, (label, _) in ALSO.items())]


def chosen(request: Request, name: str, known: Any) -> int | None:
    """The number that the address chooses among `known`; None where it chooses none, 404 where it is none of them."""
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) not in known:
        raise Http404
    return int(text)


def _known(request: Request, name: str, known: Any) -> str | None:
    text = request.GET.get(name) or None
    if text and text not in known:
        raise Http404
    return text


def _of_kind(kind: str | None) -> Q:
    if kind in ALSO:
        return ALSO[kind][1]
    return Q(kind=kind) if kind else Q()
