"""Who comes: each answers for themself, and a substitute counts in the seat they take."""

from __future__ import annotations

from functools import partial

import pytest
from django.urls import reverse

from skolefleks.models import Notice
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move
from tests.conftest import text_of
from tests.meetings import ABSENT, PRESENT, invited, members, tell, under_way
from tests.racing import race
from tests.scenes import kept
from visitation.agenda import queries as agenda_queries
from visitation.meetings import actions as meetings
from visitation.meetings import attending
from visitation.minutes import queries as minutes
from visitation.models import Attendance, Meeting


@pytest.fixture
@kept
def three(person):
    return members(person)


@pytest.fixture
@kept
def meeting(case, three, secretary, chair):
    return invited(case.application, by=chair)


def seat_of(meeting, user):
    return meeting.attendances.get(user=user)


def quorum(meeting, reader):
    return agenda_queries.agenda(meeting, reader).points[0].quorum


def test_the_start_page_asks_until_it_is_answered(meeting, three, client_for, post):
    client = client_for(three[0])
    assert "Svar på indkaldelsen" in text_of(client.get("/"))
    address = reverse("visitation:answer_invitation", args=[meeting.pk])
    assert post(client, address, {"comes": "coming"}).status_code == 302
    assert seat_of(meeting, three[0]).state == Attendance.State.COMING
    assert "Svar på indkaldelsen" not in text_of(client.get("/"))


def test_who_does_not_come_names_a_substitute_who_is_told_and_counts(
    meeting, three, secretary, chair
):
    before = quorum(meeting, chair).there
    attending.answer(meeting, comes=False, substitute=secretary, by=three[0])
    tell()
    assert quorum(meeting, chair).there == before
    assert Notice.objects.filter(user=secretary, text__startswith="Du er suppleant").exists()
    apology = Notice.objects.get(user=chair, topic="meeting.apology")
    assert secretary.name in apology.text


def test_a_changed_mind_lets_the_substitute_go(meeting, three, secretary, chair):
    before = quorum(meeting, chair).there
    attending.answer(meeting, comes=False, substitute=secretary, by=three[0])
    attending.answer(meeting, comes=True, by=three[0])
    seat = seat_of(meeting, secretary)
    assert (seat.counts, seat.stands_in_for) == (False, None)
    assert quorum(meeting, chair).there == before


def test_nobody_with_a_seat_of_their_own_can_be_a_substitute(meeting, three):
    with pytest.raises(Refusal, match="må ikke selv have en plads"):
        attending.answer(meeting, comes=False, substitute=three[1], by=three[0])


def test_who_is_not_called_cannot_answer(meeting, leader):
    with pytest.raises(NotPossible, match="ikke indkaldt"):
        attending.answer(meeting, comes=True, by=leader)


@pytest.fixture
@kept
def under(case, three, secretary, chair):
    return under_way(case.application, by=chair, present=three)


def test_a_seat_taken_while_the_meeting_is_on_has_its_time_in_the_minutes(
    under, three, secretary, chair
):
    attending.name_substitute(under, three[0], secretary, by=chair)
    course = [line[1] for line in minutes.minutes_of(under)["course"]]
    # Nobody was short of a quorum for a moment: the seat was never empty.
    assert course[1] == f"{three[0].name}: gik"
    seat = f"{secretary.name}: træder ind som suppleant for {three[0].name}"
    assert course[2] == f"{seat} (3 til stede tæller med)"
    people = minutes.minutes_of(under)["people"]
    [there] = [line[2] for line in people if line[0] == secretary.name]
    assert there.startswith("Til stede fra kl. ")


def test_a_member_and_their_substitute_are_not_there_together(under, three, secretary, chair):
    attending.name_substitute(under, three[0], secretary, by=chair)
    with pytest.raises(NotPossible, match="samme plads"):
        meetings.note_attendance(under, {three[0].pk: PRESENT}, by=chair)
    back = {three[0].pk: PRESENT, secretary.pk: ABSENT}
    meetings.note_attendance(under, back, by=chair)
    assert quorum(under, chair).there == 3


def test_the_leader_seats_a_substitute_on_the_meetings_page(
    under, three, secretary, chair, committee, post
):
    address = reverse("visitation:name_substitute", args=[under.pk])
    assert "ikke gemt" in text_of(post(committee, address, {}))
    sent = {"member": three[0].pk, "substitute": secretary.pk}
    assert post(committee, address, sent).status_code == 302
    assert seat_of(under, secretary).stands_in_for == three[0]


@race("visitation.agenda.actions.hold_meeting", held=NotPossible, off=type(None))
def test_of_a_meeting_that_is_called_off_at_that_moment_no_answer_is_kept(
    meeting, three, chair, together, outcome
):
    as_read_before = Meeting.objects.get(pk=meeting.pk)
    call_off = partial(move, meeting, "cancel", by=chair)
    come = partial(attending.answer, as_read_before, comes=True, by=three[0])
    assert type(together(call_off, come)[1]) is outcome
