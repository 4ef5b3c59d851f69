"""Who is told that an effort has ended, what came of it, and that a pupil is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from applications.models import Capacity
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say
from skolefleks.permissions import Permission as P
from visitation.closings import actions
from visitation.efforts.notices import who_may_see
from visitation.lifecycle import EffortStatus, WhereaboutsStatus
from visitation.models import Effort, Whereabouts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

EFFORTS = Effort.objects.select_related("application", "pupil_case")


def tell_of_end(effort_id: UUID) -> None:
    """The school leaders: a closing report is due. Nothing where the effort goes on meanwhile."""
    effort = EFFORTS.get(pk=effort_id)
    # A new decision may have carried it on since the message
    # was posted.
    if effort.status != EffortStatus.ENDED:
        return
    text = say("slutrapport-mangler")
    _tell(effort, _leaders(effort), text, topic="effort.ended", must_act=True)


def tell_of_closing(effort_id: UUID) -> None:
    """PPR, chair and secretary may read what came of it."""
    effort = EFFORTS.get(pk=effort_id)
    text = say("slutrapport-afleveret")
    committee = who_may_see(effort, Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY)
    for people in (_ppr(effort), committee):
        _tell(effort, people, text, topic="effort.closed", must_act=False)


def ask_where_pupil_is(whereabouts_id: UUID) -> None:
    """The school, or PPR where the pupil has moved; nothing where it is answered already."""
    question = Whereabouts.objects.get(pk=whereabouts_id)
    if question.status != WhereaboutsStatus.ASKED:
        return
    effort = EFFORTS.get(pk=question.effort_id)
    # Its old school knows no more of a pupil who has moved.
    people: Iterable[User] = _leaders(effort)
    if actions.right_to_answer(effort) == P.PPR_LINE_WRITE:
        people = _ppr(effort)
    text = say("hvor-er-eleven", maaneder=str(question.months))
    _tell(effort, people, text, topic="effort.whereabouts", must_act=True)


def _leaders(effort: Effort) -> Iterable[User]:
    return User.objects.holding(Role.SCHOOL_LEADER, school=effort.school_id)


def _ppr(effort: Effort) -> list[User]:
    """The advisers who were invited as PPR and are advisers still."""
    invited = effort.application.invitations.filter(capacity=Capacity.PPR)
    people = User.objects.holding(Role.ADVISER)
    return list(people.filter(pk__in=invited.values("user")))


def _tell(
    effort: Effort, people: Iterable[User], text: str, *, topic: str, must_act: bool
) -> None:
    number = effort.application.number
    path = reverse("efforts:closing", args=[number, effort.pk])
    tell(people, number=number, path=path, text=text, topic=topic, must_act=must_act)
