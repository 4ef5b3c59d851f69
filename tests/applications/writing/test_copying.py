"""A case that led to nothing begins a new one; a measure is for one pupil or for all."""

from __future__ import annotations

import pytest

from applications.fields.rules import support_beside
from applications.models import Goal
from applications.reading.queries import WholeApplication
from applications.submission import actions as submission
from applications.writing import copying
from skolefleks.refusals import NotPossible
from visitation.efforts.following import _copy_measures
from visitation.models import Effort


def test_a_withdrawn_application_begins_a_new_one(submitted, leader):
    measure = submitted.planned_measures.first()
    measure.pupil = submitted.pupil_cases.last()
    measure.save()
    submission.withdraw(submitted, reason="For tidligt.", by=leader)
    new = copying.copy(submitted, by=leader)

    whole = WholeApplication(new)
    assert [pupil.name for pupil in whole.pupil_cases] == ["Anna Berg", "Bo Carlsen"]
    assert new.learning_environment == submitted.learning_environment
    assert whole.planned_measures[0].pupil == whole.pupil_cases[1]
    assert Goal.objects.filter(pupil_case__application=new).exists()
    # The parents are told anew, and PPR signs for this case.
    assert {item.field for item in whole.missing} == {"parents_informed", "ppr"}


def test_a_granted_case_is_neither_withdrawn_nor_copied(released, leader):
    with pytest.raises(NotPossible, match="opfølgningen"):
        submission.withdraw(released, reason="Nej tak.", by=leader)
    with pytest.raises(NotPossible):
        copying.copy(released, by=leader)


def test_a_measure_of_one_pupil_counts_for_that_pupil_alone(draft):
    first, second = draft.pupil_cases.all()
    measure = draft.tried_measures.create(
        what="Støtte", pupil=first, is_support=True, hours_per_week=3
    )
    assert support_beside([measure], first) == 3
    assert support_beside([measure], second) == 0


def test_an_effort_takes_over_its_own_pupils_measures(released):
    effort = Effort.objects.get(application=released)
    other = released.pupil_cases.last()
    released.planned_measures.create(kind="other", what="Kun den anden", pupil=other)
    before = effort.measures.count()
    _copy_measures(effort, released)
    assert effort.measures.count() == 2 * before
