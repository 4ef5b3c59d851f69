"""Making decisions known to the school."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.lifecycle import Status
from applications.models import Application
from budget.models import FundingSource
from skolefleks import outbox
from skolefleks.danish import kr
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup import trade
from skolefleks.statemachine import move
from visitation.agenda import actions as agenda
from visitation.ceiling import rules as ceiling_rules
from visitation.decisions import actions as decisions
from visitation.efforts import following as efforts
from visitation.letters import actions as letters
from visitation.models import Decision, Grant, JournalEntry
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from skolefleks.models import User


class NeedsChiefs(Refusal):
    """A tariff lies above the ceiling, and not all centre chiefs have agreed."""

    def __init__(self) -> None:
        # The amount ends in "kr.", which ends the sentence too.
        ceiling = kr(trade.now().tariff_ceiling)
        super().__init__(
            f"En takst er over {ceiling} Centercheferne skal godkende den, før I kan frigive."
        )


@transaction.atomic
def release(application: Application, *, by: User) -> list[Decision]:
    """Make the decisions of an application known to the school, and return them.

    The application is closed when no pupil is postponed. Raises Recused,
    NotPossible, NeedsChiefs, Overtaken.
    """
    # Holds the case's row, so that nobody decides, undoes or withdraws
    # meanwhile.
    recusals.require_not_recused(by, application)
    if application.status != Status.SUBMITTED:
        raise NotPossible

    standing = Decision.objects.standing().filter(pupil_case__application=application)
    provisional = list(
        standing.provisional().select_related("pupil_case__application")
    )
    decided = set(standing.values_list("pupil_case", flat=True))
    if not provisional or len(decided) < application.pupil_cases.count():
        raise NotPossible(
            "Der mangler en afgørelse for mindst én elev. Træf alle afgørelserne, før I frigiver."
        )
    # All or none: one pupil above the ceiling holds the whole case back.
    require_chiefs(provisional)

    for decision in provisional:
        make_known(decision, application, by=by)

    now = timezone.now()
    times = {"updated_at": now}
    if not standing.released().filter(outcome=Decision.Outcome.POSTPONED).exists():
        move(application, "close", by=by)
        agenda.call_off(application)
        times["closed_at"] = now
    Application.objects.filter(pk=application.pk).update(**times)

    decisions.note_answer(application)
    outbox.post("decisions.released", application=str(application.pk))
    return provisional


def make_known(
    decision: Decision,
    application: Application,
    *,
    ended: Grant | None = None,
    by: User,
) -> None:
    """Release one decision, with its letters, payments and effort; an older one gives way to it.

    `ended` is the grant that it ends before its time, where that is all it
    does.
    """
    # First: a pupil has one released decision at a time, and the database
    # says so.
    if decision.replaces:
        move(decision.replaces, "replace", by=by)

    move(decision, "release", by=by)
    decision.released_at = timezone.now()
    decision.save(update_fields=["released_at"])

    grant = Grant.objects.filter(decision=decision).select_related("district").first()
    if grant:
        decisions.plan_payments(grant, application, by=by)

    # After the plan: the letter says what the school owes or is to have
    # by it.
    letters.note(JournalEntry.What.RELEASED, application, by=by)
    letters.write_letters(decision, application, ended=ended, by=by)
    efforts.follow_grants(decision.pupil_case, by=by)


def require_chiefs(decisions: list[Decision]) -> None:
    """Raise NeedsChiefs where a tariff above the ceiling lacks the agreement of a centre."""
    rows = Decision.objects.filter(pk__in=[decision.pk for decision in decisions])
    # Read anew with their answers: the chiefs' act holds the case's row
    # too.
    for decision in rows.select_related("grant").prefetch_related("ceiling_answers"):
        if ceiling_rules.lacks_agreement(decision, FundingSource.objects.owners()):
            raise NeedsChiefs
