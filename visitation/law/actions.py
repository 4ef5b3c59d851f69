"""Setting what a case is in law, and noting the hearing of the party and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skolefleks import audit
from skolefleks.permissions import EVERYWHERE, require
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Overtaken
from visitation.law import queries, rules
from visitation.models import Classification, Decision, Hearing, JournalEntry
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from datetime import date

    from applications.models import Application
    from skolefleks.models import User

What = JournalEntry.What


class NotHeard(NotPossible):
    """The case is of a kind in which the party is heard first, and the hearing is not over."""


def require_heard(application: Application, outcome: Decision.Outcome) -> None:
    """Raise NotHeard where the decision has to wait for the hearing of the party.

    A postponement decides nothing, so it waits for nobody
    (forvaltningsloven § 19).
    """
    if outcome == Decision.Outcome.POSTPONED:
        return

    hearings = Hearing.objects.filter(application=application)
    missing = rules.missing_hearing(queries.kind_of(application), hearings)
    if missing:
        raise NotHeard(f"{missing} Se fanen »Retligt« på sagen.")


@transaction.atomic
def classify(
    application: Application, kind: Classification.Kind, *, reason: str, by: User
) -> Classification:
    """Set what the case is in law from now on. Raises Recused, PermissionDenied."""
    _require_may_write(application, by=by)

    classification = Classification.objects.create(
        application=application,
        kind=kind,
        reason=reason,
        set_by=by,
        set_at=timezone.now(),
    )

    # Neither journal nor trail repeats the reason: it stands on the case.
    JournalEntry.objects.create(what=What.CLASSIFIED, application=application, by=by)
    audit.record("classify", classification, by=by, kind=kind)
    return classification


@transaction.atomic
def note_hearing(
    application: Application,
    *,
    heard: str,
    sent_on: date,
    deadline_on: date,
    by: User,
) -> Hearing:
    """Keep who was heard, and when, and until when they may answer.

    Raises Recused, PermissionDenied.
    """
    _require_may_write(application, by=by)

    hearing = Hearing.objects.create(
        application=application,
        heard=heard,
        sent_on=sent_on,
        deadline_on=deadline_on,
        noted_by=by,
        noted_at=timezone.now(),
    )

    JournalEntry.objects.create(what=What.HEARD, application=application, by=by)
    audit.record("note_hearing", hearing, by=by)
    return hearing


@transaction.atomic
def note_answer(hearing: Hearing, *, on: date, answer: str, by: User) -> None:
    """Keep what the party answered, once.

    Raises Recused, PermissionDenied, and Overtaken where the hearing has an
    answer already.
    """
    _require_may_write(hearing.application, by=by)

    # Read once more, now that the case's row is held: somebody may have
    # noted it meanwhile.
    hearing.refresh_from_db(fields=["answered_on"])
    if hearing.answered_on:
        raise Overtaken("Svaret er allerede noteret.")

    # Once and for good: the page says so, too.
    hearing.answered_on = on
    hearing.answer = answer
    hearing.save(update_fields=["answered_on", "answer"])

    JournalEntry.objects.create(
        what=What.HEARD, application=hearing.application, by=by
    )
    audit.record("note_answer", hearing, by=by)


def _require_may_write(application: Application, *, by: User) -> None:
    """Hold the case's row; raise PermissionDenied or Recused where `by` may not write."""
    require(by, P.CASE_CLASSIFY, at=EVERYWHERE)
    recusals.require_not_recused(by, application)
