"""On a projector: the case at hand, for all in the room to read, and nothing of any other."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications.models import Recusal
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import AccessEntry
from tests.conftest import text_of
from tests.filling import fill
from tests.meetings import members, under_way
from tests.scenes import kept
from visitation.agenda import actions as agenda
from visitation.decisions import actions as decisions


@pytest.fixture
@kept
def other(schools, other_leader):
    application = writing.start(school=schools["Hedegårdsskolen"], by=other_leader)
    fill(application, "Pia Quist", by=other_leader, tariff=211_000)
    submission.submit(application, by=other_leader)
    return application


@pytest.fixture
def room(case, other, pools, chair, person):
    """Under way, with the case of Baltorpskolen at hand."""
    meeting = under_way(case.application, other, by=chair, present=[chair, *members(person)])
    agenda.take_up(meeting.items.get(application=case.application), by=chair)
    return meeting


def show(client, room, name="presentation"):
    return client.get(reverse(f"visitation:{name}", args=[room.pk]))


def test_the_case_at_hand_is_shown_and_no_other_is_in_the_source(room, case, other, committee):
    pages = [show(committee, room), show(committee, room, "presented_pool")]
    # The answer to a screen that asks whether the room has moved on.
    case_at_hand = pages[0].context["stamp"].partition(".")[0]
    follow = reverse("visitation:follow", args=[room.pk])
    pages.append(committee.get(follow, {"stand": f"{case_at_hand}.before"}))
    assert b"stand=" in pages[-1].content
    source = "".join(page.content.decode() for page in pages)
    assert case.application.number in source
    for hidden in (other.number, "Hedegård", "P.Q.", "211.000", "Medlem0"):
        assert hidden not in source


def test_reading_it_is_logged_for_the_case_at_hand_alone(room, case, committee, chair):
    show(committee, room)
    logged = AccessEntry.objects.values_list("subject", flat=True)
    assert list(logged) == [case.application.number]


def test_what_is_decided_stands_there_at_once(room, case, committee, chair):
    before = show(committee, room).context["stamp"]
    decisions.reject(case, grounds="Intet behov.", by=chair)
    follow = reverse("visitation:follow", args=[room.pk])
    assert committee.get(follow, {"stand": before})["HX-Refresh"] == "true"
    assert "Afslag" in text_of(show(committee, room))


def test_a_screen_of_somebody_disqualified_shows_nothing(room, case, member, client_for):
    application = case.application
    declared = {"origin": "declared", "set_by": member, "set_at": application.submitted_at}
    Recusal.objects.create(application=application, user=member, **declared)
    shown = text_of(show(client_for(member), room))
    assert "er inhabil i den" in shown
    assert application.number not in shown
    assert show(client_for(member), room, "presented_pool").status_code == 404


def test_before_the_first_case_it_waits(case, chair, pools, committee, person):
    room = under_way(case.application, by=chair, present=members(person))
    assert "ikke taget op endnu" in text_of(show(committee, room))
