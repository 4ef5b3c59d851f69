"""What an address asks of the books: a year, a day to look back to, which postings, which figure.

The names in the address are Danish and stay: `aar`, `distrikt`, `ramme`, `art`, `tal`, `forslag`
and `den`. An address that asks for what there is not is a 404.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from budget.books import forms as book_forms
from budget.books import queries, rules
from budget.books.measures import MEASURES, Measure
from budget.models import FundingSource, Posting
from budget.models.posting_kinds import PostingKind, Side, kind_named, kinds_that_name
from skolefleks.models import District

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from skolefleks.permissions import Request


# What `art` may ask for besides a kind of posting.
SPENDING = "forbrug"
CORRECTIONS = "rettelse"


@dataclass(frozen=True)
class PostingFilter:
    """The postings that the address asks for, in the words of the page."""

    # Each choice is read once, and only where the page or the file asks for it.
    request: Request
    form: book_forms.PastDayForm
    day: date | None

    @cached_property
    def years(self) -> list[int]:
        return queries.pool_years()

    @cached_property
    def districts(self) -> dict[int, District]:
        return {district.pk: district for district in District.objects.all()}

    @cached_property
    def sources(self) -> dict[int, FundingSource]:
        return {source.pk: source for source in FundingSource.objects.all()}

    @cached_property
    def year(self) -> int | None:
        return chosen_number(self.request, "aar", self.years)

    @cached_property
    def district(self) -> District | None:
        number = chosen_number(self.request, "distrikt", self.districts)
        if number is None:
            return None
        return self.districts[number]

    @cached_property
    def source(self) -> FundingSource | None:
        number = chosen_number(self.request, "ramme", self.sources)
        if number is None:
            return None
        return self.sources[number]

    @cached_property
    def kind(self) -> str | None:
        return _chosen_name(self.request, "art", dict(kind_choices()))

    @cached_property
    def measure(self) -> Measure | None:
        """The figure to show the postings behind. One that counts days belongs to a fiscal year."""
        name = _chosen_name(self.request, "tal", MEASURES)
        if name is None:
            return None

        # The days of several years do not add up to full-year pupils.
        measure = MEASURES[name]
        if measure.needs_year and not self.year:
            raise Http404
        return measure

    @cached_property
    def proposal(self) -> UUID | None:
        text = self.request.GET.get("forslag", "")
        if not text:
            return None
        try:
            return UUID(text)
        except ValueError as error:
            raise Http404 from error

    @property
    def is_filtered(self) -> bool:
        # For the empty page: it says whether there is nothing at all, or nothing that fits.
        choices = (
            self.year,
            self.district,
            self.source,
            self.kind,
            self.measure,
            self.day,
            self.proposal,
        )
        return any(choice is not None for choice in choices)

    def rows(self) -> QuerySet[Posting]:
        rows = Posting.objects.all()
        if self.kind:
            rows = rows.filter(_of_kind(self.kind))
        if self.source:
            rows = rows.filter(self._of_frame(self.source))
        if self.measure:
            rows = rows.filter(self.measure.postings)
        if self.day:
            rows = rows.filter(made_at__lt=rules.end_of(self.day))
        if self.proposal:
            # An allocation has its proposal as reference; there the others have their grant.
            rows = rows.filter(Q(proposal=self.proposal) | Q(reference=self.proposal))
        if self.year:
            rows = rows.filter(pool=self.year)
        if self.district:
            rows = rows.filter(district=self.district)
        return rows

    def _of_frame(self, source: FundingSource) -> Q:
        """A frame's own postings; behind a figure, what is used of the pool too.

        What is used belongs to no frame: it is shared between them.
        """
        if self.measure:
            return Q(source=source) | Q(source__isnull=True)
        return Q(source=source)


def filter_of(request: Request) -> PostingFilter:
    """What the address of a page of postings, or of its file, asks for."""
    form, day = past_day(request)
    return PostingFilter(request, form, day)


def past_day(request: Request) -> tuple[book_forms.PastDayForm, date | None]:
    """The day to look back to, and the form to show.

    The form has the day in Danish, or what was typed and what is wrong with it.
    """
    form = book_forms.PastDayForm(request.GET)
    # A bound form shows the day as it was typed; on the page it stands the Danish way.
    if not form.is_valid() or not form.cleaned_data["day"]:
        return form, None
    return book_forms.PastDayForm(initial=form.cleaned_data), form.cleaned_data["day"]


def kind_choices() -> list[tuple[str, str]]:
    """What `art` may ask for, with its Danish name: every kind of posting, then some of several."""
    return [
        *PostingKind.choices,
        (SPENDING, "Alt forbrug"),
        (CORRECTIONS, "Rettelser"),
    ]


def chosen_number(request: Request, name: str, choices: Container[int]) -> int | None:
    """The number among `choices` that the address gives for `name`.

    None where it gives none, 404 where it gives another.
    """
    text = request.GET.get(name, "")
    if not text:
        return None

    # Longer numbers are no id of ours, and `int` takes digits that are not ASCII.
    is_number = text.isascii() and text.isdigit() and len(text) <= 9
    if not is_number or int(text) not in choices:
        raise Http404
    return int(text)


def _chosen_name(request: Request, name: str, choices: Container[str]) -> str | None:
    text = request.GET.get(name)
    if not text:
        return None
    if text not in choices:
        raise Http404
    return text


def _of_kind(name: str) -> Q:
    """The postings of one choice of `art`. Raises UnknownKind."""
    if name == SPENDING:
        return Q(kind__in=kinds_that_name(Side.DISTRICT))
    if name == CORRECTIONS:
        return Q(reverses__isnull=False)
    return Q(kind=kind_named(name))
