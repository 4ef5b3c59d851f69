"""Who may not judge a case (inhabil), and why in a fixed sentence.

The same people as `Application.objects.reviewable_by` leaves out; here with the
reason. A tie is what the system itself finds, and nobody can lift it; a recusal
is set by a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from applications.models import Application, Invitation, Recusal
from skolefleks.models import Membership
from skolefleks.written_once import rows_written_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from skolefleks.models import User

# By the id of the person.
Reasons = dict[int, str]


def disqualifications(application: Application, people: Iterable[User]) -> Reasons:
    """Who of `people` may not judge the case, and why. Takes three queries."""
    return disqualifications_by_case([application], people)[application.pk]


def disqualifications_by_case(
    applications: Sequence[Application], people: Iterable[User]
) -> dict[UUID, Reasons]:
    """The same for several cases at once, by the id of the case; three queries for all of them."""
    people = list(people)
    by_case = _ties_by_case(applications, people)

    user_ids = tuple(person.pk for person in people)
    for application_id, user_id, origin in _recusals(tuple(by_case), user_ids):
        # A tie says more than a recusal beside it.
        by_case[application_id].setdefault(user_id, Recusal.Origin(origin).label)
    return by_case


def ties_of(application: Application, people: Iterable[User]) -> Reasons:
    """Who of `people` is tied to the case, and how. Takes two queries."""
    return _ties_by_case([application], list(people))[application.pk]


def _ties_by_case(
    applications: Sequence[Application], people: Sequence[User]
) -> dict[UUID, Reasons]:
    """By the id of the case. Where several ties hold, the last found names the reason."""
    user_ids = tuple(person.pk for person in people)
    by_case: dict[UUID, Reasons] = {application.pk: {} for application in applications}

    for application_id, user_id in _invitations(tuple(by_case), user_ids):
        by_case[application_id][user_id] = "Er rådgiver i sagen"

    schools = {application.school_id for application in applications}
    places = set(_workplaces(tuple(sorted(schools)), user_ids))

    for application in applications:
        reasons = by_case[application.pk]
        for school_id, user_id in places:
            if school_id == application.school_id:
                reasons[user_id] = "Arbejder på skolen"

        for author in (
            application.created_by_id,
            application.submitted_by_id,
        ):
            if author in user_ids:
                reasons[author] = "Har skrevet eller indsendt ansøgningen"
    return by_case


@rows_written_once
def _recusals(
    applications: tuple[UUID, ...], people: tuple[int, ...]
) -> QuerySet[Any, Any]:
    rows = Recusal.objects.filter(
        application__in=applications, user__in=people, lifted_at__isnull=True
    )
    return rows.values_list("application", "user", "origin")


@rows_written_once
def _invitations(
    applications: tuple[UUID, ...], people: tuple[int, ...]
) -> QuerySet[Any, Any]:
    rows = Invitation.objects.filter(application__in=applications, user__in=people)
    return rows.values_list("application", "user")


@rows_written_once
def _workplaces(
    schools: tuple[int, ...], people: tuple[int, ...]
) -> QuerySet[Any, Any]:
    rows = Membership.objects.current().filter(user__in=people, school__in=schools)
    return rows.values_list("school", "user")
