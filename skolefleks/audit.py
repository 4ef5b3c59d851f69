"""The audit trail and the access log: both append-only, and each a chain of hashes.

The trail is sealed line by line as it is committed, the access log in batches. Each line of the
trail carries a mark, made with a key of the site that the database does not hold. A line about a
thing with a `proved_content` carries a digest of that too: of what the thing was at that moment.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from skolefleks.encryption import key_ring
from skolefleks.models import AccessEntry, AccessSeal, AuditEntry, AuditSeal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from skolefleks.models import User

# The context of a mark's keyed digest, which makes it differ from every other digest of the site.
MARK = "skolefleks.auditentry"

# So many lines are in memory at a time.
ROWS_AT_ONCE = 5_000

# The columns are the fields of `Verdict`. Each entry has a seal; the hash of a seal is made from
# the hash of the seal before it and the text of its entry. The seal at the position `after` was
# checked before: its hash is taken as it is.
# In one statement a million rows take seconds; in Python they take minutes.
_VERIFY = """
    SELECT
        count(*) AS length,
        min(position) FILTER (
            WHERE position > %(after)s AND (entry IS NULL OR hash <> expected_hash)
        ) AS broken_at,
        (
            SELECT min(e.id) FROM skolefleks_auditentry e
            WHERE e.id > %(entry)s
                AND NOT EXISTS (SELECT FROM skolefleks_auditseal s WHERE s.entry_id = e.id)
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
        WHERE s.position >= %(after)s
    ) AS chain
"""

_LOG_ACCESSES = """
    INSERT INTO skolefleks_accessentry (at, user_id, kind, subject)
    SELECT %s, %s, %s, unnest(%s::text[])
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

# The most lines of the access log under one seal: as many as a large school makes in a day.
BATCH = 10_000


@dataclass(frozen=True)
class Verdict:
    """How the chain stands: its number of seals, and the first mistakes in it.

    `broken_at` is the first position whose hash is wrong, `unsealed_entry` the first entry without
    a seal, `head` the last hash, in hex. Seals that were removed from the end, with their entries,
    leave no mistake in the rest: compare `head` with the one kept elsewhere.
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
    AuditEntry.objects.create(**_columns(verb, thing, by, payload))


def record_each(verb: str, things: Iterable[Any], *, by: User | None) -> None:
    """Write an entry for each of `things`. One query."""
    entries = [AuditEntry(**_columns(verb, thing, by, {})) for thing in things]
    AuditEntry.objects.bulk_create(entries)


def _columns(
    verb: str, thing: Any, by: User | None, payload: dict[str, object]
) -> dict[str, Any]:
    actor_id = None
    if by:
        actor_id = by.pk
    content = getattr(thing, "proved_content", None)
    if content is not None:
        payload = {**payload, "digest": digest_of(content)}

    columns = {
        "at": timezone.now(),
        "actor_id": actor_id,
        "verb": verb,
        "object_type": thing._meta.label_lower,
        "object_id": str(thing.pk),
        "subject": getattr(thing, "subject", ""),
        "payload": payload,
    }
    return {**columns, "mark": mark_of(**columns)}


def digest_of(content: str) -> str:
    """SHA-256 in hex, as the proof's SQL makes it too.

    It needs no key to keep the content secret: what a posting or a run says stands in the trail.
    """
    return hashlib.sha256(content.encode()).hexdigest()


def mark_of(
    *,
    at: datetime,
    actor_id: int | None,
    verb: str,
    object_type: str,
    object_id: str,
    subject: str,
    payload: dict[str, Any],
) -> str:
    """The keyed digest of all that a line says, in hex."""
    moment = at.astimezone(UTC).isoformat()
    values = [moment, actor_id, verb, object_type, object_id, subject, payload]
    # With sorted keys: the database keeps those of a payload in an order of its own.
    text = json.dumps(values, sort_keys=True)
    return key_ring().digest(text.encode(), MARK)


def log_access(kind: AccessEntry.Kind, subject: str, *, by: User) -> None:
    """Log that `by` saw a case, or signed in or out. `subject` is the case's number, or ''.

    An error of the database is not caught: what cannot be logged is not shown.
    """
    AccessEntry.objects.create(user_id=by.pk, kind=kind, subject=subject)


def log_accesses(kind: AccessEntry.Kind, subjects: Iterable[str], *, by: User) -> None:
    """Log that `by` saw several cases on one page."""
    # One INSERT by hand: a page of the queue names 25 cases, and `bulk_create` opens a transaction
    # of its own around it.
    with connection.cursor() as cursor:
        cursor.execute(_LOG_ACCESSES, [timezone.now(), by.pk, kind, list(subjects)])


def verify(*, after: int = 0, entry: int = 0) -> Verdict:
    """Recompute the chain in the database, after the seal at the position `after`.

    Every entry with an id above `entry` is to have a seal. The defaults verify the whole chain.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERIFY, {"after": after, "entry": entry})
        length, broken_at, unsealed_entry, head = cursor.fetchone()
    return Verdict(length, broken_at, unsealed_entry, head or "")


def seal_access_log() -> int:
    """Seal the lines of the access log that have no seal yet, and return their number.

    None are sealed while somebody's line is not yet committed, since its id may be lower than
    theirs. The next run seals them then.
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
    """When the oldest line of the access log without a seal was written; None for no such line."""
    last = AccessSeal.objects.order_by("-position").values_list("last_id", flat=True)
    later = AccessEntry.objects.filter(id__gt=last.first() or 0)
    return later.order_by("id").values_list("at", flat=True).first()


def forged_entry(*, after: int = 0, marked_after: int | None = None) -> int | None:
    """The id of the first entry after the position `after` with a wrong mark; None for none.

    An entry without a mark is let pass up to the position `marked_after` (None: everywhere), since
    the trail is older than its marks.
    """
    seals = AuditSeal.objects.filter(position__gt=after).order_by("position")
    for positions in _in_batches(seals.values_list("position", "entry_id").iterator()):
        entries = AuditEntry.objects.in_bulk([entry_id for _, entry_id in positions])
        for position, entry_id in positions:
            entry = entries.get(entry_id)
            # The entry of this seal was removed.
            if entry is None:
                return entry_id
            is_old = marked_after is None or position <= marked_after
            if not entry.mark and is_old:
                continue
            if not hmac.compare_digest(entry.mark, _mark_of_entry(entry)):
                return entry_id
    return None


def _mark_of_entry(entry: AuditEntry) -> str:
    return mark_of(
        at=entry.at,
        actor_id=entry.actor_id,
        verb=entry.verb,
        object_type=entry.object_type,
        object_id=entry.object_id,
        subject=entry.subject,
        payload=entry.payload,
    )


def _in_batches(rows: Iterable[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    rows = iter(rows)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        yield batch
