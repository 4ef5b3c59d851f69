"""What the school does with an effort: it begins, and its plan is kept true."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from skolefleks.models import OutboxMessage
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import NEXT
from visitation.corrections import actions as corrections
from visitation.efforts import actions
from visitation.models import EffortCondition, EffortPhase, PlanMeasure
from visitation.recusals import actions as recusals
from visitation.recusals.rules import Recused

State, Owner = EffortCondition.State, EffortCondition.Owner
SETTLED = {"state": State.MET, "owner": Owner.SCHOOL, "due_on": None, "note": "Holdt."}


@pytest.fixture
def condition(running):
    return EffortCondition.objects.create(
        effort=running, grant=running.grants.get(), text="Møde hver uge."
    )


def told_of_delay():
    return OutboxMessage.objects.filter(topic="effort.delayed").count()


def test_a_confirmed_effort_runs_from_the_day_the_school_names(running):
    assert (running.status, running.begun_on) == ("running", running.starts_on)
    assert told_of_delay() == 0


def test_an_effort_cannot_begin_on_a_day_to_come(effort, leader):
    with pytest.raises(Refusal):
        actions.confirm_begun(effort, begun_on=effort.starts_on, by=leader)


def test_an_effort_is_not_confirmed_twice(running, leader):
    with pytest.raises(NotPossible):
        actions.confirm_begun(running, begun_on=running.starts_on, by=leader)


def test_the_committee_is_told_where_an_effort_began_late(effort, leader):
    late = effort.starts_on + timedelta(days=14)
    with time_machine.travel(late, tick=False):
        actions.confirm_begun(effort, begun_on=late, by=leader)
    assert told_of_delay() == 1


def test_the_school_says_why_it_has_not_begun_and_the_money_stays(effort, leader):
    cost = effort.grants.get().cost
    late = date(NEXT, 2, 1)
    actions.say_not_begun(effort, reason="Ingen ansat.", expected_on=late, by=leader)
    assert effort.delays.get().reason == "Ingen ansat."
    assert (effort.grants.get().cost, told_of_delay()) == (cost, 1)


def test_neither_another_school_nor_the_committee_writes_on_the_plan(effort, other_leader, chair):
    for person in (other_leader, chair):
        measure = PlanMeasure(effort=effort, kind="other", what="Nyt")
        with pytest.raises(PermissionDenied):
            actions.write_measure(measure, by=person)


def test_a_measure_is_kept_as_it_is_carried_out(running, staff):
    measure = running.measures.get()
    measure.effort = running
    actions.write_measure(measure, what="To voksne i skift", by=staff)
    assert running.measures.get().what == "To voksne i skift"


def test_who_is_written_on_the_plan_is_not_asked_for_any_more(running, leader):
    running.contacts.filter(part="coordinator").update(is_named=False)
    actions.write_contacts(running, contacts={"coordinator": ("Kaja Ko", "Indgang")}, by=leader)
    contact = running.contacts.get(part="coordinator")
    assert (contact.who, contact.is_named) == ("Kaja Ko", True)


def test_a_goal_is_changed_by_a_new_version_with_a_reason(running, leader):
    goal = running.goals.get()
    goal.effort = running
    version = actions.change_goal(goal, target=80, reason="For højt sat.", by=leader)
    assert (version.number, version.version, version.target) == (1, 2, 80)
    assert version.baseline == goal.baseline
    assert list(running.goals.current()) == [version]


def test_a_version_that_is_replaced_cannot_be_replaced_again(running, leader):
    goal = running.goals.get()
    goal.effort = running
    actions.change_goal(goal, target=80, reason="For højt sat.", by=leader)
    with pytest.raises(Overtaken):
        actions.change_goal(goal, target=85, reason="Lidt op.", by=leader)


def test_the_database_changes_no_version_of_a_goal(running):
    with pytest.raises(DatabaseError), transaction.atomic():
        running.goals.update(target=1)


def test_phases_that_the_school_set_stay_when_the_grant_is_corrected(running, leader, chair):
    out_from = running.starts_on + timedelta(days=60)
    actions.set_phases(running, first_days={EffortPhase.Kind.OUT: out_from}, by=leader)
    grant = running.grants.select_related("decision__pupil_case__application").get()
    last_day = running.starts_on + timedelta(days=150)
    corrections.end_early(grant, on=last_day, grounds="Flytter.", by=chair)
    assert running.phases.get(kind="out").starts_on == out_from


def test_phases_by_rule_follow_the_end(running, chair):
    grant = running.grants.select_related("decision__pupil_case__application").get()
    last_day = running.starts_on + timedelta(days=150)
    corrections.end_early(grant, on=last_day, grounds="Flytter.", by=chair)
    assert running.phases.get(kind="out").starts_on < last_day


def test_school_and_chair_settle_a_condition(condition, leader, chair):
    for person in (leader, chair):
        actions.settle_condition(condition, **SETTLED, by=person)
        condition.refresh_from_db()
        assert (condition.state, condition.settled_by) == ("met", person)


def test_the_disqualified_settles_no_condition(condition, running, person, chair):
    other = person("Ulla Udvalg", "committee_chair")
    recusals.set_recusal(running.application, other, reason="Nabo.", by=chair)
    with pytest.raises(Recused):
        actions.settle_condition(condition, **SETTLED, by=other)


def test_an_overdue_condition_lets_the_effort_ask_for_action(condition, running, leader):
    due_on = running.starts_on + timedelta(days=3)
    asked = {"state": State.OPEN, "owner": Owner.PPR, "due_on": due_on, "note": ""}
    actions.settle_condition(condition, **asked, by=leader)
    running.refresh_from_db()
    assert running.act_from == due_on


def test_nothing_is_changed_of_an_effort_that_is_over(running, leader, chair):
    grant = running.grants.select_related("decision__pupil_case__application").get()
    corrections.correct(grant.decision, None, grounds="Fejl.", by=chair)
    with pytest.raises(NotPossible):
        actions.write_contacts(running, contacts={}, by=leader)
