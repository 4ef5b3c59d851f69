"""Who is told of a follow-up: that it comes, that the school has reported, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from applications.models import Capacity
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say
from visitation.efforts.notices import who_may_see
from visitation.followups import rules
from visitation.lifecycle import OPEN_FOLLOW_UPS
from visitation.models import FollowUpWindow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from visitation.models import Effort

COMMITTEE = (Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY)


def remind(window_id: UUID, kind: str) -> None:
    """Send one reminder; nothing where it was held, told or cancelled since it was posted."""
    window = _window(window_id)
    [reminder] = [one for one in rules.reminders() if one.kind == kind]
    is_over = not window.effort.is_live or window.status not in OPEN_FOLLOW_UPS
    if is_over or window.status != reminder.status:
        return

    # The disqualified are not told that there is anything.
    people: Iterable[User]
    if reminder.role == Role.COMMITTEE_CHAIR:
        people = who_may_see(window.effort, Role.COMMITTEE_CHAIR)
    else:
        people = _at_school(window, reminder.role)
    _tell(
        window,
        people,
        say(f"opfoelgning-{kind.replace('_', '-')}"),
        topic=f"follow_up.{kind}",
        must_act=True,
    )


def tell_of_report(window_id: UUID) -> None:
    """PPR may read what the school says, and say its own."""
    window = _window(window_id)
    _tell(
        window,
        ppr_of(window.effort),
        say("statusrapport"),
        topic="follow_up.reported",
        must_act=True,
    )


def tell_of_outcome(window_id: UUID, *, decide: bool) -> None:
    """School, PPR and committee; chair and secretary have something to do where it is theirs."""
    window = _window(window_id)
    at_school = User.objects.at_work(window.effort.school_id)
    text = say("opfoelgning-givet")
    _tell(window, at_school, text, topic="follow_up.told", must_act=False)
    _tell(window, ppr_of(window.effort), text, topic="follow_up.told", must_act=False)

    if decide:
        text = say("opfoelgning-til-udvalget")
    people = who_may_see(window.effort, *COMMITTEE)
    _tell(window, people, text, topic="follow_up.told", must_act=decide)


# -- who is told --
def _window(window_id: UUID) -> FollowUpWindow:
    windows = FollowUpWindow.objects.select_related("effort__application")
    return windows.get(pk=window_id)


def _at_school(window: FollowUpWindow, role: Role) -> Iterable[User]:
    """Those with the role at the school; its leaders where nobody has it."""
    school = window.effort.school_id
    people = User.objects.holding(role, school=school)
    if people.exists():
        return people
    return User.objects.holding(Role.SCHOOL_LEADER, school=school)


def ppr_of(effort: Effort) -> list[User]:
    """The advisers who were invited as PPR and are advisers still."""
    invited = effort.application.invitations.filter(capacity=Capacity.PPR)
    people = User.objects.holding(Role.ADVISER)
    return list(people.filter(pk__in=invited.values("user")))


def _tell(
    window: FollowUpWindow,
    people: Iterable[User],
    text: str,
    *,
    topic: str,
    must_act: bool,
) -> None:
    number = window.effort.application.number
    path = reverse("efforts:follow_up", args=[number, window.effort_id, window.pk])
    tell(people, number=number, path=path, text=text, topic=topic, must_act=must_act)
