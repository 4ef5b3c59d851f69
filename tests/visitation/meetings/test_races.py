"""Two at once at one meeting: one is done, the other is told; with the guard off both are done."""

from __future__ import annotations

from functools import partial

import pytest

from skolefleks.models import AuditEntry
from skolefleks.refusals import Overtaken, Refusal
from tests.conftest import many
from tests.meetings import held, invited, locked, planned, under_way
from tests.racing import at_once
from visitation.agenda import actions as agenda
from visitation.meetings import actions as meeting_actions
from visitation.minutes import actions as minutes
from visitation.models import AgendaItem, Attendance, Document, JournalEntry, Meeting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cases(schools, leader):
    return [case.application for case in many(4, school=schools["Baltorpskolen"], by=leader)]


def again(meeting):
    """The same meeting as another request reads it."""
    return Meeting.objects.get(pk=meeting.pk)


def refused(answers):
    return [answer for answer in answers if isinstance(answer, Refusal)]


def lines(verb):
    return AuditEntry.objects.filter(verb=verb).count()


def test_of_two_who_open_at_once_one_does(cases, chair):
    meeting = locked(*cases, by=chair, present=[chair])
    answers = at_once(
        [partial(meeting_actions.open_meeting, again(meeting), by=chair) for _ in range(2)]
    )
    assert (len(refused(answers)), lines("open")) == (1, 1)


def test_of_two_meetings_opened_at_once_one_is_under_way(cases, chair):
    meetings = [locked(*part, by=chair, present=[chair]) for part in (cases[:2], cases[2:])]
    answers = at_once(
        [partial(meeting_actions.open_meeting, meeting, by=chair) for meeting in meetings]
    )
    assert sum(answer is None for answer in answers) == 1
    assert Meeting.objects.filter(status="under_way").count() == 1


def reorder(meeting, chair, secretary):
    pks, seen = [item.pk for item in meeting.items.all()], meeting.revision
    orders = [(pks[::-1], chair), ([*pks[1:], pks[0]], secretary)]
    acts = [
        partial(agenda.arrange, again(meeting), order, revision=seen, by=by) for order, by in orders
    ]
    return at_once(acts)


def test_of_two_who_reorder_at_once_the_later_is_told(cases, chair, secretary):
    answers = reorder(planned(*cases, by=chair), chair, secretary)
    assert [type(answer) for answer in refused(answers)] == [Overtaken]
    assert lines("arrange_agenda") == 1


def test_without_the_revision_the_later_would_overwrite_silently(
    cases, chair, secretary, monkeypatch
):
    monkeypatch.setattr(agenda, "require_revision", lambda meeting, revision: None)
    answers = reorder(planned(*cases, by=chair), chair, secretary)
    assert (refused(answers), lines("arrange_agenda")) == ([], 2)


def test_a_case_put_on_two_agendas_at_once_is_on_one(cases, chair, secretary):
    meetings = [planned(by=chair), planned(by=chair, days=9)]
    acts = [partial(agenda.add_to_agenda, meeting, cases[0], by=chair) for meeting in meetings]
    assert len(refused(at_once(acts))) == 1
    assert AgendaItem.objects.count() == 1


def test_everybody_is_invited_once(cases, chair, member, secretary):
    meeting = planned(*cases, by=chair)
    answers = at_once(
        [partial(meeting_actions.invite, again(meeting), by=by) for by in (chair, secretary)]
    )
    assert (len(refused(answers)), Attendance.objects.count()) == (1, 3)


def test_minutes_approved_twice_at_once_are_one_document(cases, chair):
    meeting = held(under_way(*cases, by=chair, present=[chair]), by=chair)
    answers = at_once(
        [partial(minutes.approve_minutes, again(meeting), by=chair) for _ in range(2)]
    )
    assert len(refused(answers)) == 1
    assert (Document.objects.count(), JournalEntry.objects.count()) == (1, 1)


def test_two_clicks_on_the_same_button_have_one_effect(cases, chair, client_for):
    meeting, client, key = (
        invited(*cases, by=chair),
        client_for(chair),
        "4b7b6a53-5f3e-4f0b-9f0e-2f6f1c9d7a11",
    )
    for _ in range(2):
        answer = client.post(f"{meeting.get_absolute_url()}trin/laas/", {"idempotency_key": key})
        assert answer.url == meeting.get_absolute_url()
    assert lines("lock") == 1
