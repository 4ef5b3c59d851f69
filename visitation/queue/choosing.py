"""What a person has chosen to see of the queue, and where a case stands in it.

A choice is what stands in the queue's address: a tab, filters and an order. The pages of a case
carry it on, so that a person finds back to the queue and on to the next case.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from applications.models import Application
from skolefleks import search
from skolefleks.paging import neighbours
from visitation.queue import forms, queries, tabs

if TYPE_CHECKING:
    from applications.models import ApplicationQuerySet
    from skolefleks.models import User
    from skolefleks.permissions import Request

# Stands in a case's address: the choice that the person came from.
FROM_QUEUE = "koe"

# Stands in the queue's address.
TAB = "vis"


@dataclass(frozen=True)
class Choice:
    """A tab, filters and an order, and the cases that they hold for `user`.

    A case where `user` is disqualified is never among them.
    """

    query: QueryDict
    user: User

    @cached_property
    def filters(self) -> forms.QueueFilter:
        """What is set; a filter that makes no sense is left out."""
        filters = forms.QueueFilter(self.query)
        # Fills cleaned_data with the filters that are valid.
        filters.is_valid()
        return filters

    @cached_property
    def tab(self) -> str:
        name = self.query.get(TAB, "")
        if name in tabs.TABS:
            return name
        return ""

    @cached_property
    def in_any_tab(self) -> ApplicationQuerySet:
        rows = Application.objects.reviewable_by(self.user)
        duty = self.filters.cleaned_data.get("duty")
        if duty:
            rows = rows.filter(tabs.cases_of(duty, self.user))
        return queries.narrow(rows, self.filters.cleaned_data)

    @property
    def rows(self) -> ApplicationQuerySet:
        tab = tabs.TABS[self.tab]
        return self.in_any_tab.filter(tab.condition(self.user))

    @property
    def order(self) -> str:
        return queries.order_of(self.filters.cleaned_data)

    @cached_property
    def text(self) -> str:
        """The choice as it stands in an address: the tab and the filters, without the page."""
        return self.text_in(self.tab)

    def text_in(self, tab: str) -> str:
        """The same choice in another tab."""
        pairs = []
        if tab:
            pairs.append((TAB, tab))
        for name, address_name in forms.ADDRESS_NAMES.items():
            value = self.query.get(address_name, "")
            # What makes no sense is not carried on, nor a text with a CPR number in it.
            if value and name not in self.filters.errors:
                pairs.append((address_name, value))
        # Cut like what is read (`choice_of`), so that a saved view is the choice it was saved from.
        return urlencode(pairs)[: forms.LONGEST_CHOICE]

    def without_words(self) -> Choice:
        """The same choice without a text that may be a pupil's name."""
        text = self.query.get(forms.ADDRESS_NAMES["text"], "")
        if not search.parse(text).initials:
            return self
        query = self.query.copy()
        del query[forms.ADDRESS_NAMES["text"]]
        return Choice(query, self.user)

    @property
    def url(self) -> str:
        """The queue as it is chosen."""
        return f"{reverse('visitation:queue')}?{self.text}"

    @property
    def suffix(self) -> str:
        """What a case's address carries."""
        return "?" + urlencode({FROM_QUEUE: self.text})


def choice_of(text: str, user: User) -> Choice:
    """The choice that `text` stands for; nonsense is the first tab without filters."""
    return Choice(QueryDict(text[: forms.LONGEST_CHOICE]), user)


def queue_suffix(request: Request) -> str:
    """What a case's pages carry on in their addresses of the queue that the person came from.

    Nothing where they did not come from the queue.
    """
    if FROM_QUEUE not in request.GET:
        return ""
    return choice_of(request.GET[FROM_QUEUE], request.user).suffix


class Place(NamedTuple):
    """Where a case is in the queue that the person came from.

    The ways lead to the cases beside it ('' at an end of the queue), and back.
    """

    previous_url: str
    next_url: str
    back_url: str


def place_of(request: Request, application: Application) -> Place | None:
    """The case's place in the queue; None unless the person came from there.

    Takes one query where they did.
    """
    if FROM_QUEUE not in request.GET:
        return None
    # The school and the advisers have no queue, whatever stands in the address.
    if not application.is_reviewable or application.submitted_at is None:
        return None

    choice = choice_of(request.GET[FROM_QUEUE], request.user)
    # The field of the order too: the neighbours are found by it.
    rows = choice.rows.only("number", choice.order.removeprefix("-"))
    before, after = neighbours(rows, application, by=choice.order)
    return Place(
        previous_url=_url_of(before, choice),
        next_url=_url_of(after, choice),
        back_url=choice.url,
    )


def _url_of(application: Application | None, choice: Choice) -> str:
    if application is None:
        return ""
    return application.get_absolute_url() + choice.suffix
