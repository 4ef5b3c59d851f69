"""Who is told that an effort moves with its pupil: both schools, and PPR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say
from visitation.followups.notices import ppr_of
from visitation.models import Effort

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

EFFORTS = Effort.objects.select_related("application", "moved_from__application")


def tell_of_move(effort_id: UUID) -> None:
    """The new school has a beginning to confirm, the old one a closing report to write."""
    effort = EFFORTS.get(pk=effort_id)
    text = say("flytter-til")
    _tell(effort, _leaders(effort), text, must_act=True)
    text = say("flytter-fra")
    _tell(effort, ppr_of(effort), text, must_act=False)
    if effort.moved_from:
        _tell(effort.moved_from, _leaders(effort.moved_from), text, must_act=False)


def _leaders(effort: Effort) -> Iterable[User]:
    return User.objects.holding(Role.SCHOOL_LEADER, school=effort.school_id)


def _tell(
    effort: Effort, people: Iterable[User], text: str, *, must_act: bool
) -> None:
    tell(
        people,
        number=effort.application.number,
        path=effort.get_absolute_url(),
        text=text,
        topic="effort.moved",
        must_act=must_act,
    )
