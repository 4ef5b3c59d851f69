"""Who is told what of the advisers' part in a case: invited, written to, a statement signed.

Never the words themselves: a notice says that there is something to read, and where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from applications.dialogue import rules
from applications.dialogue.queries import followers_of
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say

if TYPE_CHECKING:
    from collections.abc import Collection

    from applications.models import Application, DialogueEntry, Statement


def tell_adviser_of_invitation(application: Application, adviser_id: int) -> None:
    """The adviser who was invited, unless they have left since."""
    # The capacity stands on the invitation: a title that is changed later changes
    # nothing here.
    invitation = application.invitations.filter(user=adviser_id).first()

    text = say("inviteret")
    if invitation and invitation.capacity in rules.ASKED_TO_STATE:
        text = say("inviteret-udtalelse")

    tell(
        User.objects.filter(pk=adviser_id, is_active=True),
        number=application.number,
        path=application.get_absolute_url(),
        text=text,
        topic="application.invited",
    )


def tell_others_of_entry(entry: DialogueEntry) -> None:
    """The advisers of what the school writes, the school of what an adviser writes.

    Never the writer.
    """
    application = entry.application
    # An adviser writes as something (`written_as`), the school as itself.
    if entry.written_as:
        readers = school_people_of(application)
    else:
        readers = advisers_of(application)

    tell(
        [person for person in readers if person.pk != entry.written_by_id],
        number=application.number,
        path=reverse("applications:dialogue", args=[application.number]),
        text=say("dialog"),
        topic="dialogue.written",
        must_act=False,
    )


def tell_school_of_statement(statement: Statement) -> None:
    """The school, whose application may now be complete."""
    application = statement.application
    tell(
        school_people_of(application),
        number=application.number,
        path=reverse("applications:dialogue", args=[application.number]),
        text=say("udtalelse", hvem=statement.get_capacity_display()),
        topic="statement.signed",
        must_act=False,
    )


def tell_followers(
    application: Application,
    text: str,
    *,
    topic: str,
    path: str = "",
    acting: Collection[Role] = (),
) -> None:
    """Who follows a case hears what happened in it, each by their own choice of mail.

    It waits for those at the school who have one of the roles `acting`. PPR, and
    whoever else it is not for, are told it as something to know.
    """
    followers = followers_of(application)
    act = User.objects.holding(*acting, school=application.school_id).values("pk")
    for people, must_act in (
        (followers.filter(pk__in=act), True),
        (followers.exclude(pk__in=act), False),
    ):
        tell(
            people,
            number=application.number,
            path=path or application.get_absolute_url(),
            text=text,
            topic=topic,
            must_act=must_act,
        )


def advisers_of(application: Application) -> list[User]:
    """The invited who are advisers still."""
    advisers = User.objects.holding(Role.ADVISER)
    return list(advisers.filter(invitations__application=application))


def school_people_of(application: Application) -> list[User]:
    """Who opened the case or wrote in its dialogue, and works at the school still.

    The school's leaders where none of them does.
    """
    own_entries = application.dialogue.filter(written_as="")
    writers = set(own_entries.values_list("written_by", flat=True))
    writers.add(application.created_by_id)

    people = User.objects.at_work(application.school_id).filter(pk__in=writers)
    if people:
        return list(people)
    return list(User.objects.holding(Role.SCHOOL_LEADER, school=application.school_id))
