"""The waiting list as its page, the start page and the dashboard read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from applications.models import Application
from applications.reading import searching
from budget.models import Standing
from skolefleks.written_once import count_written_once
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.models import AgendaItem, Meeting, WaitingPlace
from visitation.waiting import rules

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skolefleks.models import User

# As many as are looked through for what fits; the page says so of those after them.
LOOKED_THROUGH = 200

# Of a case a row shows its number, school and initials.
FIELDS = (
    "tariff",
    "starts_on",
    "ends_on",
    "weight",
    "position",
    "decision__status",
    "decision__decided_at",
    "decision__pupil_case__initials",
    "decision__pupil_case__is_protected",
    "decision__pupil_case__application__number",
    "decision__pupil_case__application__submitted_at",
    "decision__pupil_case__application__school__name",
)


def open_to(user: User, *, by_name: bool) -> QuerySet[WaitingPlace]:
    """The places that the person may see, but for cases they are disqualified in.

    `by_name` is for the committee, which knows the cases; a centre chief is
    shown numbers and amounts.
    """
    cases = Application.objects.untied_to(user)
    if by_name:
        cases = Application.objects.reviewable_by(user)
    in_cases = {"decision__pupil_case__application__in": cases.values("pk")}
    return WaitingPlace.objects.on_list().filter(**in_cases)


@count_written_once
def _how_many_open_to(user: User) -> QuerySet[WaitingPlace]:
    return open_to(user, by_name=True)


def as_listed(
    places: QuerySet[WaitingPlace],
) -> QuerySet[WaitingPlace]:
    """With what a row shows, and when a coming meeting takes the case up (`meets_at`)."""
    items = AgendaItem.objects.filter(
        application=OuterRef("decision__pupil_case__application"),
        amendment__isnull=True,
        meeting__status__in=UPCOMING,
    )
    meets_at = items.order_by("meeting__starts_at").values("meeting__starts_at")[:1]
    cases = places.select_related("decision__pupil_case__application__school")
    return cases.only(*FIELDS).annotate(meets_at=Subquery(meets_at))


def search_in(places: QuerySet[WaitingPlace], text: str) -> QuerySet[WaitingPlace]:
    """Those of the cases that the text is found in."""
    cases = searching.find(Application.objects.all(), text, as_submitted=True)
    return places.filter(decision__pupil_case__application__in=cases.values("pk"))


def proposals(user: User, *, by_name: bool) -> list[rules.Fit]:
    """The list in its order, each with whether what is free now is enough.

    Takes two queries, and none for the pool where nobody waits.
    """
    ordered = as_listed(open_to(user, by_name=by_name)).order_by("position", "pk")
    places = list(ordered[:LOOKED_THROUGH])
    if not places:
        return []
    years: set[int] = set()
    for place in places:
        years |= set(place.by_fiscal_year())
    return rules.fits(places, Standing.objects.free(years))


def how_many(rows: list[rules.Fit], user: User, *, by_name: bool) -> int:
    """How many wait: the rows of `proposals`, or a count where not all were looked through."""
    if len(rows) < LOOKED_THROUGH:
        return len(rows)
    return open_to(user, by_name=by_name).count()


class Proposed(NamedTuple):
    """What the start page says: how many wait, and those that fit and are on no agenda."""

    waiting: int
    fitting: list[rules.Fit]


def for_start(user: User) -> Proposed:
    """The list for the committee's start page. Takes a query where nobody waits, else three."""
    # What the rows show is much to ask for, and often the list is empty.
    if not _how_many_open_to(user):
        return Proposed(0, [])
    rows = proposals(user, by_name=True)
    fitting = [row for row in rows if row.fits and not _is_taken_up(row.place)]
    return Proposed(how_many(rows, user, by_name=True), fitting)


def _is_taken_up(place: WaitingPlace) -> bool:
    # Annotated by `as_listed`, and no field of the model.
    marked: Any = place
    return marked.meets_at is not None


def next_open_meeting() -> Meeting | None:
    """The next meeting whose agenda can still be changed."""
    planned = Meeting.objects.filter(
        status=MeetingStatus.PLANNED, starts_at__gt=timezone.now()
    )
    return planned.order_by("starts_at").first()


def is_on_agenda(place: WaitingPlace) -> bool:
    """Whether a coming meeting takes the case up already."""
    items = AgendaItem.objects.filter(
        application=place.application,
        amendment__isnull=True,
        meeting__status__in=UPCOMING,
    )
    return items.exists()
