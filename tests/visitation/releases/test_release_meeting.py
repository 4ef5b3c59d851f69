"""What a meeting decided is released together or one by one, each case with a result of its own."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications.models import Application
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import Role
from tests.conftest import text_of
from tests.deciding import ABOVE, meeting_with, pupils, said
from tests.filling import fill
from tests.house.test_ceilings import asked
from visitation.decisions import actions as decisions
from visitation.models import AgendaItem, Decision


@pytest.fixture
def others(schools, other_leader, pools):
    """Three cases of Hedegårdsskolen, of one pupil each."""
    made = []
    for name in ("Eva Fog", "Finn Gro", "Gerda Holm"):
        application = fill(
            writing.start(school=schools["Hedegårdsskolen"], by=other_leader),
            name,
            by=other_leader,
        )
        submission.submit(application, by=other_leader)
        made.append(application)
    return made


@pytest.fixture
def meeting(others, person, member, chair):
    """A meeting that granted the first two, the second above the ceiling, and put the third off."""
    third = person("Thea Tredje", Role.COMMITTEE_MEMBER)
    meeting = meeting_with(others[0], [member, chair, third], by=chair)
    for position, application in enumerate(others[1:], start=1):
        AgendaItem.objects.create(
            meeting=meeting,
            application=application,
            position=position,
            minutes=20,
            added_by=chair,
        )
    decisions.grant(pupils(others[0])[0], said(), grounds="Behov.", by=chair)
    decisions.grant(
        pupils(others[1])[0],
        said(ABOVE, deviation="Tungt."),
        grounds="Behov.",
        by=chair,
    )
    decisions.postpone(pupils(others[2])[0], grounds="PPR mangler.", by=chair)
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
    assert "E.F.: bevilget" in page
    assert "Eva" not in page


def test_the_ticked_are_released_and_each_that_was_not_says_why(
    url, others, committee, post
):
    answer = text_of(committee.get(post(committee, url, {"case": numbers(others)}).url))
    assert "2 af 3 sager er frigivet, 1 er ikke." in answer
    assert f"{others[1].number}: En takst er over 265.000 kr." in answer
    assert set(Decision.objects.released().values_list("outcome", flat=True)) == {
        "granted",
        "postponed",
    }
    statuses = {
        Application.objects.get(pk=application.pk).status for application in others[::2]
    }
    assert statuses == {"closed", "submitted"}


def test_one_is_released_alone_and_the_others_wait(url, others, committee, post):
    answer = text_of(
        committee.get(post(committee, url, {"case": [others[0].number]}).url)
    )
    assert "1 af 1 sag er frigivet" in answer
    assert Decision.objects.released().count() == 1


@pytest.mark.parametrize(
    "sent", [{}, {"case": ["SF-2026-9999"]}, {"case": ["\x00", "x" * 5_000]}]
)
def test_nothing_chosen_is_told_and_releases_nothing(sent, url, committee, post):
    assert post(committee, url, sent).status_code == 422
    assert not Decision.objects.released().exists()


def test_a_case_in_which_one_is_disqualified_is_not_there(
    url, others, chair, committee, post
):
    others[0].recusals.create(
        user=chair, origin="declared", set_by=chair, set_at=others[0].created_at
    )
    assert others[0].number not in text_of(committee.get(url))
    post(committee, url, {"case": numbers(others)})
    assert (
        not Decision.objects.released()
        .filter(pupil_case__application=others[0])
        .exists()
    )


def test_a_pupil_without_a_word_holds_its_case_back(
    url, meeting, submitted, chair, committee
):
    AgendaItem.objects.create(
        meeting=meeting, application=submitted, position=9, minutes=20, added_by=chair
    )
    decisions.reject(pupils(submitted)[0], grounds="Nej.", by=chair)
    assert "1 elev mangler en afgørelse" in text_of(committee.get(url))


def test_the_page_takes_as_many_queries_for_four_cases_as_for_three(
    url, meeting, submitted, chair, committee
):
    few = asked(committee, url)
    AgendaItem.objects.create(
        meeting=meeting, application=submitted, position=9, minutes=20, added_by=chair
    )
    decisions.reject(pupils(submitted)[0], grounds="Nej.", by=chair)
    assert asked(committee, url) == few <= 12
