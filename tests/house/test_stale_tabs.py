"""A page that stood open while somebody else went on: what it sends is answered in words, and
changes nothing.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications.submission import actions as submission
from tests.conftest import text_of
from tests.deciding import ABOVE, meeting_with, wish_terms
from tests.meetings import planned
from visitation.agenda import actions as agenda
from visitation.decisions import actions as decisions
from visitation.meetings import actions as meetings
from visitation.models import CeilingAnswer, Decision


def test_an_agenda_edited_while_its_meeting_is_cancelled_is_refused_and_kept(
    submitted, chair, committee, post
):
    meeting = planned(submitted, by=chair)
    [item] = meeting.items.all()
    sent = {"revision": meeting.revision, "orden": str(item.pk), f"minutter-{item.pk}": "25"}
    meetings.cancel_meeting(meeting, by=chair)
    answer = post(committee, reverse("visitation:arrange_agenda", args=[meeting.pk]), sent)
    assert answer.status_code == 422
    assert "Det blev ikke gjort" in text_of(answer)


def test_a_chiefs_answer_to_a_decision_undone_meanwhile_is_told_so(
    case, pools, chair, chief, client_for, post
):
    decision = decisions.grant(
        case, wish_terms(ABOVE, deviation="Stort behov."), grounds="Behov.", by=chair
    ).decision
    decisions.undo(decision, by=chair)
    client = client_for(chief)
    answer = post(
        client, reverse("visitation:answer_ceiling", args=[decision.pk]), {"answer": "agree"}
    )
    assert "venter ikke længere på svar" in client.get(answer.url).content.decode()
    assert not CeilingAnswer.objects.exists()


@pytest.fixture
def withdrawn_at_hand(submitted, pools, chair, member, secretary, leader):
    """A case that the school withdrew while the meeting had come to it."""
    meeting = meeting_with(submitted, [chair, member, secretary], by=chair)
    agenda.take_up(meeting.items.get(), by=chair)
    submission.withdraw(submitted, reason="Flyttet.", by=leader)
    return meeting


def test_the_room_says_that_the_case_was_withdrawn_and_supposes_nothing_of_it(
    withdrawn_at_hand, committee
):
    room = text_of(committee.get(reverse("visitation:meeting_mode", args=[withdrawn_at_hand.pk])))
    assert "Trukket tilbage" in room
    assert "Afgjort" not in room
    assert (
        committee.get(reverse("visitation:what_if", args=[withdrawn_at_hand.pk])).context["rows"]
        == []
    )


def test_a_case_withdrawn_at_the_meeting_is_not_decided(withdrawn_at_hand, case, committee, post):
    url = reverse("decide", args=[case.application.number, case.pk])
    answer = post(committee, url, {"outcome": "rejected", "grounds": "Nej."})
    assert answer.status_code == 422
    assert "Det kan ikke gøres, som sagen står nu" in text_of(answer)
    assert not Decision.objects.exists()
