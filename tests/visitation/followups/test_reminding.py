"""The reminders of follow-ups, travelled day by day: each once, and none after the end."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
import time_machine

from skolefleks.models import Notice, OutboxMessage
from tests.deciding import released_grant, wish_terms
from visitation.corrections import actions as corrections
from visitation.efforts import following
from visitation.followups import actions, notices, reminding, rules
from visitation.models import Effort, FollowUpReminder, FollowUpWindow
from visitation.recusals import actions as recusals

ORDINARY = {"first", "second", "last_day", "after"}


@pytest.fixture
def short_effort(case, pools, chair):
    """Seven months: as many kinds of reminders as nineteen have, in a third of the days."""
    released_grant(case, wish_terms(), by=chair)
    return Effort.objects.select_related("application", "pupil_case").get()


def days_of(effort, more=60):
    """From the day before the effort until long after it."""
    length = (effort.ends_on - effort.starts_on).days + more
    return [effort.starts_on + timedelta(days=n) for n in range(-1, length)]


def run_clock(days, chances, after=None):
    """Run beat on each day, or not, or twice, as chance has it."""
    for day in days:
        with time_machine.travel(day, tick=False):
            for _ in range(chances()):
                following.end_those_that_are_over()
                reminding.post_reminders()
            if after:
                after(day)


def sent(effort):
    reminders = FollowUpReminder.objects.filter(window__effort=effort)
    return Counter(reminders.values_list("window", "kind"))


def test_every_reminder_comes_once_while_nobody_does_anything(short_effort):
    run_clock(days_of(short_effort), lambda: 1)
    windows = short_effort.windows.count()
    assert windows > 2
    assert set(sent(short_effort).values()) == {1}
    assert {kind for _, kind in sent(short_effort)} == {*ORDINARY, "leader", "chair"}
    assert len(sent(short_effort)) == windows * 6


MORE = [pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2)]


@pytest.mark.parametrize("seed", [0, *MORE])
def test_each_comes_once_however_beat_is_killed_and_restarted(short_effort, seed):
    chance = random.Random(seed)
    run_clock(days_of(short_effort), lambda: chance.choice((0, 0, 1, 1, 2, 3)))
    assert set(sent(short_effort).values()) == {1}
    for window in short_effort.windows.all():
        kinds = {kind for key, kind in sent(short_effort) if key == window.pk}
        assert {"leader", "chair"} <= kinds
        assert kinds & ORDINARY


def test_without_the_row_that_says_so_the_same_reminder_would_come_again(effort):
    window = effort.windows.first()
    day = window.hold_by
    assert rules.reminders_due(window, [], day) == rules.reminders_due(window, [], day) != []
    assert rules.reminders_due(window, ["last_day"], day) == []


def test_no_reminder_comes_after_the_end(short_effort, chair):
    grant = short_effort.grants.select_related("decision__pupil_case__application").get()
    last_day = short_effort.starts_on + timedelta(days=70)
    with time_machine.travel(short_effort.starts_on, tick=False):
        corrections.end_early(grant, on=last_day, grounds="Flytter.", by=chair)
    run_clock(days_of(short_effort), lambda: 1)
    reminders = FollowUpReminder.objects.all()
    assert reminders.exists()
    assert not reminders.filter(sent_on__gt=last_day).exists()


def test_a_reminder_that_waited_in_the_outbox_is_not_sent_after_the_talk(effort, leader):
    window = effort.windows.first()
    with time_machine.travel(window.hold_by, tick=False):
        reminding.post_reminders()
        FollowUpWindow.objects.filter(pk=window.pk).update(status="cancelled")
        notices.remind(window.pk, "last_day")
    assert not Notice.objects.filter(topic="follow_up.last_day").exists()


def test_daily_leaders_first_then_the_leader_then_the_chair(effort, staff, leader, chair):
    window = effort.windows.first()
    for kind, person in (("first", staff), ("leader", leader), ("chair", chair)):
        notices.remind(window.pk, kind)
        assert [n.user for n in Notice.objects.filter(topic=f"follow_up.{kind}")] == [person]


def test_a_chair_who_is_disqualified_is_told_nothing(effort, person, chair):
    other = person("Ulla Udvalg", "committee_chair")
    recusals.set_recusal(effort.application, other, reason="Nabo.", by=chair)
    notices.remind(effort.windows.first().pk, "chair")
    assert [n.user for n in Notice.objects.filter(topic="follow_up.chair")] == [chair]


def test_what_was_held_is_reminded_of_its_outcome_alone(effort, leader):
    window = effort.windows.first()
    FollowUpWindow.objects.filter(pk=window.pk).update(status="held", held_on=window.opens_on)
    window.refresh_from_db()
    late = window.tell_by + timedelta(days=30)
    kinds = [one.kind for one in rules.reminders_due(window, [], late)]
    assert kinds == ["tell_after", "tell_chair"]


def test_nobody_is_told_on_a_sunday(effort):
    window = effort.windows.first()
    sunday = window.hold_by + timedelta(days=6 - window.hold_by.weekday())
    with time_machine.travel(sunday, tick=False):
        assert reminding.post_reminders() == 0
    assert not OutboxMessage.objects.filter(topic="follow_up.remind").exists()


def test_due_days_do_not_drift_with_the_last_talk(effort, leader):
    before = list(effort.windows.values_list("hold_by", flat=True))
    window = effort.windows.first()
    with time_machine.travel(window.opens_on, tick=False):
        effort_now = Effort.objects.select_related("application").get()
        Effort.objects.filter(pk=effort.pk).update(status="running", begun_on=effort.starts_on)
        window.effort = effort_now
        talk = {"present": ["pupil"], "also_present": "", "held_on": window.opens_on}
        actions.hold(window, **talk, by=leader)
    assert list(effort.windows.values_list("hold_by", flat=True)) == before
