"""What waits for the one who signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from applications.lifecycle import AT_SCHOOL, Status
from applications.models import Application, Invitation
from applications.reading import queries as reading_queries
from applications.reading import rules as reading_rules
from budget.models import Standing
from skolefleks.danish import today
from skolefleks.permissions import Permission as P
from skolefleks.permissions import schools_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from skolefleks.models import User


# With what is next in it.
ListedCase = tuple[Application, str]

# Cases; all of them stand on pages of their own.
SHORT_LIST = 10

RECENTLY = timedelta(days=45)


def waiting_at_school(user: User) -> list[ListedCase]:
    """The challenges, drafts and sent-back cases of the person's schools, the sent-back first."""
    waiting = _cases_of_own_schools(user).filter(status__in=AT_SCHOOL)
    # By the statuses' own words: "sent_back" comes after "draft" and "challenge".
    return _short_list(waiting.order_by("-status", "-updated_at"))


def recently_decided(user: User) -> list[ListedCase]:
    """The closed cases of the person's schools that something happened in lately."""
    since = timezone.now() - RECENTLY
    decided = _cases_of_own_schools(user).filter(status=Status.CLOSED)
    return _short_list(decided.filter(updated_at__gt=since).order_by("-updated_at"))


def invited_to(user: User) -> QuerySet[Application]:
    """The cases the person was invited to, with what a list shows."""
    invitations = Invitation.objects.filter(user=user)
    # Most people are invited to none, and everybody's start page asks.
    if not invitations.exists():
        return Application.objects.none()
    visible = Application.objects.visible_to(user)
    return _as_listed(visible.filter(pk__in=invitations.values("application")))


def free_money(years: Collection[int]) -> list[tuple[str, int]]:
    """('Fri i 2026', whole DKK) of those `years` that have a pool."""
    free = Standing.objects.free(years)
    return [(f"Fri i {year}", free[year]) for year in sorted(free)]


def _cases_of_own_schools(user: User) -> QuerySet[Application]:
    return Application.objects.filter(school__in=schools_of(user, P.APPLICATION_WRITE))


def with_next_steps(
    applications: Iterable[Application],
) -> list[ListedCase]:
    """Each with what is next in it. Takes no query of its own."""
    at = today()
    rows = []
    for application in applications:
        rows.append(
            (
                application,
                reading_rules.next_step(application, at),
            )
        )
    return rows


def _short_list(
    applications: QuerySet[Application],
) -> list[ListedCase]:
    # Sliced last: a sliced query can be neither filtered nor told what to read.
    return with_next_steps(_as_listed(applications)[:SHORT_LIST])


def _as_listed(
    applications: QuerySet[Application],
) -> QuerySet[Application]:
    return applications.select_related("school").only(*reading_queries.LIST_FIELDS)
