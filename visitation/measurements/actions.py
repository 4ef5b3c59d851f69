"""Taking measurements of an effort's goals, and correcting one by a new row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from skolefleks import audit
from skolefleks.danish import today
from skolefleks.refusals import Overtaken, Refusal
from visitation.efforts.actions import require_open
from visitation.measurements import rules
from visitation.models import Measurement, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from skolefleks.models import User
    from visitation.models import Effort, EffortGoal

NotMeasured = Measurement.NotMeasured


@dataclass(frozen=True)
class Answer:
    """What one voice says of one goal: a value, or why there is none."""

    goal: EffortGoal
    value: Decimal | None = None
    not_measured: str = ""
    why: str = ""


@transaction.atomic
def take(
    effort: Effort,
    voice: Measurement.Voice,
    *,
    measured_on: date,
    answers: Sequence[Answer],
    filled_in_by: Measurement.FilledInBy,
    how: Measurement.How,
    by: User,
) -> list[Measurement]:
    """Keep what one voice says of the goals on one day. A refusal is an answer.

    Raises NotPossible once the effort is over, and Refusal for
    a day that is no day of it, a value that the scale does not
    have, or a goal that the voice has answered that day.
    """
    # Holds the effort's row: two who measure the same voice
    # come one after the other.
    require_open(effort, rules.right_for(voice), by=by)
    _require_day(effort, measured_on)
    if not answers:
        raise Refusal("Skriv mindst ét svar.")
    _require_once(effort, voice, measured_on, answers)

    # By kind, once: a goal's own kind never changes, so neither
    # does its scale.
    built_in = Scale.objects.exclude(goal_kind="")
    scales = {scale.goal_kind: scale for scale in built_in}
    rows = []
    for answer in answers:
        scale = answer.goal.scale or scales[answer.goal.kind]
        _require_answer(answer, scale)
        measurement = Measurement(
            effort=effort,
            goal=answer.goal,
            scale=scale,
            voice=voice,
            measured_on=measured_on,
            value=answer.value,
            not_measured=answer.not_measured,
            why=answer.why,
            filled_in_by=filled_in_by,
            how=how,
            by=by,
            at=timezone.now(),
        )
        measurement.save()
        rows.append(measurement)

    # No value in the trail: it would say how a child feels.
    numbers = [answer.goal.number for answer in answers]
    audit.record("take_measurements", effort, by=by, voice=voice, goals=numbers)
    return rows


@transaction.atomic
def correct(
    measurement: Measurement,
    *,
    value: Decimal | None,
    not_measured: str,
    why: str,
    filled_in_by: Measurement.FilledInBy,
    how: Measurement.How,
    reason: str,
    by: User,
) -> Measurement:
    """Put a new row in the place of a measurement, with the reason; the old one stays readable.

    Goal, voice and day stay. Raises NotPossible, Refusal as
    `take` does, and Overtaken where somebody has corrected it
    already.
    """
    effort = measurement.effort
    require_open(effort, rules.right_for(measurement.voice), by=by)
    if not reason.strip():
        raise Refusal("Skriv, hvorfor målingen rettes.", field="reason")
    # The row's own scale and not today's: the curve is read by
    # it.
    answer = Answer(measurement.goal, value, not_measured, why)
    _require_answer(answer, measurement.scale, field="value")

    correction = Measurement(
        effort=effort,
        goal=measurement.goal,
        scale=measurement.scale,
        voice=measurement.voice,
        measured_on=measurement.measured_on,
        value=value,
        not_measured=not_measured,
        why=why,
        filled_in_by=filled_in_by,
        how=how,
        replaces=measurement,
        reason=reason,
        by=by,
        at=timezone.now(),
    )
    try:
        with transaction.atomic():
            correction.save()
    except IntegrityError as error:
        # The same row corrected in two windows: it is replaced
        # once.
        raise Overtaken from error
    audit.record(
        "correct_measurement", correction, by=by, replaces=str(measurement.pk)
    )
    return correction


# -- what stands in the way --
def _require_day(effort: Effort, day: date) -> None:
    if day > today():
        raise Refusal("Vælg i dag eller en tidligere dag.", field="measured_on")
    # A baseline may be taken before the effort's first day,
    # once it is granted.
    first_day = min(effort.starts_on, effort.created_at.date())
    if day < first_day:
        raise Refusal("Dagen ligger før indsatsen.", field="measured_on")


def _require_once(
    effort: Effort,
    voice: Measurement.Voice,
    day: date,
    answers: Sequence[Answer],
) -> None:
    """The effort's row is held: nobody else is measuring it meanwhile."""
    numbers = [answer.goal.number for answer in answers]
    earlier = effort.measurements.filter(
        voice=voice, measured_on=day, goal__number__in=numbers
    )
    if earlier.exists():
        raise Refusal(
            f"{voice.label} har en måling den dag. Ret den, eller vælg en anden dag.",
            field="measured_on",
        )


def _require_answer(answer: Answer, scale: Scale, *, field: str = "") -> None:
    field = field or f"value-{answer.goal.number}"
    has_value = answer.value is not None
    says_why_not = bool(answer.not_measured)
    # Both or neither: a number beside a refusal could be read
    # either way.
    if has_value == says_why_not:
        raise Refusal(
            "Skriv et tal, eller vælg hvorfor der ikke er målt.", field=field
        )
    if answer.value is not None:
        rules.require_on_scale(answer.value, scale, field=field)
    if answer.not_measured == NotMeasured.OTHER and not answer.why.strip():
        raise Refusal("Skriv, hvorfor der ikke er målt.", field=field)
