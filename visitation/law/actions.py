"""What a case is in law, the hearing of the party, and the gate that they are before a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skolefleks import audit
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Overtaken
from visitation.law import queries
from visitation.models import Classification, Decision, Hearing, JournalEntry
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from datetime import date

    from applications.models import Application
    from skolefleks.models import User


What = JournalEntry.What


class NotHeard(NotPossible):
    """The case is of a kind in which the party is heard first, and that has not been done or is not over."""


def require_heard(application: Application, outcome: Decision.Outcome) -> None:
    """Raises NotHeard where a decision has to wait for the hearing of the party (forvaltningsloven § 19)."""
    if outcome != Decision.Outcome.POSTPONED and (lacking := queries.unheard(application)):
        raise NotHeard(f"{lacking} Se fanen »Retligt« på sagen.")


@transaction.atomic
def classify(
    application: Application, kind: Classification.Kind, *, reason: str, by: User
) -> Classification:
    """Say what the case is in law from now on. Raises Recused, PermissionDenied."""
    _require_may_write(application, by=by)
    said = Classification.objects.create(
        application=application, kind=kind, reason=reason, set_by=by, set_at=timezone.now()
    )
    _journal(What.CLASSIFIED, application, by=by)
    audit.record("classify", said, by=by, kind=kind)
    return said


@transaction.atomic
def note_hearing(hearing: Hearing, *, by: User) -> Hearing:
    """Keep who was heard, when, until when, and the answer where it has come. Raises Recused, PermissionDenied."""
    _require_may_write(hearing.application, by=by)
    hearing.noted_by, hearing.noted_at = by, timezone.now()
    hearing.save(force_insert=True)
    _journal(What.HEARD, hearing.application, by=by)
    audit.record("note_hearing", hearing, by=by)
    return hearing


@transaction.atomic
def note_answer(hearing: Hearing, *, on: date, answer: str, by: User) -> None:
    """Keep the answer to a hearing, once. Raises Recused, PermissionDenied, Overtaken where it has one."""
    _require_may_write(hearing.application, by=by)
    hearing.refresh_from_db(fields=["answered_on"])
    if hearing.answered_on:
        raise Overtaken("Svaret er allerede noteret.")
    hearing.answered_on, hearing.answer = on, answer
    hearing.save(update_fields=["answered_on", "answer"])
    _journal(What.HEARD, hearing.application, by=by)
    audit.record("note_answer", hearing, by=by)


def _require_may_write(application: Application, *, by: User) -> None:
    require(by, Permission.CASE_CLASSIFY, at=EVERYWHERE)
    recusals.require_not_recused(by, application)


def _journal(what: JournalEntry.What, application: Application, *, by: User) -> None:
    JournalEntry.objects.create(what=what, application=application, by=by)
