"""Who is told of an effort that begins late: chair and secretary, but for the disqualified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from applications.dialogue.notices import tell_followers
from budget.models import Instalment
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say
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
        text=say("begynder-senere"),
        topic="effort.delayed",
        must_act=False,
    )


def tell_of_payment(run_id: UUID) -> None:
    """The schools that a run has paid: who follows each case hears of its own."""
    paid = Instalment.objects.filter(run=run_id, amount__gt=0)
    efforts = Effort.objects.filter(grants__in=paid.values("reference"))
    for effort in efforts.select_related("application").distinct():
        number = effort.application.number
        tell_followers(
            effort.application,
            say("udbetalt"),
            topic="payments.settled",
            path=reverse("efforts:money", args=[number, effort.pk]),
        )


def who_may_see(effort: Effort, *roles: Role) -> list[User]:
    """Those with one of the roles to whom the effort is open."""
    people = []
    for person in User.objects.holding(*roles):
        if Effort.objects.visible_to(person).filter(pk=effort.pk).exists():
            people.append(person)
    return people
