"""Holding a follow-up: the report and the voices before it, the talk, and what comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from applications.models import Invitation
from skolefleks.models import OutboxMessage
from skolefleks.refusals import NotPossible, Refusal
from visitation.corrections import actions as corrections
from visitation.followups import actions
from visitation.models import FollowUpVoice, FollowUpWindow, StatusReport

Voice, How, Outcome = FollowUpVoice.Voice, FollowUpVoice.How, FollowUpWindow.Outcome
TALK = {"present": ["pupil"], "also_present": ""}
WORDS = {"words": "»Det går.«", "is_declined": False, "how": How.TOGETHER}


def report_on(window, **texts):
    return StatusReport(window=window, **{"carried_out": "Ja.", "progress": "Frem.", **texts})


def test_staff_write_the_report_and_the_leader_hands_it_in(window, staff, leader):
    report = actions.write_report(report_on(window), by=staff)
    with pytest.raises(PermissionDenied):
        actions.hand_in_report(report, by=staff)
    actions.hand_in_report(report, by=leader)
    assert StatusReport.objects.get().handed_in_by == leader


def test_a_report_without_a_word_on_the_goals_is_not_handed_in(window, leader):
    with pytest.raises(Refusal):
        actions.hand_in_report(report_on(window, progress=" "), by=leader)


def test_a_report_that_was_handed_in_is_never_changed(reported, staff):
    with pytest.raises(NotPossible):
        actions.write_report(report_on(reported), by=staff)
    with pytest.raises(DatabaseError), transaction.atomic():
        StatusReport.objects.update(written_by=staff)


def test_the_school_writes_down_the_pupil_and_not_ppr(window, staff):
    actions.say(window, Voice.PUPIL, **WORDS, by=staff)
    with pytest.raises(PermissionDenied):
        actions.say(window, Voice.PPR, **WORDS, by=staff)


def test_ppr_speaks_for_itself_and_not_for_the_pupil(window, ppr, leader):
    application = window.effort.application
    Invitation.objects.create(application=application, user=ppr, invited_by=leader)
    actions.say(window, Voice.PPR, **WORDS, by=ppr)
    with pytest.raises(PermissionDenied):
        actions.say(window, Voice.PUPIL, **WORDS, by=ppr)


def test_a_pupil_who_does_not_want_to_speak_has_answered(window, staff):
    actions.say(window, Voice.PUPIL, words="", is_declined=True, how=How.TALK, by=staff)
    assert window.voices.get().is_declined


def test_the_talk_starts_the_clock_of_its_outcome(window, staff):
    actions.hold(window, held_on=window.opens_on, **TALK, by=staff)
    window.refresh_from_db()
    assert (window.status, window.held_by) == ("held", staff)
    assert window.tell_by == window.opens_on + timedelta(days=14)


def test_a_talk_is_not_held_on_a_day_to_come(window, staff):
    with pytest.raises(Refusal):
        actions.hold(window, held_on=window.hold_by, **TALK, by=staff)


def test_no_outcome_without_a_report(window, leader):
    actions.hold(window, held_on=window.opens_on, **TALK, by=leader)
    with pytest.raises(NotPossible, match="statusrapport"):
        actions.settle(window, outcome=Outcome.UNCHANGED, grounds="Går.", by=leader)


def test_no_outcome_without_a_talk(reported, leader):
    with pytest.raises(NotPossible):
        actions.settle(reported, outcome=Outcome.UNCHANGED, grounds="Går.", by=leader)


def test_an_outcome_is_told_also_when_nothing_changes(held, leader):
    actions.settle(held, outcome=Outcome.UNCHANGED, grounds="Det går.", by=leader)
    held.refresh_from_db()
    assert (held.status, held.outcome) == ("told", "unchanged")
    message = OutboxMessage.objects.get(topic="follow_up.told")
    assert message.payload["decide"] is False


def test_what_is_the_committees_is_not_decided_by_the_school(held, leader):
    cost = held.effort.grants.get().cost
    actions.settle(held, outcome=Outcome.STEP_DOWN, grounds="Går godt.", by=leader)
    assert OutboxMessage.objects.get(topic="follow_up.told").payload["decide"] is True
    assert held.effort.grants.get().cost == cost


def test_staff_give_no_outcome(held, staff):
    with pytest.raises(PermissionDenied):
        actions.settle(held, outcome=Outcome.STOP, grounds="Slut.", by=staff)


def test_a_follow_up_has_exactly_one_outcome(held, leader):
    actions.settle(held, outcome=Outcome.CHANGE, grounds="Andre timer.", by=leader)
    with pytest.raises(NotPossible):
        actions.settle(held, outcome=Outcome.STOP, grounds="Slut.", by=leader)


def test_the_database_knows_no_told_follow_up_without_outcome(held):
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUpWindow.objects.filter(pk=held.pk).update(status="told")


def test_what_is_ahead_falls_away_with_the_grant(held, leader, chair):
    grant = held.effort.grants.select_related("decision__pupil_case__application").get()
    corrections.correct(grant.decision, None, grounds="Fejl.", by=chair)
    assert set(held.effort.windows.values_list("status", flat=True)) == {"cancelled"}
    with pytest.raises(NotPossible):
        actions.settle(held, outcome=Outcome.STOP, grounds="Slut.", by=leader)
