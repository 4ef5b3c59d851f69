"""Who is told that an application waits for a signature, was handed back, or was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from applications.models import HandOver
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def tell_leaders(hand_over_id: UUID) -> None:
    """The school's leaders, while it waits for one of them."""
    handed = _handed(hand_over_id)
    if not handed.is_waiting:
        return
    school = handed.application.school_id
    leaders = User.objects.holding(Role.SCHOOL_LEADER, school=school)
    text = say("til-underskrift")
    _tell(handed, leaders, text, topic="application.handed_over")


def tell_writer(hand_over_id: UUID) -> None:
    """Whoever handed it over: it is theirs again."""
    handed = _handed(hand_over_id)
    text = say("givet-tilbage")
    _tell(handed, _who_handed(handed), text, topic="application.handed_back")


def tell_of_signature(hand_over_id: UUID) -> None:
    """Whoever handed it over: it is with the committee."""
    handed = _handed(hand_over_id)
    text = say("underskrevet")
    people = _who_handed(handed)
    _tell(handed, people, text, topic="application.signed", must_act=False)


def _handed(hand_over_id: UUID) -> HandOver:
    return HandOver.objects.select_related("application").get(pk=hand_over_id)


def _who_handed(handed: HandOver) -> Iterable[User]:
    at_school = User.objects.at_work(handed.application.school_id)
    return at_school.filter(pk=handed.handed_by_id)


def _tell(
    handed: HandOver,
    people: Iterable[User],
    text: str,
    *,
    topic: str,
    must_act: bool = True,
) -> None:
    number = handed.application.number
    tell(
        people,
        number=number,
        path=reverse("applications:check", args=[number]),
        text=text,
        topic=topic,
        must_act=must_act,
    )
