"""Two who act on an effort at the same moment, and what would happen without the lock."""

from __future__ import annotations

import threading
from datetime import date
from functools import partial

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from skolefleks.models import AuditEntry, OutboxMessage
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import follow
from tests.conftest import AFTER, NEXT, terms
from tests.racing import at_once, race
from visitation.amendments import actions as amendments
from visitation.closings import actions as closings
from visitation.efforts import actions, following, queries
from visitation.followups import actions as followups
from visitation.models import (
    Amendment,
    ClosingReport,
    Decision,
    Effort,
    FollowUpWindow,
    Grant,
    PlanMeasure,
    StatusReport,
)
from visitation.moves import actions as moves

pytestmark = pytest.mark.django_db(transaction=True)

Outcome = FollowUpWindow.Outcome


@pytest.fixture
def effort(released, leader):
    """It runs, on its first day."""
    running = Effort.objects.select_related("application", "pupil_case").get()
    with time_machine.travel(running.starts_on, tick=False):
        actions.confirm_begun(running, begun_on=running.starts_on, by=leader)
        yield running


@pytest.fixture
def held(effort, leader):
    """The first follow-up, held and not told."""
    window = effort.windows.first()
    with time_machine.travel(window.opens_on, tick=False):
        report = StatusReport(window=window, carried_out="Ja.", progress="Fremad.")
        followups.hand_in_report(report, by=leader)
        talk = {"held_on": window.opens_on, "present": ["pupil"], "also_present": ""}
        followups.hold(window, **talk, by=leader)
        yield window.pk


def tell(window, outcome, by):
    """As each of two windows of a browser would: with a row of its own."""
    row = FollowUpWindow.objects.select_related("effort__application").get(pk=window)
    followups.settle(row, outcome=outcome, grounds="Sådan.", by=by)


def both_tell(window, leader):
    each = [partial(tell, window, one, leader) for one in (Outcome.STOP, Outcome.UNCHANGED)]
    answers = at_once(each)
    told = OutboxMessage.objects.filter(topic="follow_up.told").count()
    return sum(isinstance(answer, Exception) for answer in answers), told


def test_a_follow_up_that_two_tell_of_at_once_has_one_outcome(held, leader):
    assert both_tell(held, leader) == (1, 1)


def test_without_the_lock_both_outcomes_would_be_told(held, leader, monkeypatch):
    gate = threading.Barrier(2)

    def unlocked(window, right, *, by):
        window.refresh_from_db(fields=["status"])
        gate.wait(30)

    monkeypatch.setattr(followups, "_require_open", unlocked)
    assert both_tell(held, leader) == (0, 2)


@pytest.fixture
def longer(effort, leader, chair):
    """The committee gives the effort five months more, as the school has asked."""
    now = timezone.now()
    asked = {"written_by": leader, "written_at": now, "asked_at": now}
    asked |= {"kind": "extend", "until": date(AFTER, 12, 31), "tariff": 150_000}
    amendment = Amendment.objects.create(effort=effort, pupil_case=effort.pupil_case, **asked)
    row = terms(150_000, date(AFTER, 8, 1), date(AFTER, 12, 31))
    answer = partial(amendments.regrant, amendment, Decision.Outcome.EXTENDED, row)
    return partial(answer, grounds="Mere tid.", by=chair)


def closed(leader):
    """The school hands in the closing report."""
    report = ClosingReport.objects.select_related("effort__application").get()
    said = dict.fromkeys(("worked", "not_worked", "what_now"), "Alt.") | {"now": "ordinary"}
    return partial(closings.hand_in_closing, report, **said, exam="", verdicts={}, by=leader)


def test_an_effort_that_is_closed_and_extended_at_once_is_one_or_the_other(effort, longer, leader):
    with time_machine.travel(date(AFTER, 8, 6), tick=False):
        following.end_those_that_are_over()
        _, extended = at_once([closed(leader), longer])
    assert not isinstance(extended, Exception)
    ends = AuditEntry.objects.filter(verb__in=("cancel_closing", "hand_in_closing"))
    assert ends.count() == 1
    assert Effort.objects.get().is_live


def test_an_effort_moves_once_however_many_move_it(effort, schools, chair):
    where = {"last_day": date(NEXT, 3, 31), "grounds": "Flytter.", "by": chair}

    def move(name):
        row = Effort.objects.select_related("application__school").get(pk=effort.pk)
        moves.move_to_school(row, school=schools[name], **where)

    names = ("Hedegårdsskolen", "Måløvhøj Skole", "Skovlunde Skole")
    answers = at_once([partial(move, name) for name in names])
    assert [isinstance(answer, Refusal) for answer in answers].count(True) == 2
    assert (Effort.objects.count(), Grant.objects.count()) == (2, 2)


def ending(effort, by):
    """As the clock does it, or a decision."""
    return partial(follow, Effort.objects.get(pk=effort.pk), "end_effort", by=by)


@race("visitation.efforts.actions.require_allowed", held=0, off=1)
def test_nothing_is_written_in_an_effort_that_ends_at_that_moment(
    effort, leader, together, outcome
):
    write = partial(actions.write_measure, PlanMeasure(effort=effort, what="Mere"), by=leader)
    together(ending(effort, leader), write)
    assert [row.what for row in effort.measures.all()].count("Mere") == outcome


@race("visitation.efforts.following.end_those_that_are_over", held=0, off=1)
def test_what_is_extended_at_that_moment_is_not_ended(effort, together, outcome):
    rows = Effort.objects.filter(pk=effort.pk)
    longer = partial(rows.update, ends_on=date(AFTER, 12, 31))
    with time_machine.travel(date(AFTER, 8, 6), tick=False):
        assert together(longer, following.end_those_that_are_over) == [1, outcome]


def in_transaction(read):
    with transaction.atomic():
        return read()


@race("visitation.efforts.queries.effort_to_join", held=False, off=True)
def test_a_grant_joins_no_effort_that_is_cancelled_at_that_moment(
    effort, granted, chair, together, outcome
):
    cancel = partial(follow, effort, "cancel_effort", by=chair)
    join = partial(in_transaction, partial(queries.effort_to_join, granted))
    _, answer = together(cancel, join)
    assert isinstance(answer, Effort) is outcome


@race("visitation.efforts.queries.efforts_of_pupil", held="ended", off="running")
def test_the_efforts_of_a_pupil_are_read_as_others_leave_them(
    effort, case, leader, together, outcome
):
    read = partial(in_transaction, partial(queries.efforts_of_pupil, case))
    _, [answer] = together(ending(effort, leader), read)
    assert answer.status == outcome


@race("visitation.moves.actions._hold", held=NotPossible, off=Effort)
def test_an_effort_that_ends_at_that_moment_is_not_moved(
    effort, schools, leader, chair, together, outcome
):
    where = {"last_day": date(NEXT, 3, 31), "grounds": "Flytter.", "by": chair}
    school = schools["Hedegårdsskolen"]
    move = partial(moves.move_to_school, effort, school=school, **where)
    _, answer = together(ending(effort, leader), move)
    assert type(answer) is outcome
