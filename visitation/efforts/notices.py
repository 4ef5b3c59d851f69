"""Who is told of an effort that begins late: chair and secretary, but for the disqualified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from visitation.models import Effort

if TYPE_CHECKING:
    from uuid import UUID


def tell_of_delay(effort_id: UUID) -> None:
    """The committee is told; the money follows no sooner than by a new decision."""
    effort = Effort.objects.select_related("application").get(pk=effort_id)
    tell(
        who_may_see(effort, Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY),
        number=effort.application.number,
        path=effort.get_absolute_url(),
        text="En indsats begynder senere end bevilget",
        topic="effort.delayed",
        must_act=False,
    )


def who_may_see(effort: Effort, *roles: Role) -> list[User]:
    """Those with one of the roles to whom the effort is open."""
    people = []
    for person in User.objects.holding(*roles):
        if Effort.objects.visible_to(person).filter(pk=effort.pk).exists():
            people.append(person)
    return people
