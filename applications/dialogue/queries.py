"""What was said on a case between the school and its advisers, and what advisers have stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from applications.dialogue import rules
from applications.lifecycle import AT_SCHOOL, Status
from applications.models import (
    Application,
    Capacity,
    DialogueEntry,
    Invitation,
    Statement,
)
from skolefleks.administration import work_left
from skolefleks.models import Role, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Shown at once; the longest waiting first.
MOST_STATEMENTS = 25


def followers_of(application: Application) -> QuerySet[User]:
    """Who hears what happens in a case: the school's leaders, who wrote it, and PPR.

    Only who is there still: a writer who works at the school, and the invited
    who are advisers.
    """
    school = application.school_id
    invited = application.invitations.filter(capacity=Capacity.PPR)
    leaders = User.objects.holding(Role.SCHOOL_LEADER, school=school)
    writer = User.objects.at_work(school).filter(pk=application.created_by_id)
    ppr = User.objects.holding(Role.ADVISER).filter(pk__in=invited.values("user"))
    # As ids, since each of the three is joined in a way of its own.
    is_any = Q(pk__in=leaders.values("pk")) | Q(pk__in=writer.values("pk"))
    return User.objects.filter(is_any | Q(pk__in=ppr.values("pk")))


@dataclass(frozen=True)
class Thread:
    """An entry of the dialogue with its corrections, as the reader sees it."""

    entry: DialogueEntry
    corrections: list[DialogueEntry]
    is_shared: bool


def threads_of(application: Application, *, shared_only: bool = False) -> list[Thread]:
    """The dialogue, the oldest first; takes one query.

    `shared_only`: what the school has shared with the committee.
    """
    entries = application.dialogue.select_related("written_by", "share")
    first_entries = []
    corrections: dict[UUID, list[DialogueEntry]] = {}
    for entry in entries.order_by("written_at", "id"):
        if entry.corrects_id is None:
            first_entries.append(entry)
        else:
            corrections.setdefault(entry.corrects_id, []).append(entry)

    threads = []
    for entry in first_entries:
        # Django's way to say of a one-to-one row that it is not there; it was
        # read with the entry.
        is_shared = hasattr(entry, "share")
        if is_shared or not shared_only:
            threads.append(Thread(entry, corrections.get(entry.pk, []), is_shared))
    return threads


def signed_statements(
    application: Application,
) -> list[tuple[Statement, list[Statement]]]:
    """For each capacity, and pupil, the statement that stands, and the earlier ones; PPR first.

    Takes one query.
    """
    signed = application.statements.filter(signed_at__isnull=False)
    newest_first = signed.select_related("written_by", "pupil")
    by_capacity: dict[str, dict[UUID | None, list[Statement]]] = {}
    for statement in newest_first.order_by("-signed_at", "id"):
        of_capacity = by_capacity.setdefault(statement.capacity, {})
        of_capacity.setdefault(statement.pupil_id, []).append(statement)

    # In the order that the capacities are declared in: PPR is the first.
    groups = []
    for capacity in Capacity.values:
        for newest, *earlier in by_capacity.get(capacity, {}).values():
            groups.append((newest, earlier))
    return groups


def awaited_statements(application: Application) -> list[Invitation]:
    """The invitations of PPR and caseworkers that have led to no signed statement yet."""
    invitations = application.invitations.filter(capacity__in=rules.ASKED_TO_STATE)
    ordered = invitations.select_related("user").order_by("capacity", "id")
    return list(_without_statement(ordered))


def statements_to_write(user: User) -> list[Application]:
    """The cases that wait for a statement of `user`'s: invited as PPR or caseworker, undecided."""
    invitations = Invitation.objects.filter(
        user=user, capacity__in=rules.ASKED_TO_STATE
    )
    waiting = _without_statement(invitations).values("application")

    undecided = (*AT_SCHOOL, Status.SUBMITTED)
    applications = Application.objects.visible_to(user).filter(
        status__in=undecided, pk__in=waiting
    )
    return list(
        applications.select_related("school").order_by("updated_at")[:MOST_STATEMENTS]
    )


def draft_statement(application: Application, user: User) -> Statement | None:
    """The statement on the case that `user` has begun and not signed; there is one at most."""
    unsigned = Statement.objects.filter(signed_at__isnull=True)
    return unsigned.filter(application=application, written_by=user).first()


def _without_statement(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    statements = Statement.objects.filter(
        application=OuterRef("application"),
        written_by=OuterRef("user"),
        signed_at__isnull=False,
    )
    return invitations.filter(~Exists(statements))


@work_left.counts_as("Åbne sager, personen skriver på")
def _count_cases_begun(person: User) -> int:
    return cases_begun(person).count()


@work_left.counts_as("Åbne sager, personen er inviteret til")
def _count_invitations(person: User) -> int:
    return open_invitations(person).count()


def cases_begun(person: User) -> QuerySet[Application]:
    """The cases that the person opened and that lie at the school."""
    return Application.objects.filter(created_by=person, status__in=AT_SCHOOL)


def open_invitations(person: User) -> QuerySet[Invitation]:
    """What the person is invited to and that is not over."""
    closed = (Status.CLOSED, Status.WITHDRAWN)
    invitations = Invitation.objects.filter(user=person)
    return invitations.exclude(application__status__in=closed)
