"""Who may not judge a case (inhabil), and why in a fixed sentence.

The same people as `Application.objects.reviewable_by` leaves out; here with the
reason. A tie is what the system itself finds, and nobody can lift it; a recusal
is set by a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from applications.models import Recusal
from skolefleks.models import Membership
from skolefleks.written_once import rows_written_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from applications.models import Application
    from skolefleks.models import User

# By the id of the person.
Reasons = dict[int, str]

# By hand: to ask who may not judge a case took 4.9 ms, and takes 1.9 since the ORM need not write
# two queries for it. A decision takes 85 ms, and the room's page 58.
NAMED_IN_CASES = """
    SELECT application_id, user_id, '' FROM applications_invitation
    WHERE application_id = ANY(%s) AND user_id = ANY(%s)
    UNION ALL
    SELECT application_id, user_id, origin FROM applications_recusal
    WHERE application_id = ANY(%s) AND user_id = ANY(%s)
        AND lifted_at IS NULL
"""


def disqualifications(application: Application, people: Iterable[User]) -> Reasons:
    """Who of `people` may not judge the case, and why. Takes two queries."""
    return disqualifications_by_case([application], people)[application.pk]


def disqualifications_by_case(
    applications: Sequence[Application], people: Iterable[User]
) -> dict[UUID, Reasons]:
    """The same for several cases at once, by the id of the case; two queries for all of them."""
    people = list(people)
    mentions = _named_in(applications, people)
    by_case = _ties_by_case(applications, people, mentions)
    for application_id, user_id, origin in mentions:
        # A tie says more than a recusal beside it.
        if origin:
            label = Recusal.Origin(origin).label
            by_case[application_id].setdefault(user_id, label)
    return by_case


def ties_of(application: Application, people: Iterable[User]) -> Reasons:
    """Who of `people` is tied to the case, and how. Takes two queries."""
    people = list(people)
    mentions = _named_in([application], people)
    return _ties_by_case([application], people, mentions)[application.pk]


def _ties_by_case(
    applications: Sequence[Application],
    people: Sequence[User],
    mentions: Iterable[tuple[UUID, int, str]],
) -> dict[UUID, Reasons]:
    """By the id of the case. Where several ties hold, the last found names the reason."""
    user_ids = tuple(person.pk for person in people)
    by_case: dict[UUID, Reasons] = {application.pk: {} for application in applications}

    for application_id, user_id, origin in mentions:
        if not origin:
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


def _named_in(
    applications: Iterable[Application], people: Iterable[User]
) -> list[tuple[UUID, int, str]]:
    """Who of `people` is named in which case: (case, person, origin of the recusal).

    The origin of an invitation, which is a tie, is empty.
    """
    cases = [application.pk for application in applications]
    user_ids = [person.pk for person in people]
    with connection.cursor() as cursor:
        cursor.execute(NAMED_IN_CASES, [cases, user_ids, cases, user_ids])
        rows: list[tuple[UUID, int, str]] = cursor.fetchall()
    return rows


@rows_written_once
def _workplaces(
    schools: tuple[int, ...], people: tuple[int, ...]
) -> QuerySet[Any, Any]:
    rows = Membership.objects.current().filter(user__in=people, school__in=schools)
    return rows.values_list("school", "user")
