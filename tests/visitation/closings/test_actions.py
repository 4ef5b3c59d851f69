"""What an effort leaves behind when it ends, and what is asked afterwards, once each."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from skolefleks.calendar import months_after
from skolefleks.danish import today
from skolefleks.models import AuditEntry, OutboxMessage
from skolefleks.refusals import NotPossible, Refusal
from tests.roles import guards_off
from tests.visitation.closings.conftest import find, said
from visitation.closings import actions, notices, queries, rules
from visitation.efforts import closing as laying
from visitation.efforts import following
from visitation.models import ClosingReport, EffortGoal, Whereabouts


def messages(topic):
    return OutboxMessage.objects.filter(topic=topic)


@pytest.fixture
def asked(ended):
    """The first question, asked by the clock; today is its day."""
    question = ended.whereabouts.first()
    question.effort = ended
    with time_machine.travel(question.ask_on, tick=False):
        actions.ask_for_whereabouts()
        question.refresh_from_db()
        question.effort = ended
        yield question


# -- what is laid ----------------------------------------------------------------------
def test_an_effort_that_ends_awaits_a_report_and_two_questions(ended, closing):
    assert (closing.status, closing.due_on) == ("awaited", today() + timedelta(days=28))
    days = [question.ask_on for question in ended.whereabouts.all()]
    assert days == [months_after(ended.ends_on, months) for months in (6, 12)]
    assert ended.act_from == today()
    assert messages("effort.ended").count() == 1


def test_an_effort_that_goes_on_is_asked_nothing(ended, leader):
    laying.drop(ended, by=leader)
    assert queries.closing_of(ended) is None
    assert queries.questions_of(ended) == []
    laying.lay(ended, by=leader)
    assert (queries.closing_of(ended).status, len(queries.questions_of(ended))) == ("awaited", 2)


def test_ending_twice_asks_what_was_answered_no_more(ended, asked, leader):
    actions.answer_whereabouts(asked, now="work", exam="full", note="", by=leader)
    laying.drop(ended, by=leader)
    laying.lay(ended, by=leader)
    assert [row.status for row in queries.questions_of(ended)] == ["answered", "planned"]


@pytest.mark.parametrize(
    ("grade", "on", "expected"),
    [
        (8, date(2027, 7, 31), False),
        (8, date(2027, 8, 1), True),
        (9, date(2027, 1, 1), True),
        (7, date(2028, 7, 31), False),
        (7, date(2028, 8, 1), True),
        (None, date(2030, 1, 1), False),
    ],
)
def test_the_exam_is_asked_of_those_who_come_to_it(grade, on, expected):
    assert rules.asks_for_exam(grade, date(2026, 8, 10), on) is expected


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(None, "not_asked"), (6, "reached"), (7, "reached"), (4, "partly"), (3, "not_reached")],
)
def test_the_last_measurement_suggests_the_verdict(value, verdict):
    goal = EffortGoal(kind="scale", baseline=Decimal(3), target=Decimal(6))
    if value is not None:
        value = Decimal(value)
    assert rules.verdict_of(goal, value) == verdict


# -- the report ------------------------------------------------------------------------
def test_the_daily_leader_writes_and_the_school_leader_hands_in(closing, staff, leader):
    actions.write_closing(closing, **said(), by=staff)
    with pytest.raises(PermissionDenied):
        actions.hand_in_closing(closing, **said(), by=staff)
    actions.hand_in_closing(closing, **said(), by=leader)
    assert ClosingReport.objects.get().status == "handed_in"
    assert messages("effort.closed").count() == 1


@pytest.mark.parametrize("field", ["worked", "not_worked", "now"])
def test_a_report_that_leaves_something_out_is_not_handed_in(closing, leader, field):
    with pytest.raises(Refusal) as refusal:
        actions.hand_in_closing(closing, **said(**{field: ""}), by=leader)
    assert refusal.value.field == field
    assert ClosingReport.objects.get().status == "awaited"


def test_the_exam_must_be_said_of_who_came_to_it(closing, leader):
    closing.effort.pupil_case.grade = 9
    with pytest.raises(Refusal, match="afgangsprøven"):
        actions.hand_in_closing(closing, **said(), by=leader)
    actions.hand_in_closing(closing, **said(exam="partial"), by=leader)
    assert ClosingReport.objects.get().exam == "partial"


def test_what_is_handed_in_is_never_changed(closing, leader):
    actions.hand_in_closing(closing, **said(), by=leader)
    with pytest.raises(NotPossible):
        actions.write_closing(closing, **said(), by=leader)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        ClosingReport.objects.update(now="work")
    with guards_off():
        assert ClosingReport.objects.update(now="work") == 1


def test_handed_in_the_effort_waits_for_nobody_until_it_is_asked_for(closing, leader):
    actions.hand_in_closing(closing, **said(), by=leader)
    assert find(closing.effort).act_from == closing.effort.whereabouts.first().ask_on


# -- where the pupil is ----------------------------------------------------------------
def test_each_question_is_asked_once_whatever_restarts(ended):
    for months in range(14):
        day = months_after(ended.ends_on, months)
        with time_machine.travel(day, tick=False):
            actions.ask_for_whereabouts()
            actions.ask_for_whereabouts()
    assert messages("effort.whereabouts").count() == 2


def test_nothing_is_asked_before_its_day(ended):
    day = ended.whereabouts.first().ask_on - timedelta(days=1)
    with time_machine.travel(day, tick=False):
        assert actions.ask_for_whereabouts() == 0


def test_the_school_answers_once(asked, leader):
    actions.answer_whereabouts(asked, now="youth", exam="", note="EUD.", by=leader)
    with pytest.raises(NotPossible):
        actions.answer_whereabouts(asked, now="work", exam="", note="", by=leader)
    assert Whereabouts.objects.get(pk=asked.pk).now == "youth"
    assert AuditEntry.objects.get(verb="answer_whereabouts").payload == {"now": "youth"}


def test_of_a_pupil_who_moved_ppr_is_asked(asked, closing, leader, ppr_invited):
    actions.hand_in_closing(closing, **said(now="moved"), by=leader)
    with pytest.raises(PermissionDenied):
        actions.answer_whereabouts(asked, now="work", exam="", note="", by=leader)
    actions.answer_whereabouts(asked, now="ordinary", exam="", note="", by=ppr_invited)
    assert Whereabouts.objects.get(pk=asked.pk).answered_by == ppr_invited


def test_what_is_not_asked_yet_is_not_answered(ended, leader):
    question = ended.whereabouts.last()
    question.effort = ended
    with pytest.raises(NotPossible):
        actions.answer_whereabouts(question, now="work", exam="", note="", by=leader)


# -- who is told -----------------------------------------------------------------------
def told(monkeypatch, notice, *args):
    rows = set()

    def tell(people, **words):
        rows.update((person.name, words["topic"]) for person in people)

    monkeypatch.setattr(notices, "tell", tell)
    notice(*args)
    return rows


def test_the_school_leader_is_told_of_the_end(monkeypatch, ended, leader):
    names = told(monkeypatch, notices.tell_of_end, ended.pk)
    assert names == {(leader.name, "effort.ended")}


def test_ppr_and_the_committee_are_told_of_the_report(
    monkeypatch, ended, ppr_invited, chair, secretary
):
    names = told(monkeypatch, notices.tell_of_closing, ended.pk)
    assert names >= {(one.name, "effort.closed") for one in (ppr_invited, chair, secretary)}


def test_the_school_or_ppr_is_asked_where_the_pupil_is(
    monkeypatch, asked, closing, leader, ppr_invited
):
    ask = (notices.ask_where_pupil_is, asked.pk)
    assert told(monkeypatch, *ask) == {(leader.name, "effort.whereabouts")}
    actions.hand_in_closing(closing, **said(now="moved"), by=leader)
    names = {name for name, _ in told(monkeypatch, *ask)}
    assert ppr_invited.name in names
    assert leader.name not in names


def test_nobody_is_told_of_an_end_that_was_taken_back(monkeypatch, ended):
    type(ended).objects.update(status="running")
    assert told(monkeypatch, notices.tell_of_end, ended.pk) == set()


def test_the_clock_ends_an_effort_once(ended):
    assert following.end_those_that_are_over() == 0
    assert ClosingReport.objects.count() == 1
