"""What the leader, who wrote it and PPR are told of a case: what happened, each alike."""

from __future__ import annotations

import pytest

from applications.lifecycle import Answer
from applications.models import Application, Invitation
from skolefleks.models import Notice
from skolefleks.texts import declarations
from tests.conftest import plan_meeting, text_of
from tests.deciding import deliver
from visitation.agenda import actions as agenda
from visitation.cases import actions as cases
from visitation.cases.notices import key_of
from visitation.corrections import actions as corrections
from visitation.decisions import rules
from visitation.meetings import actions as meetings


@pytest.fixture
def followed(submitted, leader, staff, ppr):
    """Written by a pedagogue, and PPR was invited."""
    Application.objects.filter(pk=submitted.pk).update(created_by=staff)
    row = {"application": submitted, "user": ppr, "invited_by": leader}
    Invitation.objects.get_or_create(**row, defaults={"capacity": "ppr"})
    submitted.refresh_from_db()
    return submitted


def last_told(people, application):
    """The newest sentence each has of the case."""
    texts = set()
    for person in people:
        notices = Notice.objects.filter(user=person, subject=application.number)
        texts.add(notices.latest("id").text)
    return texts


def test_a_release_reaches_leader_writer_and_ppr(followed, released, leader, staff, ppr):
    deliver()
    sentence = "Afgørelserne er frigivet: bevilget for nogle elever, afslag for andre"
    assert last_told((leader, staff, ppr), released) == {sentence}


def acting(topic):
    """Those for whom a notice of the topic is something to do."""
    notices = Notice.objects.filter(topic=topic, must_act=True)
    return {notice.user for notice in notices}


def test_a_release_waits_for_the_leader_and_the_others_are_to_know(followed, released, leader):
    deliver()
    assert acting("decisions.released") == {leader}


def test_a_request_waits_for_the_school_and_ppr_is_to_know(
    followed, leader, staff, chair, ppr, client_for
):
    cases.send_back(followed, note="Skriv mere.", by=chair)
    deliver()
    assert acting("application.sent_back") == {leader, staff}
    page = text_of(client_for(ppr).get("/konto/beskeder/"))
    assert "Udvalget beder om flere oplysninger" in page
    assert "Venter på dig" not in page


def test_a_request_says_what_is_asked_for(followed, leader, staff, ppr, chair):
    cases.send_back(followed, note="Skriv mere.", by=chair)
    deliver()
    told = last_told((leader, staff, ppr), followed)
    assert told == {"Udvalget beder om flere oplysninger"}


def test_a_case_taken_off_the_agenda_is_told_once_it_was_called(followed, staff, ppr, chair):
    meeting = plan_meeting(by=chair)
    item = agenda.add_to_agenda(meeting, followed, by=chair)
    meetings.invite(meeting, by=chair)
    meeting.refresh_from_db()
    item.meeting = meeting
    agenda.remove_from_agenda(item, revision=meeting.revision, by=chair)
    deliver()
    [text] = last_told((staff, ppr), followed)
    assert text.startswith("Sagen er taget af dagsordenen for mødet")


def test_an_end_before_time_is_called_that(followed, granted, released, leader, chair):
    granted.refresh_from_db()
    corrections.end_early(granted, on=granted.starts_on, grounds="Slut.", by=chair)
    deliver()
    assert last_told((leader,), released) == {"En bevilling i sagen er afsluttet før tid"}


@pytest.mark.parametrize(
    ("outcomes", "words", "answer"),
    [
        ({"granted"}, "ansøgningen er bevilget", Answer.GRANTED),
        ({"granted", "partly"}, "ansøgningen er delvist bevilget", Answer.PARTLY),
        ({"rejected"}, "der er givet afslag på ansøgningen", Answer.REJECTED),
        ({"postponed"}, "udsat til et senere møde", Answer.POSTPONED),
        ({"granted", "postponed"}, "udsat for andre", Answer.POSTPONED),
        ({"partly", "rejected"}, "afslag for andre", Answer.MIXED),
        ({"stopped"}, "En afgørelse om indsatsen", Answer.STOPPED),
    ],
)
def test_each_outcome_has_its_words_and_its_answer(outcomes, words, answer):
    sentence = declarations.every()[f"besked-{key_of(outcomes)}"]
    assert words in sentence.default
    assert rules.answer_of(outcomes) == answer
