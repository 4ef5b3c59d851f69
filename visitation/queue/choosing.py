"""What somebody has chosen to see of the queue, from what stands in the address; and where a case is in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from applications.models import Application
from skolefleks.paging import neighbours
from visitation.queue import forms, queries

if TYPE_CHECKING:
    from applications.models import ApplicationQuerySet
    from skolefleks.models import User
    from skolefleks.permissions import Request


FROM_QUEUE = "koe"  # in a case's address: the choice that one came from


_LONGEST = 400  # characters of a choice, as SavedView.query keeps it


@dataclass(frozen=True)
class Choice:
    """A tab, filters and an order, and the cases that they hold for `user`: never one where they are disqualified."""

    query: QueryDict
    user: User

    @cached_property
    def filters(self) -> forms.QueueFilter:
        filters = forms.QueueFilter(self.query)
        filters.is_valid()
        return filters

    @cached_property
    def tab(self) -> str:
        return name if (name := self.query.get("vis", "")) in queries.TABS else ""

    @cached_property
    def in_any_tab(self) -> ApplicationQuerySet:
        return queries.narrowed(
            Application.objects.reviewable_by(self.user), self.filters.cleaned_data
        )

    @property
    def rows(self) -> ApplicationQuerySet:
        return self.in_any_tab.filter(queries.TABS[self.tab].holds(self.user))

    @property
    def order(self) -> str:
        return queries.order_of(self.filters.cleaned_data)

    @cached_property
    def text(self) -> str:
        """What is kept of the address: the tab and the filters that are set, in this order, without the page."""
        return self.text_in(self.tab)

    def text_in(self, tab: str) -> str:
        """The same choice in another tab."""
        kept = [(name, self.query.get(name, "")) for name in self.filters.fields]
        return urlencode([pair for pair in (("vis", tab), *kept) if pair[1]])[:_LONGEST]

    @property
    def suffix(self) -> str:
        """What a case's address carries, so that one finds back and on."""
        return "?" + urlencode({FROM_QUEUE: self.text})


def choice_of(text: str, user: User) -> Choice:
    """The choice that `text` stands for; nonsense is the first tab without filters."""
    return Choice(QueryDict(text[:_LONGEST]), user)


class Place(NamedTuple):
    """Where a case is in the queue that one came from: the ways to the cases beside it ('' at an end), and back."""

    previous_url: str
    next_url: str
    back_url: str


def kept(request: Request) -> str:
    """What a case's pages carry on of the queue that one came from; nothing where one did not."""
    return (
        choice_of(request.GET[FROM_QUEUE], request.user).suffix if FROM_QUEUE in request.GET else ""
    )


def place_of(request: Request, application: Application) -> Place | None:
    """None unless one came from the queue; else takes one query."""
    if (
        FROM_QUEUE not in request.GET
        or not application.is_reviewable
        or application.submitted_at is None
    ):
        return None
    choice = choice_of(request.GET[FROM_QUEUE], request.user)
    found = neighbours(
        choice.rows.only("number", choice.order.removeprefix("-")), application, by=choice.order
    )
    before, after = (row.get_absolute_url() + choice.suffix if row else "" for row in found)
    return Place(before, after, f"{reverse('visitation:queue')}?{choice.text}")
