"""Taking in what the finance system has booked, and settling what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from budget.lifecycle import DifferenceStatus
from budget.models import BookedImport, BookedLine, ColumnProfile, Difference
from budget.reconciliation import queries, rules
from skolefleks import audit
from skolefleks.danish import day
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import Refusal
from skolefleks.statemachine import follow, move

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from datetime import date

    from budget.reconciliation.reading import Line
    from skolefleks.models import User


@transaction.atomic
def take_in(
    lines: Sequence[Line],
    *,
    profile_name: str,
    columns: Mapping[str, str],
    covers_from: date,
    covers_to: date,
    file_name: str,
    by: User,
) -> BookedImport:
    """Keep all lines of a file, and compare again everything that files cover.

    The newest file holds for the days that it covers. Raises PermissionDenied, and Refusal for a
    line of another day than the file is said to cover.
    """
    require(by, Permission.PAYMENT_MAKE, at=EVERYWHERE)
    for line in lines:
        if not covers_from <= line.booked_on <= covers_to:
            raise Refusal(
                f"Linje {line.number} er bogført {day(line.booked_on)}, uden for perioden.",
                field="covers_to",
            )

    # One file at a time: both would compare, and write every difference twice.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('skolefleks.reconciliation'))"
        )
    profile, _ = ColumnProfile.objects.update_or_create(
        name=profile_name, defaults=columns
    )
    booked_import = BookedImport.objects.create(
        file_name=file_name,
        profile=profile,
        covers_from=covers_from,
        covers_to=covers_to,
        line_count=len(lines),
        made_by=by,
    )
    BookedLine.objects.bulk_create(
        BookedLine(booked_import=booked_import, **line._asdict()) for line in lines
    )
    # How many, and never what: the trail holds no account and no text.
    audit.record("reconcile", booked_import, by=by, lines=len(lines))
    _compare(by=by)
    return booked_import


def _compare(*, by: User) -> None:
    """Write down new differences, and resolve the open ones that are none any more."""
    match = rules.match(queries.paid_instalments(), queries.booked_lines())
    line_ids = [finding.line for finding in match.differences if finding.line]
    lines = BookedLine.objects.in_bulk(line_ids)

    standing: dict[Hashable, Difference] = {}
    for row in Difference.objects.exclude(
        status=DifferenceStatus.RESOLVED
    ).select_related("line"):
        standing[_key(row.kind, row.instalment_id, row.line)] = row

    new_differences = []
    for finding in match.differences:
        # Number 0 is no line's: such a difference is an instalment without one.
        line = lines.get(finding.line or 0)
        key = _key(finding.kind, finding.instalment, line)
        if key in standing:
            # It is written down already, and stands on.
            del standing[key]
            continue
        new_differences.append(
            Difference(kind=finding.kind, instalment_id=finding.instalment, line=line)
        )
    Difference.objects.bulk_create(new_differences)

    # What is left stood there before, and the newest file does not say it.
    for row in standing.values():
        if row.status == DifferenceStatus.OPEN:
            follow(row, "resolve", by=by)


def _key(kind: str, instalment_id: object, line: BookedLine | None) -> Hashable:
    words = None
    if line is not None:
        words = queries.said_by(line)
    return str(kind), instalment_id, words


@transaction.atomic
def settle(difference: Difference, *, reason: str, by: User) -> None:
    """Say why a difference may stand. Raises NotPossible, Overtaken, PermissionDenied."""
    # Before the step: no row may be settled without a reason.
    difference.reason = reason
    difference.settled_by = by
    difference.settled_at = timezone.now()
    open_rows = Difference.objects.filter(
        pk=difference.pk, status=DifferenceStatus.OPEN
    )
    open_rows.update(reason=reason, settled_by=by, settled_at=difference.settled_at)
    move(difference, "settle", by=by, kind=difference.kind)
