"""The queue: what waits for whom, its tabs, and what narrows it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import Application, ApplicationQuerySet
from skolefleks.models import District
from tests.conftest import many, text_of
from tests.visitation.queue.test_ways import ways
from tests.visitation.queue.waiting import QUEUE, assess, counts, number, numbers, recuse
from visitation.agenda import actions as agenda
from visitation.assessments import actions as assessments
from visitation.cases import actions as cases
from visitation.decisions import actions as decisions
from visitation.models import Meeting
from visitation.questions import actions as questions
from visitation.releases import actions as releases


# -- what waits for whom ---------------------------------------------------------------
def test_a_case_waits_for_a_member_until_all_its_pupils_are_assessed(submitted, member, client_for):
    client = client_for(member)
    for pupil in submitted.pupil_cases.select_related("application"):
        assert numbers(client) == [submitted.number]
        assess(pupil, member)
    assert numbers(client) == []


def test_a_decided_pupil_waits_for_no_assessment(five, pools, member, chair, client_for):
    decisions.reject(five[0], grounds="Nej.", by=chair)
    assert numbers(client_for(member)) == [number(case) for case in five[1:]]


def test_a_case_whose_meeting_has_begun_waits_for_no_assessment(
    five, meeting, member, chair, client_for
):
    agenda.add_to_agenda(meeting, five[0].application, by=chair)
    Meeting.objects.update(status="under_way")
    assert numbers(client_for(member)) == [number(case) for case in five[1:]]


def test_an_answer_brings_the_case_back_until_it_is_read(five, member, leader, client_for):
    for case in five:
        assess(case, member)
    question = questions.ask(five[1].application, text="Hvornår?", by=member)
    client = client_for(member)
    assert numbers(client) == []
    questions.answer(question, text="I august.", by=leader)
    assert numbers(client) == [number(five[1])]
    assessments.mark_read(five[1].application, by=member)
    assert numbers(client) == []


def test_for_the_secretary_waits_what_is_on_no_agenda(five, meeting, chair, secretary, client_for):
    agenda.add_to_agenda(meeting, five[0].application, by=secretary)
    assert numbers(client_for(secretary)) == [number(case) for case in five[1:]]


def test_for_the_secretary_waits_what_is_decided_and_not_released(
    five, meeting, chair, secretary, client_for
):
    agenda.add_to_agenda(meeting, five[0].application, by=secretary)
    decisions.reject(five[0], grounds="Nej.", by=chair)
    assert number(five[0]) in numbers(client_for(secretary))
    releases.release(five[0].application, by=secretary)
    assert number(five[0]) not in numbers(client_for(secretary))


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (
            "member",
            "Indsendte sager, hvor du mangler at vurdere en elev eller hvor skolen har svaret",
        ),
        (
            "secretary",
            (
                "Indsendte sager, hvor skolen har svaret, siden du sidst læste sagen,"
                " som ikke er på en dagsorden"
            ),
        ),
    ],
)
def test_the_page_says_what_waits_for_whom(who, words, client_for, request):
    assert words in text_of(client_for(request.getfixturevalue(who)).get(QUEUE))


def test_each_duty_on_the_front_page_leads_to_its_cases_alone(five, meeting, chair, committee):
    agenda.add_to_agenda(meeting, five[0].application, by=chair)
    decisions.reject(five[1], grounds="Nej.", by=chair)
    page = committee.get("/").content.decode()
    found = {}
    for name, count in re.findall(r'href="/visitation/\?opgave=(\w+)">(\d)', page):
        found[name] = numbers(committee, opgave=name)
        assert len(found[name]) == int(count)
    assert found["frigiv"] == [number(five[1])]
    assert number(five[0]) not in found["dagsorden"]
    assert number(five[1]) not in found["vurder"]


# -- tabs and counts -------------------------------------------------------------------
def test_each_tab_holds_its_cases_and_says_how_many(five, meeting, chair, committee):
    agenda.add_to_agenda(meeting, five[0].application, by=chair)
    decisions.postpone(five[1], grounds="Vi mangler PPR.", by=chair)
    cases.send_back(five[2].application, note="Mere.", by=chair)
    by_tab = {vis: numbers(committee, vis=vis) for vis in ("nye", "moede", "udsat", "venter")}
    ready, put_off, back, *new = (number(case) for case in five)
    assert by_tab == {"nye": new, "moede": [ready], "udsat": [put_off], "venter": [back]}
    assert counts(committee) == {
        "Venter på mig": 4, "Nye": 2, "Klar til møde": 1, "Udsat": 1, "Venter på skolen": 1,
        "Opfølgning": 0,
    }  # fmt: skip


def test_a_postponed_case_on_a_new_agenda_is_ready_and_no_longer_put_off(
    five, meeting, chair, committee
):
    decisions.postpone(five[1], grounds="Vi mangler PPR.", by=chair)
    agenda.add_to_agenda(meeting, five[1].application, by=chair)
    assert (numbers(committee, vis="moede"), numbers(committee, vis="udsat")) == (
        [number(five[1])],
        [],
    )


def test_a_case_that_is_ready_says_when_it_is_met_about(five, meeting, chair, committee):
    agenda.add_to_agenda(meeting, five[0].application, by=chair)
    day = timezone.localtime(meeting.starts_at)
    assert f"Møde {day.day}. " in text_of(committee.get(QUEUE, {"vis": "moede"}))


@pytest.mark.parametrize("status", ["held", "approved", "cancelled"])
def test_a_meeting_that_is_over_makes_nothing_ready(status, five, meeting, chair, committee):
    agenda.add_to_agenda(meeting, five[0].application, by=chair)
    Meeting.objects.update(status=status)
    assert (numbers(committee, vis="moede"), len(numbers(committee, vis="nye"))) == ([], 5)


def test_the_counts_follow_the_filters(five, committee):
    Application.objects.filter(pk=five[0].application_id).update(grades=[9])
    assert counts(committee, trin="9") == counts(committee) | {"Venter på mig": 1, "Nye": 1}


def test_who_has_waited_past_the_goal_is_said_in_words(five, settings, committee):
    late = timezone.now() - timedelta(days=settings.WAITING_GOAL_DAYS + 4)
    Application.objects.filter(pk=five[0].application_id).update(submitted_at=late)
    text = text_of(committee.get(QUEUE))
    assert f"{settings.WAITING_GOAL_DAYS + 4} dage 4 over målet" in text
    assert text.count("over målet") == 1


# -- filters ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("choice", "places"),
    [
        ({"trin": "9"}, [0]),
        ({"trin": "4"}, [1, 2, 3, 4]),
        ({"alder": "uge"}, [2, 3, 4]),
        ({"alder": "over"}, [0]),
        ({"alder": "snart"}, [1]),
        ({"fra": "250.000"}, [3, 4]),
        ({"til": "200.000 kr."}, [0, 1]),
        ({"fra": "200000", "til": "250000"}, [1, 2, 3]),
        ({"fra": "mange"}, [0, 1, 2, 3, 4]),
        ({"q": "baltorp"}, [0, 1, 2, 3, 4]),
        ({"q": "skovlunde"}, []),
        ({"q": "ab"}, [0, 1, 2, 3, 4]),
        ({"trin": "9", "q": "a.b.", "til": "200.000"}, [0]),
    ],
)
def test_the_queue_is_narrowed_by_each_filter_and_by_all_together(choice, places, five, committee):
    ages, amounts, grades = (
        (40, 16, 3, 2, 1),
        (150_000, 200_000, 225_000, 250_000, 300_000),
        (9, 4, 4, 4, 4),
    )
    for case, age, amount, grade in zip(five, ages, amounts, grades, strict=True):
        values = {
            "submitted_at": timezone.now() - timedelta(days=age),
            "requested": amount,
            "grades": [grade],
        }
        Application.objects.filter(pk=case.application_id).update(**values)
    assert numbers(committee, **choice) == [number(five[at]) for at in places]


def test_the_queue_is_narrowed_by_district(five, committee):
    here, there = (
        District.objects.get(name="Baltorpskolen"),
        District.objects.get(name="Skovlunde Skole"),
    )
    assert (len(numbers(committee, distrikt=here.pk)), numbers(committee, distrikt=there.pk)) == (
        5,
        [],
    )


def test_an_amount_that_is_none_is_said_and_kept(five, committee):
    page = committee.get(QUEUE, {"fra": "mange"}).content.decode()
    assert "Skriv beløbet i hele kroner" in page
    assert 'value="mange"' in page


def test_the_filters_are_kept_over_the_tabs(five, committee):
    tabs = committee.get(QUEUE, {"formaal": "return", "vis": "nye", "efter": "x"}).context["tabs"]
    assert {url for _, url, _, _ in tabs} >= {"?formaal=return", "?vis=alle&formaal=return"}
    assert not [url for _, url, _, _ in tabs if "efter" in url]


# -- nothing of a case where one is disqualified ---------------------------------------
def leaks(client, case):
    """Where the case shows: in rows, counts, searches or on the way from another."""
    hidden = number(case)
    visible = []
    for choice in (
        {},
        {"vis": "nye"},
        {"vis": "alle"},
        {"vis": "alle", "q": hidden},
        {"vis": "alle", "q": "a.b."},
    ):
        visible += numbers(client, **choice)
    beside = Application.objects.exclude(pk=case.application_id).order_by("submitted_at")
    for other in beside:
        visible += ways(client, f"{other.get_absolute_url()}?koe=vis%3Dalle")
    return visible.count(hidden), counts(client)["Nye"]


def test_a_disqualified_member_finds_the_case_nowhere(five, member, client_for):
    recuse(member, five[2])
    assert leaks(client_for(member), five[2]) == (0, 4)


def test_without_the_filter_the_case_would_show(five, member, client_for, monkeypatch):
    recuse(member, five[2])
    monkeypatch.setattr(
        ApplicationQuerySet,
        "reviewable_by",
        lambda rows, user: rows.filter(submitted_at__isnull=False),
    )
    times, new = leaks(client_for(member), five[2])
    assert (times > 5, new) == (True, 5)


def test_a_page_of_the_queue_is_small(schools, leader, meeting, committee):
    many(30, school=schools["Baltorpskolen"], by=leader)
    choice = {"vis": "nye", "q": "baltorp", "fra": "100.000", "til": "900.000", "formaal": "return"}
    page = committee.get(QUEUE, choice)
    assert (len(page.context["rows"]), len(page.content) < 60_000) == (25, True)
