"""A case before it is an application: a pupil on the edge, and what worries the school."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from applications.actions.applications import lock, open_case, store_pupil, touch
from applications.lifecycle import Status
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible
from skolefleks.statemachine import move

if TYPE_CHECKING:
    from applications.models import Application, PupilCase
    from skolefleks.models import School, User


@transaction.atomic
def start_challenge(case: PupilCase, *, school: School, cpr: str, by: User) -> Application:
    """Open a case with the one pupil `case` that worries the school; `cpr` is ten digits or ''."""
    application = open_case(school=school, status=Status.CHALLENGE, by=by)
    case.application = application
    store_pupil(case, cpr=cpr)
    touch(application, by=by, step="challenge")
    return application


@transaction.atomic
def write_challenge(case: PupilCase, *, cpr: str, by: User) -> None:
    """Store what is written of the challenge. Raises NotPossible once it has become an application."""
    require(by, Permission.APPLICATION_WRITE, case.application)
    lock(case.application)
    if case.application.status != Status.CHALLENGE:
        raise NotPossible("Udfordringen er blevet til en ansøgning. Skriv videre i den.")
    store_pupil(case, cpr=cpr)
    touch(case.application, by=by, step="challenge")


@transaction.atomic
def apply(application: Application, *, by: User) -> None:
    """Make an application of a challenge: the same case, pupil, advisers and dialogue; the worry begins the description.

    The worry stays readable to the school and the advisers as it was written; the committee gets the description.
    """
    lock(application)
    move(application, "apply", by=by)
    for case in application.pupil_cases.all():
        if case.worry and not case.description:
            case.description = f"{case.worry}\n\nSiden: {case.worried_since}" if case.worried_since else case.worry
            case.save(update_fields=["description"])
    touch(application, by=by, step="challenge")
