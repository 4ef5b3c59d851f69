"""A measurement is a value or a reason, is never changed, and is corrected by a new row."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from skolefleks.danish import today
from skolefleks.models import AuditEntry
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.roles import guards_off
from visitation.efforts import following
from visitation.measurements import actions
from visitation.measurements.actions import Answer
from visitation.models import Effort, Measurement, Scale

Voice = Measurement.Voice


def take(effort, goal, value=Decimal(4), *, by, voice=Voice.SCHOOL, day=None):
    return actions.take(
        effort,
        voice,
        measured_on=day or today(),
        answers=[Answer(goal, value)],
        filled_in_by=Measurement.FilledInBy.SELF,
        how=Measurement.How.OBSERVED,
        by=by,
    )


def correct(row, *, by, value=Decimal(5), reason="Skrevet forkert."):
    return actions.correct(
        row,
        value=value,
        not_measured="",
        why="",
        filled_in_by=Measurement.FilledInBy.SELF,
        how=Measurement.How.TALK,
        reason=reason,
        by=by,
    )


def test_three_scales_are_built_in_one_for_each_kind_of_goal(db):
    kinds = dict(Scale.objects.values_list("goal_kind", "highest"))
    assert kinds == {"scale": 10, "attendance": 100, "own": None}
    assert all(Scale.objects.values_list("licence", flat=True))


def test_a_measurement_says_whose_it_is_who_wrote_it_and_how(measure, leader):
    row = measure("pupil", 4)
    assert (row.value, row.voice, row.by) == (4, "pupil", leader)
    assert (row.filled_in_by, row.how) == ("together", "talk")
    assert AuditEntry.objects.latest("pk").payload == {"voice": "pupil", "goals": [2]}


def test_a_refusal_is_an_answer_and_no_nought(measure):
    row = measure("pupil", None)
    assert (row.value, row.not_measured) == (None, "declined")


def test_a_row_that_says_both_or_nothing_is_refused_by_the_database(measure):
    row = measure("pupil", 4)
    for value, not_measured in ((Decimal(4), "declined"), (None, "")):
        row.pk, row.value, row.not_measured, row._state.adding = None, value, not_measured, True
        row.measured_on -= timedelta(days=1)
        with pytest.raises(IntegrityError, match="says_why_not"), transaction.atomic():
            Measurement.objects.bulk_create([row])


def test_a_measurement_is_never_changed_or_deleted(measure):
    row = measure("pupil", 4)
    for change in (row.delete, lambda: Measurement.objects.update(value=9)):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()
    with guards_off():
        assert Measurement.objects.update(value=9) == 1


def test_a_correction_is_a_new_row_and_the_old_one_stays(measure, leader):
    row = measure("school", 4)
    new = correct(row, by=leader)
    assert list(Measurement.objects.current()) == [new]
    assert (new.measured_on, new.voice, row.value) == (row.measured_on, row.voice, 4)


def test_a_measurement_is_corrected_once_and_with_a_reason(measure, leader):
    row = measure("school", 4)
    with pytest.raises(Refusal, match="hvorfor målingen rettes"):
        correct(row, by=leader, reason=" ")
    correct(row, by=leader)
    with pytest.raises(Overtaken):
        correct(row, by=leader)


@pytest.mark.parametrize("value", ["0.9", "10.1", "11"])
def test_a_value_that_the_scale_does_not_have_is_refused(effort, goal, leader, value):
    with pytest.raises(Refusal, match="fra 1 til 10") as refusal:
        take(effort, goal, Decimal(value), by=leader)
    assert refusal.value.field == "value-2"


def test_a_day_outside_the_effort_is_refused(effort, goal, leader):
    early = min(effort.starts_on, effort.created_at.date()) - timedelta(days=1)
    for day in (today() + timedelta(days=1), early):
        with pytest.raises(Refusal) as refusal:
            take(effort, goal, by=leader, day=day)
        assert refusal.value.field == "measured_on"


def test_a_voice_answers_once_a_day_and_others_are_not_in_its_way(effort, goal, leader):
    take(effort, goal, by=leader)
    take(effort, goal, by=leader, voice=Voice.PUPIL)
    with pytest.raises(Refusal, match="Skolen har en måling den dag"):
        take(effort, goal, by=leader)


def test_ppr_writes_its_own_and_the_school_the_others(effort, goal, ppr_invited, leader):
    take(effort, goal, by=ppr_invited, voice=Voice.PPR)
    with pytest.raises(PermissionDenied):
        take(effort, goal, by=leader, voice=Voice.PPR)
    with pytest.raises(PermissionDenied):
        take(effort, goal, by=ppr_invited)


def test_nothing_is_measured_once_the_effort_is_over(effort, goal, leader):
    Effort.objects.update(ends_on=today() - timedelta(days=1))
    following.end_those_that_are_over()
    with pytest.raises(NotPossible):
        take(effort, goal, by=leader)
