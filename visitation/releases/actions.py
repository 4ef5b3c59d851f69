"""Making decisions known to the school: of one case, or of a whole meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from applications.lifecycle import Status
from skolefleks import outbox
from skolefleks.danish import kr
from skolefleks.models import Centre
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move
from visitation.decisions.grants import plan_payments, tell_list
from visitation.letters import actions as letters
from visitation.models import Decision, Grant, JournalEntry
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.models import User


class NeedsChiefs(Refusal):
    """A tariff lies above the ceiling, and not both centre chiefs have agreed."""

    def __init__(self) -> None:
        ceiling = kr(settings.TARIFF_CEILING)
        super().__init__(
            f"En takst er over {ceiling} Begge centerchefer skal godkende den, før I kan frigive."
        )


@transaction.atomic
def release(application: Application, *, by: User) -> list[Decision]:
    """Make the decisions of the application's pupils known to the school; closes it when none is put off.

    Raises Recused, NotPossible, NeedsChiefs, Overtaken.
    """
    recusals.require_not_recused(by, application)
    if application.status != Status.SUBMITTED:
        raise NotPossible
    standing = Decision.objects.standing().filter(pupil_case__application=application)
    decisions = list(standing.provisional().select_related("pupil_case__application"))
    decided = {*standing.values_list("pupil_case", flat=True)}
    if not decisions or len(decided) < application.pupil_cases.count():
        raise NotPossible(
            "Der mangler en afgørelse for mindst én elev. Afgør alle elever, før I frigiver."
        )
    require_chiefs(decisions)
    for decision in decisions:
        make_known(decision, application, by=by)
    now = {"updated_at": timezone.now()}
    if (
        not Decision.objects.released()
        .filter(pupil_case__application=application, outcome="postponed")
        .exists()
    ):
        move(application, "close", by=by)
        now["closed_at"] = timezone.now()
    type(application).objects.filter(pk=application.pk).update(**now)
    tell_list(application)
    outbox.post("decisions.released", application=str(application.pk))
    return decisions


def make_known(decision: Decision, application: Application, *, by: User) -> None:
    """Release one decision; what it replaces is no longer what counts."""
    if decision.replaces:
        move(decision.replaces, "replace", by=by)
    move(decision, "release", by=by)
    decision.released_at = timezone.now()
    decision.save(update_fields=["released_at"])
    letters.note(JournalEntry.What.RELEASED, application, by=by)
    letters.write_letters(decision, application, by=by)
    for granted in Grant.objects.filter(decision=decision).select_related("district"):
        plan_payments(granted, application, by=by)


def require_chiefs(decisions: list[Decision]) -> None:
    """Raises NeedsChiefs where a tariff above the ceiling lacks the word of a centre."""
    above = Decision.objects.above_ceiling().filter(pk__in=[decision.pk for decision in decisions])
    agreed = above.annotate(agreed=Count("ceiling_answers", filter=Q(ceiling_answers__agrees=True)))
    if agreed.filter(agreed__lt=len(Centre)).exists():
        raise NeedsChiefs
