"""What waits for the one who signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from applications.lifecycle import AT_SCHOOL, Status
from applications.models import Application, Invitation
from applications.reading import queries as reading_queries
from budget.models import Standing
from skolefleks.permissions import Permission as P
from skolefleks.permissions import schools_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from skolefleks.models import User


SHORT_LIST = 10


RECENTLY = timedelta(days=45)


def waiting_at_school(user: User) -> list[Application]:
    """The challenges, drafts and sent-back cases of the person's schools, the sent-back first."""
    mine = Application.objects.filter(
        school__in=schools_of(user, P.APPLICATION_WRITE), status__in=AT_SCHOOL
    )
    return _listed(mine.order_by("-status", "-updated_at"))


def recently_decided(user: User) -> list[Application]:
    mine = Application.objects.filter(
        school__in=schools_of(user, P.APPLICATION_WRITE), status=Status.CLOSED
    )
    return _listed(mine.filter(updated_at__gt=timezone.now() - RECENTLY).order_by("-updated_at"))


def invited_to(user: User) -> QuerySet[Application]:
    """The cases the person was invited to, with what a list shows."""
    invited = Invitation.objects.filter(user=user).values("application")
    rows = Application.objects.visible_to(user).filter(pk__in=invited)
    return rows.select_related("school").only(*reading_queries.LIST_FIELDS)


def free_money(years: Collection[int]) -> list[tuple[str, int]]:
    """('Fri i 2026', whole DKK) of those `years` that have a pool."""
    return [(f"Fri i {year}", free) for year, free in sorted(Standing.objects.free(years).items())]


def _listed(rows: QuerySet[Application]) -> list[Application]:
    return list(rows.select_related("school").only(*reading_queries.LIST_FIELDS)[:SHORT_LIST])
