"""Who is told of a tariff above the ceiling: the centre chiefs, and the committee of their answer.

The disqualified are not told, and nobody is where the decision was undone meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from applications.models import Application
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say
from visitation.models import Decision

if TYPE_CHECKING:
    from uuid import UUID


def tell_chiefs(decision_id: UUID) -> None:
    """Both centre chiefs, who have a tariff to look at."""
    application = _application_above_ceiling(decision_id)
    if application is None:
        return

    tell(
        _impartial(application, Role.CENTRE_CHIEF),
        number=application.number,
        path=reverse("visitation:ceiling"),
        text=say("over-loftet"),
        topic="ceiling.exceeded",
    )


def tell_committee_of_answer(decision_id: UUID) -> None:
    """Chair and secretary: a chief has approved the tariff, or not."""
    application = _application_above_ceiling(decision_id)
    if application is None:
        return

    tell(
        _impartial(application, Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY),
        number=application.number,
        path=application.get_absolute_url(),
        text=say("svar-om-loftet"),
        topic="ceiling.answered",
    )


def _application_above_ceiling(decision_id: UUID) -> Application | None:
    decisions = Decision.objects.above_ceiling().filter(pk=decision_id)
    applications = decisions.values("pupil_case__application")
    return Application.objects.filter(pk__in=applications).first()


def _impartial(application: Application, *roles: Role) -> list[User]:
    """Those with one of the roles who are not disqualified in the case."""
    people = []
    for person in User.objects.holding(*roles):
        untied = Application.objects.untied_to(person)
        if untied.filter(pk=application.pk).exists():
            people.append(person)
    return people
