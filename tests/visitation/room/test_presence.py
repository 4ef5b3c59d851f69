"""In the room: who comes and who goes, and what it says when they are too few."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.conftest import text_of
from tests.meetings import ABSENT, members, under_way
from tests.scenes import kept
from visitation.agenda import actions as agenda
from visitation.decisions import actions as decisions
from visitation.meetings import actions as meetings

SHORT = "2 er til stede og ikke inhabile, og det kræver 3."


@pytest.fixture
def three(person):
    return members(person)


@pytest.fixture
@kept
def meeting(case, pools, chair, three):
    """Under way with all three members there, at its only case."""
    meeting = under_way(case.application, by=chair, present=three)
    agenda.take_up(meeting.items.get(), by=chair)
    return meeting


def room(client, meeting):
    return text_of(client.get(reverse("visitation:meeting_mode", args=[meeting.pk])))


def press(post, client, meeting, user, state):
    address = reverse("visitation:note_attendance", args=[meeting.pk])
    return post(client, f"{address}?fra=moede", {f"person-{user.pk}": state})


def test_one_press_notes_one_person_and_leads_back_to_the_room(meeting, three, committee, post):
    answer = press(post, committee, meeting, three[0], "absent")
    assert answer.url == reverse("visitation:meeting_mode", args=[meeting.pk])
    states = dict(meeting.attendances.values_list("user", "state"))
    assert [states[user.pk] for user in three] == ["absent", "present", "present"]
    page = room(committee, meeting)
    assert "og står i referatet." in page
    assert f"Kommer : {three[0].name}" in page
    assert f"Går : {three[1].name}" in page


def test_the_room_says_when_they_are_too_few_until_enough_are_back(meeting, three, committee, post):
    assert SHORT not in room(committee, meeting)
    press(post, committee, meeting, three[0], "absent")
    assert f"{SHORT} Sagen kan ikke afgøres nu, men den kan udsættes." in room(committee, meeting)
    press(post, committee, meeting, three[0], "present")
    assert SHORT not in room(committee, meeting)


def test_of_a_case_that_is_settled_it_is_not_said(case, meeting, three, chair, committee):
    meetings.note_attendance(meeting, {three[0].pk: ABSENT}, by=chair)
    for pupil_case in case.application.pupil_cases.all():
        decisions.postpone(pupil_case, grounds="For få.", by=chair)
    assert SHORT not in room(committee, meeting)


def test_a_member_reads_it_and_notes_nobody(meeting, three, chair, client_for, post):
    meetings.note_attendance(meeting, {three[0].pk: ABSENT}, by=chair)
    client = client_for(three[1])
    page = room(client, meeting)
    assert SHORT in page
    assert "Går :" not in page
    assert press(post, client, meeting, three[2], "absent").status_code == 403


def test_while_the_meeting_is_on_nobody_is_said_to_have_sent_apologies(
    meeting, three, committee, post
):
    page = text_of(committee.get(meeting.get_absolute_url()))
    assert "Ikke til stede" in page
    assert "Afbud" not in page
