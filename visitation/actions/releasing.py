"""Making decisions known to the school."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.actions import lock
from applications.models import Application
from skolefleks import outbox
from skolefleks.refusals import NotPossible
from skolefleks.statemachine import move
from visitation.actions.grants import plan_payments, tell_list
from visitation.actions.recusals import require_not_recused
from visitation.models import Decision, Grant

if TYPE_CHECKING:
    from skolefleks.models import User


@transaction.atomic
def release(application: Application, *, by: User) -> list[Decision]:
    """Make the decisions of all the application's pupils known to the school. Raises Recused, NotPossible, Overtaken."""
    lock(application)
    require_not_recused(by, application)
    cases = list(application.pupil_cases.all())
    decisions = list(Decision.objects.standing().filter(pupil_case__in=cases).select_related("pupil_case__application"))
    if len(decisions) < len(cases):
        raise NotPossible("Der mangler en afgørelse for mindst én elev. Afgør alle elever, før I frigiver.")
    now = timezone.now()
    for decision in decisions:
        move(decision, "release", by=by)
    Decision.objects.filter(pk__in=[decision.pk for decision in decisions]).update(released_at=now)
    move(application, "close", by=by)
    Application.objects.filter(pk=application.pk).update(closed_at=now, updated_at=now)
    for granted in Grant.objects.filter(decision__in=decisions).select_related("district").order_by("pk"):
        plan_payments(granted, application, by=by)
    tell_list(application)
    outbox.post("decisions.released", application=str(application.pk))
    return decisions
