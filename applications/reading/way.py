"""The way of a case, the same on every page: what is done, where it is, and where it ended."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from applications.lifecycle import Answer, Status
from skolefleks.danish import day, today

if TYPE_CHECKING:
    from datetime import date

    from applications.models import Application


class Place(IntEnum):
    """The stations, in their order (domain.md, "The way of a case")."""

    CHALLENGE = 0
    APPLICATION = 1
    VISITATION = 2
    EFFORT = 3
    FOLLOW_UP = 4


NAMES = ("Udfordring", "Ansøgning", "Visitation", "Indsats", "Opfølgning")

PAST_ALL = len(NAMES)


class Station(NamedTuple):
    """A part of the way. `state`: done, current, ahead, skipped, stopped or never.

    `url` is where it leads; '' where there is nothing yet.
    """

    name: str
    state: str
    note: str = ""
    url: str = ""


class Here(NamedTuple):
    """Where a case is; `is_end` where it goes no further."""

    place: int
    note: str = ""
    is_end: bool = False


def way(application: Application) -> list[Station]:
    """The stations of the case, by its row alone. Takes no query."""
    return stations(here_of(application), has_challenge=has_challenge(application))


def stations(here: Here, *, has_challenge: bool) -> list[Station]:
    """The five stations of a case that is `here`."""
    rows = []
    for place, name in enumerate(NAMES):
        rows.append(Station(name, _state(place, here)))
    if here.place < PAST_ALL:
        rows[here.place] = rows[here.place]._replace(note=here.note)
    if not has_challenge:
        rows[0] = Station(NAMES[0], "skipped", "Ikke brugt")
    return rows


def has_challenge(application: Application) -> bool:
    """Whether the case began as a challenge, and not as an application at once."""
    if application.applied_at:
        return application.applied_at != application.created_at
    # What was never applied for is a challenge, or was closed as one.
    never_submitted = application.submitted_at is None
    may_be_challenge = {Status.CHALLENGE, Status.WITHDRAWN}
    return never_submitted and application.status in may_be_challenge


def here_of(application: Application) -> Here:
    """Where the case is, by its row."""
    status = Status(application.status)
    if status == Status.CHALLENGE:
        return Here(Place.CHALLENGE)
    if status == Status.DRAFT:
        return Here(Place.APPLICATION)
    if status == Status.SENT_BACK:
        return Here(Place.APPLICATION, "Mangler oplysninger")
    if status == Status.WITHDRAWN:
        return _where_withdrawn(application)
    return _at_committee_or_after(application, today())


def _where_withdrawn(application: Application) -> Here:
    if application.submitted_at:
        return Here(Place.VISITATION, "Trukket tilbage", is_end=True)
    if application.applied_at is None:
        return Here(Place.CHALLENGE, "Lukket", is_end=True)
    return Here(Place.APPLICATION, "Trukket tilbage", is_end=True)


def _at_committee_or_after(application: Application, at: date) -> Here:
    if application.status == Status.SUBMITTED:
        note = ""
        if application.answer == Answer.POSTPONED:
            note = "Udsat"
        return Here(Place.VISITATION, note)

    last_day = application.effort_ends_on
    if last_day is None:
        return Here(Place.VISITATION, application.state, is_end=True)
    if last_day < at:
        return Here(PAST_ALL)
    return Here(Place.EFFORT, f"til {day(last_day)}")


def _state(place: int, here: Here) -> str:
    if place < here.place:
        return "done"
    if place > here.place:
        return "never" if here.is_end else "ahead"
    return "stopped" if here.is_end else "current"
