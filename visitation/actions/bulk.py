"""What is done to many cases at once, one by one: what is refused of one leaves the others done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from skolefleks.refusals import Refusal
from visitation.actions.agenda import add_to_agenda

if TYPE_CHECKING:
    from collections.abc import Iterable

    from applications.models import Application
    from skolefleks.models import User
    from visitation.models import Meeting


class Line(NamedTuple):
    """What came of one case; `refused` says why not, in words."""

    number: str
    refused: str = ""


def add_each_to_agenda(meeting: Meeting, applications: Iterable[Application], *, by: User) -> list[Line]:
    """Put each case last on the agenda, each in a savepoint of its own."""
    return [Line(application.number, _refused(meeting, application, by=by)) for application in applications]


def _refused(meeting: Meeting, application: Application, *, by: User) -> str:
    try:
        add_to_agenda(meeting, application, by=by)
    except Refusal as refusal:
        return str(refusal)
    return ""
