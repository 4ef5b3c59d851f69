"""Making a proof: of everything, part by part, or of what came since the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from budget.books import proof as books_proof
from budget.books.proof import RAISE_SORT_MEMORY, Check
from budget.models import BookProof
from budget.proving import queries, since
from skolefleks import audit, outbox
from skolefleks.operations import heads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from skolefleks.models import User


@transaction.atomic
def ask(*, by: User | None) -> BookProof:
    """Ask for a proof of everything; the worker makes it. One that is being made is returned."""
    # One at a time: the second waits here, and finds the first.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('skolefleks.proofs'))")
    running = queries.under_way()
    if running is not None:
        return running

    proof = _begin(is_full=True, total=len(settings.PROOFS), by=by)
    audit.record("ask_for_proof", proof, by=by)
    outbox.post("proof.asked", proof=str(proof.pk))
    return proof


def prove_all(proof_id: UUID) -> None:
    """Make the proof that was asked for, and keep the trail's head.

    Each part in a transaction of its own, so that the page sees how far it has come. Killed, it is
    begun anew by the next who asks.
    """
    proof = BookProof.objects.get(pk=proof_id)
    if proof.finished_at is not None:
        return

    # The very first proof has no head to hold the chain against. Later a file that is gone is red.
    if not BookProof.objects.filter(finished_at__isnull=False).exists():
        heads.keep()

    checks: list[Check] = []
    for number, path in enumerate(settings.PROOFS, start=1):
        checks += _prove_part(path)
        BookProof.objects.filter(pk=proof.pk).update(done=number)
    _finish(proof, checks)
    # After the proof, which holds the chain against the heads that were kept before.
    heads.keep()


def _prove_part(path: str) -> list[Check]:
    # `SET LOCAL` lasts as long as the transaction.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RAISE_SORT_MEMORY)
        checks: list[Check] = import_string(path)()
    return checks


def prove_since() -> BookProof | None:
    """Prove what came since the last green proof, and keep the trail's head.

    None where nothing was ever proved: then the proof of everything comes first.
    """
    last = queries.last_green()
    if last is None:
        return None

    proof = _begin(is_full=False, total=1, by=None)
    _, checks = queries.new_checks(last)
    _finish(proof, checks)
    heads.keep()
    return proof


def _begin(*, is_full: bool, total: int, by: User | None) -> BookProof:
    moment = since.now()
    return BookProof.objects.create(
        is_full=is_full,
        total=total,
        asked_by=by,
        posting=moment.posting,
        position=moment.position,
        standings=moment.standings,
    )


@transaction.atomic
def _finish(proof: BookProof, checks: Sequence[Check]) -> None:
    """Write down what was found; a difference sounds the alarm."""
    was_red = queries.alarm() is not None
    proof.done = proof.total
    proof.finished_at = timezone.now()
    proof.checks = [[check.title, check.difference] for check in checks]
    proof.is_red = not all(check.holds for check in checks)
    proof.save(update_fields=["done", "finished_at", "checks", "is_red"])
    books_proof.note(checks)

    # Once for each time that the books turn red, and once more with each proof of everything.
    if proof.is_red and (proof.is_full or not was_red):
        outbox.post("proof.red", proof=str(proof.pk))
