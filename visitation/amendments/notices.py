"""Who is told what is asked of a running effort, and what the committee answers; not what for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say
from visitation.efforts.notices import who_may_see
from visitation.followups.notices import ppr_of
from visitation.models import Amendment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

COMMITTEE = (Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY)


def tell_of_application(amendment_id: UUID) -> None:
    """Chair and secretary have an application for an extension; not where it was taken back."""
    amendment = _amendment(amendment_id)
    if not amendment.is_waiting:
        return
    tell(
        who_may_see(amendment.effort, *COMMITTEE),
        number=amendment.subject,
        path=amendment.get_absolute_url(),
        text=say("forlaengelse"),
        topic="amendment.asked",
        must_act=True,
    )


def tell_of_answer(amendment_id: UUID) -> None:
    """The school, whose turn it is now, and PPR: what the committee decided on the effort."""
    amendment = _amendment(amendment_id)
    effort = amendment.effort
    path = reverse("efforts:money", args=[effort.application.number, effort.pk])
    _tell(amendment, path, User.objects.at_work(effort.school_id), must_act=True)
    _tell(amendment, path, ppr_of(effort), must_act=False)


def _tell(
    amendment: Amendment,
    path: str,
    people: Iterable[User],
    *,
    must_act: bool,
) -> None:
    tell(
        people,
        number=amendment.subject,
        path=path,
        text=say("ny-afgoerelse"),
        topic="amendment.decided",
        must_act=must_act,
    )


def _amendment(amendment_id: UUID) -> Amendment:
    rows = Amendment.objects.select_related("effort__application")
    return rows.get(pk=amendment_id)
