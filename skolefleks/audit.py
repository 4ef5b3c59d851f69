"""The audit trail and the access log: both append-only, and each a chain of hashes.

The trail is sealed line by line as it is committed, the access log in batches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from skolefleks.models import AccessEntry, AccessSeal, AuditEntry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from skolefleks.models import User


# The columns are the fields of `Verdict`. Each entry has a seal; the hash of a
# seal is made from the hash of the seal before it and the text of its entry. One
# statement: it takes seconds for a million rows, which in Python takes minutes.
_VERIFY = """
    SELECT
        count(*) AS length,
        min(position) FILTER (WHERE entry IS NULL OR hash <> expected_hash) AS broken_at,
        (
            SELECT min(e.id) FROM skolefleks_auditentry e
            WHERE NOT EXISTS (SELECT FROM skolefleks_auditseal s WHERE s.entry_id = e.id)
        ) AS unsealed_entry,
        (
            SELECT encode(hash, 'hex') FROM skolefleks_auditseal
            ORDER BY position DESC LIMIT 1
        ) AS head
    FROM (
        SELECT
            s.position, s.hash, e.id AS entry,
            sha256(
                coalesce(lag(s.hash) OVER (ORDER BY s.position), ''::bytea)
                || convert_to(coalesce(audit_text(e), ''), 'UTF8')
            ) AS expected_hash
        FROM skolefleks_auditseal s LEFT JOIN skolefleks_auditentry e ON e.id = s.entry_id
    ) AS chain
"""

# A seal's batch begins after the last line of the seal before it.
_VERIFY_ACCESS_LOG = """
    SELECT count(*), min(position) FILTER (WHERE hash <> expected_hash), (
        SELECT encode(hash, 'hex') FROM skolefleks_accessseal
        ORDER BY position DESC LIMIT 1
    )
    FROM (
        SELECT position, hash, access_hash(
            coalesce(lag(hash) OVER in_order, ''::bytea),
            coalesce(lag(last_id) OVER in_order, 0), last_id
        ) AS expected_hash
        FROM skolefleks_accessseal WINDOW in_order AS (ORDER BY position)
    ) AS chain
"""

# Lines in one seal: as many as a large school's day makes.
BATCH = 10_000


@dataclass(frozen=True)
class Verdict:
    """How the chain stands: its number of seals, and the first mistakes in it.

    `broken_at` is the first position whose hash is wrong, `unsealed_entry` the
    first entry without a seal, `head` the last hash, in hex. Seals that were
    removed from the end, with their entries, leave no mistake in the rest:
    compare `head` with the one kept elsewhere.
    """

    length: int
    broken_at: int | None
    unsealed_entry: int | None
    head: str

    @property
    def is_intact(self) -> bool:
        return self.broken_at is None and self.unsealed_entry is None


def record(verb: str, thing: Any, *, by: User | None, **payload: object) -> None:
    """Write one entry: `by` did `verb` to `thing`. Without `by` it was the system, or a command.

    `payload` holds ids, names of fields and amounts, never personal data.
    """
    actor_id = None
    if by:
        actor_id = by.pk

    AuditEntry.objects.create(
        actor_id=actor_id,
        verb=verb,
        object_type=thing._meta.label_lower,
        object_id=str(thing.pk),
        subject=getattr(thing, "subject", ""),
        payload=payload,
    )


def log_access(kind: AccessEntry.Kind, subject: str, *, by: User) -> None:
    """Log that `by` saw a case; `subject` is its case number.

    An error of the database is not caught: what cannot be logged is not shown.
    """
    AccessEntry.objects.create(user_id=by.pk, kind=kind, subject=subject)


def log_accesses(kind: AccessEntry.Kind, subjects: Iterable[str], *, by: User) -> None:
    """Log that `by` saw several cases on one page. Takes one query."""
    entries = [
        AccessEntry(user_id=by.pk, kind=kind, subject=subject) for subject in subjects
    ]
    # One INSERT: a page of the queue names 25 cases.
    AccessEntry.objects.bulk_create(entries)


def verify() -> Verdict:
    """Recompute the whole chain in the database."""
    with connection.cursor() as cursor:
        cursor.execute(_VERIFY)
        length, broken_at, unsealed_entry, head = cursor.fetchone()
    return Verdict(length, broken_at, unsealed_entry, head or "")


def seal_access_log() -> int:
    """Seal the lines of the access log that have come since, and return their number.

    None are sealed while one of them is not yet committed: its number may be
    lower than theirs. The next run takes them along.
    """
    total = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT seal_access_log(%s)", [BATCH])
            sealed = int(cursor.fetchone()[0])
            total += sealed
            if sealed < BATCH:
                return total


def verify_access_log() -> Verdict:
    """Recompute the chain over the access log in the database."""
    with connection.cursor() as cursor:
        cursor.execute(_VERIFY_ACCESS_LOG)
        length, broken_at, head = cursor.fetchone()
    return Verdict(length, broken_at, None, head or "")


def access_unsealed_since() -> datetime | None:
    """When the oldest line of the access log was written that no seal covers."""
    last = AccessSeal.objects.order_by("-position").values_list("last_id", flat=True)
    later = AccessEntry.objects.filter(id__gt=last.first() or 0)
    return later.order_by("id").values_list("at", flat=True).first()
