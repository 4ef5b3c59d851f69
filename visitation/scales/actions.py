"""The municipality's own scales: kept by the administrator, put on an effort by its school."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from skolefleks import audit
from skolefleks.permissions import EVERYWHERE, require
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Refusal
from visitation.efforts.actions import require_open
from visitation.measurements.rules import require_on_scale
from visitation.models import EffortGoal, Scale

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from skolefleks.models import User
    from visitation.models import Effort

# Of `Scale.key`, with a number behind it.
LONGEST_KEY = 18


@transaction.atomic
def add_scale(*, by: User, **fields: Any) -> Scale:
    """Add a scale; only what its sum scores mean, never the questions of a questionnaire.

    Raises Refusal for a name that is taken, or for a scale that
    goes nowhere.
    """
    require(by, P.SCALE_KEEP, at=EVERYWHERE)
    if Scale.objects.filter(name__iexact=fields["name"]).exists():
        raise Refusal("Der er allerede en skala med det navn.", field="name")
    if fields["highest"] is not None and fields["highest"] <= fields["lowest"]:
        raise Refusal("Det højeste skal være over det laveste.", field="highest")

    number = Scale.objects.count() + 1
    key = f"{slugify(fields['name'])[:LONGEST_KEY]}-{number}"
    scale = Scale.objects.create(key=key, goal_kind="", **fields)
    audit.record("add_scale", scale, by=by, key=key)
    return scale


@transaction.atomic
def retire_scale(scale: Scale, *, by: User) -> None:
    """Offer a scale no more; what is measured on it stays, and goes on being measured.

    Raises NotPossible for one that is built in.
    """
    require(by, P.SCALE_KEEP, at=EVERYWHERE)
    if scale.goal_kind:
        raise NotPossible("En indbygget skala kan ikke tages ud af brug.")
    scale.is_retired = True
    scale.save(update_fields=["is_retired"])
    audit.record("retire_scale", scale, by=by)


@transaction.atomic
def measure_by(
    effort: Effort,
    *,
    scale: Scale,
    what: str,
    baseline: Decimal,
    target: Decimal,
    due_on: date | None,
    by: User,
) -> EffortGoal:
    """Give an effort one more goal, which is measured on a scale of the municipality's own.

    The scale stays the goal's: another one would be another
    goal. Raises NotPossible for a scale that is not offered,
    Refusal for a figure that it does not have.
    """
    require_open(effort, P.EFFORT_WRITE, by=by)
    if scale.goal_kind or scale.is_retired:
        raise NotPossible("Skalaen er ikke i brug.")
    require_on_scale(baseline, scale, field="baseline")
    require_on_scale(target, scale, field="target")

    last = effort.goals.order_by("number").last()
    number = 1
    if last:
        number = last.number + 1
    goal = EffortGoal(
        effort=effort,
        number=number,
        kind=EffortGoal.Kind.OWN,
        scale=scale,
        what=what,
        unit=scale.unit or f"point på {scale.name}",
        low_anchor=scale.low_anchor,
        high_anchor=scale.high_anchor,
        baseline=baseline,
        target=target,
        due_on=due_on,
        by=by,
        at=timezone.now(),
    )
    goal.save()
    audit.record("add_goal", effort, by=by, goal=number, scale=scale.key)
    return goal
