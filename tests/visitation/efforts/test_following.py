"""The effort follows its grants: it begins, is extended, ends and is cancelled with them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction

from applications.models import PupilCase
from tests.conftest import AFTER, NEXT, terms
from tests.deciding import standing, wish_terms
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.efforts import following
from visitation.models import Effort
from visitation.releases import actions as releases


def grant_of(effort):
    return effort.grants.select_related("decision__pupil_case__application").latest("starts_on")


def test_nothing_begins_before_the_decision_is_released(granted):
    assert not Effort.objects.exists()


def test_an_effort_begins_by_itself_when_the_decision_is_released(effort, granted):
    granted.refresh_from_db()
    assert granted.effort == effort
    assert effort.status == "awaiting"
    assert (effort.starts_on, effort.ends_on) == (granted.starts_on, granted.ends_on)


def test_a_rejected_pupil_gets_no_effort(released):
    assert Effort.objects.count() == 1


def test_the_plan_begins_with_what_was_planned(effort):
    [measure] = effort.measures.all()
    assert (measure.what, measure.kind) == ("Voksen", "resource_person")


def test_the_goals_are_frozen_with_baseline_and_target(effort):
    [goal] = effort.goals.current()
    assert (goal.number, goal.version, goal.baseline, goal.target) == (1, 1, 70, 90)
    PupilCase.objects.get(pk=effort.pupil_case_id).goals.update(target=40)
    assert effort.goals.get().target == 90


def test_a_goal_that_is_frozen_cannot_be_changed_in_the_database(effort):
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        effort.goals.update(target=40)


def test_each_paragraph_of_the_conditions_is_an_item(case, pools, chair, submitted):
    conditions = "Skolen holder møde hver uge.\n\n- PPR deltager."
    decisions.grant(case, wish_terms(conditions=conditions), grounds="Behov.", by=chair)
    second = submitted.pupil_cases.all()[1]
    decisions.reject(second, grounds="Nej.", by=chair)
    releases.release(submitted, by=chair)
    texts = [condition.text for condition in Effort.objects.get().conditions.all()]
    assert texts == ["Skolen holder møde hver uge.", "PPR deltager."]


def test_the_days_of_the_decision_are_the_windows(case, pools, chair, submitted):
    day = date(NEXT, 5, 19)
    decisions.grant(case, wish_terms(follow_ups=(day,)), grounds="Behov.", by=chair)
    decisions.reject(submitted.pupil_cases.all()[1], grounds="Nej.", by=chair)
    releases.release(submitted, by=chair)
    [window] = Effort.objects.get().windows.all()
    assert window.opens_on <= day <= window.hold_by < window.tell_by


def test_an_annulled_grant_takes_its_effort_and_what_lay_ahead_with_it(effort, chair):
    corrections.correct(grant_of(effort).decision, None, grounds="Fejl.", by=chair)
    effort.refresh_from_db()
    assert effort.status == "cancelled"
    assert effort.act_from is None
    assert {window.status for window in effort.windows.all()} == {"cancelled"}


def test_a_grant_that_ends_early_lets_the_effort_end_that_day(effort, chair):
    last_day = date(NEXT, 6, 1)
    corrections.end_early(grant_of(effort), on=last_day, grounds="Flytter.", by=chair)
    effort.refresh_from_db()
    assert (effort.status, effort.ends_on) == ("awaiting", last_day)
    planned = effort.windows.filter(status="planned")
    assert planned.exists()
    assert not planned.filter(hold_by__gt=last_day).exists()


def test_a_corrected_grant_joins_the_same_effort(effort, chair):
    old = grant_of(effort)
    new_terms = terms(200_000, date(NEXT, 8, 1), date(AFTER, 7, 31))
    corrections.correct(old.decision, new_terms, grounds="Lettere.", by=chair)
    effort.refresh_from_db()
    assert effort.grants.standing().count() == 2
    assert (effort.starts_on, effort.ends_on) == (old.starts_on, date(AFTER, 7, 31))
    assert Effort.objects.count() == 1


def test_the_clock_ends_an_effort_after_its_last_day_and_not_before(effort):
    with time_machine.travel(effort.ends_on, tick=False):
        assert following.end_those_that_are_over() == 0
    with time_machine.travel(effort.ends_on + timedelta(days=1, hours=12), tick=False):
        assert following.end_those_that_are_over() == 1
        assert following.end_those_that_are_over() == 0
    effort.refresh_from_db()
    assert effort.status == "ended"
    assert not effort.windows.open().exists()


def test_a_grant_after_an_early_end_carries_the_same_effort_on(effort, chair):
    grant = grant_of(effort)
    corrections.end_early(grant, on=date(NEXT, 6, 1), grounds="Pause.", by=chair)
    new_terms = terms(200_000, date(NEXT, 6, 2), date(NEXT, 12, 31))
    decision = standing(grant.decision.pupil_case)
    corrections.correct(decision, new_terms, grounds="Videre.", by=chair)
    effort.refresh_from_db()
    assert (Effort.objects.count(), effort.ends_on) == (1, date(NEXT, 12, 31))
