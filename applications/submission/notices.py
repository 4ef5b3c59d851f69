"""What the committee is told of an application: it has come, or the school took it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.models import Application
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say

if TYPE_CHECKING:
    from uuid import UUID


def tell_committee_of_submission(application_id: UUID) -> None:
    """Chair and secretary, so that the case comes onto an agenda."""
    _tell_committee(
        application_id,
        say("indsendt"),
        topic="application.submitted",
    )


def tell_committee_of_withdrawal(application_id: UUID) -> None:
    """Chair and secretary, who may have decided something meanwhile."""
    _tell_committee(
        application_id,
        say("trukket-tilbage"),
        topic="application.withdrawn",
    )


def _tell_committee(application_id: UUID, text: str, *, topic: str) -> None:
    """Whoever is disqualified in the case is not told of it either."""
    application = Application.objects.only("number").get(pk=application_id)

    people = []
    for person in User.objects.holding(Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY):
        if (
            Application.objects.reviewable_by(person)
            .filter(pk=application.pk)
            .exists()
        ):
            people.append(person)

    tell(
        people,
        number=application.number,
        path=application.get_absolute_url(),
        text=text,
        topic=topic,
    )
