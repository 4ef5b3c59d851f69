"""What a meeting decided is released together or one by one, each case with a result of its own."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications.models import Application
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import Role
from tests.conftest import text_of
from tests.deciding import ABOVE, meeting_with, pupils, wish_terms
from tests.filling import fill
from tests.house.test_ceilings import asked
from tests.scenes import kept
from visitation.decisions import actions as decisions
from visitation.models import AgendaItem, Decision


@pytest.fixture
@kept
def others(schools, other_leader, pools):
    """Three cases of Hedegårdsskolen, of one pupil each."""
    applications = []
    for name in ("Eva Fog", "Finn Gro", "Gerda Holm"):
        draft = writing.start(school=schools["Hedegårdsskolen"], by=other_leader)
        application = fill(draft, name, by=other_leader)
        submission.submit(application, by=other_leader)
        applications.append(application)
    return applications


def put_on_agenda(application, meeting, position, by):
    AgendaItem.objects.create(
        meeting=meeting, application=application, position=position, minutes=20, added_by=by
    )


@pytest.fixture
@kept
def meeting(others, person, member, chair):
    """A meeting that granted the first two, the second above the ceiling, and put the third off."""
    third = person("Thea Tredje", Role.COMMITTEE_MEMBER)
    meeting = meeting_with(others[0], [member, chair, third], by=chair)
    put_on_agenda(others[1], meeting, 1, by=chair)
    put_on_agenda(others[2], meeting, 2, by=chair)

    [eva], [finn], [gerda] = [pupils(application) for application in others]
    decisions.grant(eva, wish_terms(), grounds="Behov.", by=chair)
    above = wish_terms(ABOVE, deviation="Tungt.")
    decisions.grant(finn, above, grounds="Behov.", by=chair)
    decisions.postpone(gerda, grounds="PPR mangler.", by=chair)
    return meeting


@pytest.fixture
def url(meeting):
    return reverse("visitation:release_meeting", args=[meeting.pk])


def numbers(applications):
    return [application.number for application in applications]


def test_all_are_listed_and_what_stands_in_the_way_is_said(url, others, committee):
    page = text_of(committee.get(url))
    assert all(number in page for number in numbers(others))
    assert page.count("Klar") == 2
    assert "Centercheferne mangler at godkende taksten" in page
    assert "E.F.: bevilget · Læs brevene" in page
    assert "Eva" not in page


def test_the_ticked_are_released_and_each_that_was_not_says_why(url, others, committee, post):
    answer = post(committee, url, {"case": numbers(others)})
    page = text_of(committee.get(answer.url))
    assert "2 af 3 sager er frigivet, 1 er ikke." in page
    assert f"{others[1].number}: En takst er over 265.000 kr." in page

    outcomes = Decision.objects.released().values_list("outcome", flat=True)
    assert set(outcomes) == {"granted", "postponed"}
    first, _, third = [Application.objects.get(pk=one.pk) for one in others]
    assert {first.status, third.status} == {"closed", "submitted"}


def test_one_is_released_alone_and_the_others_wait(url, others, committee, post):
    answer = post(committee, url, {"case": [others[0].number]})
    assert "1 af 1 sag er frigivet" in text_of(committee.get(answer.url))
    assert Decision.objects.released().count() == 1


NOTHING = [{}, {"case": ["SF-2026-9999"]}, {"case": ["\x00", "x" * 5_000]}]


@pytest.mark.parametrize("typed", NOTHING)
def test_nothing_chosen_is_refused_and_releases_nothing(typed, url, committee, post):
    assert post(committee, url, typed).status_code == 422
    assert not Decision.objects.released().exists()


def test_a_case_in_which_one_is_disqualified_is_not_there(url, others, chair, committee, post):
    first = others[0]
    first.recusals.create(user=chair, origin="declared", set_by=chair, set_at=first.created_at)
    assert first.number not in text_of(committee.get(url))

    post(committee, url, {"case": numbers(others)})
    assert not Decision.objects.released().filter(pupil_case__application=first).exists()


def test_a_pupil_without_a_decision_holds_its_case_back(url, meeting, submitted, chair, committee):
    put_on_agenda(submitted, meeting, 9, by=chair)
    decisions.reject(pupils(submitted)[0], grounds="Nej.", by=chair)
    assert "1 elev mangler en afgørelse" in text_of(committee.get(url))


def test_the_page_takes_as_many_queries_for_four_cases_as_for_three(
    url, meeting, submitted, chair, committee
):
    few = asked(committee, url)
    put_on_agenda(submitted, meeting, 9, by=chair)
    decisions.reject(pupils(submitted)[0], grounds="Nej.", by=chair)
    assert asked(committee, url) == few <= 12
