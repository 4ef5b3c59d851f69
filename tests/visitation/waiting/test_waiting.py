"""The waiting list: put off for lack of money, proposed when there is some, and told as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from budget.models import Standing
from skolefleks.danish import today
from skolefleks.models import Notice
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import AFTER, NEXT, many, terms, text_of
from tests.meetings import planned, tell
from tests.scenes import kept
from visitation.agenda import actions as agenda
from visitation.agenda import queries as agenda_queries
from visitation.decisions import actions as decisions
from visitation.decisions import waiting
from visitation.letters import texts
from visitation.models import Amendment, Document, Effort, Meeting, WaitingPlace
from visitation.releases import actions as releases
from visitation.waiting import actions, queries, rules

LIST = "/venteliste/"
GROUNDS = "Puljen er brugt."


def wish(weight=3, tariff=215_000):
    return replace(terms(tariff), weight=weight)


def put_on(pupil_case, *, by, weight=3, tariff=215_000):
    """On the list, and the school knows it."""
    decision = waiting.put_on_list(pupil_case, wish(weight, tariff), grounds=GROUNDS, by=by)
    releases.release(pupil_case.application, by=by)
    decision.refresh_from_db()
    return WaitingPlace.objects.get(decision=decision)


@pytest.fixture
@kept
def cases(schools, leader):
    return many(3, school=schools["Baltorpskolen"], by=leader)


@pytest.fixture
@kept
def place(cases, pools, chair):
    return put_on(cases[0], by=chair)


# -- put on ----------------------------------------------------------------------------
def test_no_money_is_committed_to_who_waits(place, pools):
    assert Standing.objects.free([NEXT]) == {NEXT: 5_000_000}
    assert place.decision.outcome == "postponed"
    assert place.is_told


def test_a_pupil_is_put_on_the_list_on_the_decisions_page(case, pools, committee, post):
    url = reverse("decide", args=[case.application.number, case.pk])
    form = {"outcome": "waiting", "grounds": GROUNDS, "way": "urgent", "way_reason": "Haster."}
    missing = post(committee, url, form)
    assert missing.status_code == 422
    assert {"tariff", "weight", "starts_on", "ends_on"} <= set(missing.context["form"].errors)
    days = {"starts_on": f"1.1.{NEXT}", "ends_on": f"31.7.{AFTER}"}
    assert (
        post(committee, url, form | days | {"tariff": "215000", "weight": "4"}).status_code == 302
    )
    assert WaitingPlace.objects.get().weight == 4


def test_the_school_is_told_why_and_what_it_means(place, leader, school, cases):
    tell()
    assert Notice.objects.filter(user=leader, text__contains="venteliste").exists()
    assert "På venteliste" in text_of(school.get(cases[0].application.get_absolute_url()))
    letter = texts.Letter(place.decision, cases[0].application)
    assert letter.source_to(Document.Kind.LETTER)["verdict"] == rules.VERDICT
    to_parents = letter.source_to(Document.Kind.PARENTS)
    assert to_parents["verdict"] == rules.ANSWER
    assert rules.MEANING in str(to_parents)


# -- what fits -------------------------------------------------------------------------
def test_the_heaviest_need_is_first_and_then_who_applied_first(cases, pools, chair):
    for pupil_case, weight in zip(cases, (2, 4, 4), strict=True):
        put_on(pupil_case, by=chair, weight=weight)
    rows = queries.proposals(chair, by_name=True)
    order = [row.place.decision.pupil_case.pk for row in rows]
    assert order == [cases[1].pk, cases[2].pk, cases[0].pk]


def test_what_is_proposed_fits_together_into_what_is_free(cases, pools, chair):
    for pupil_case, tariff in zip(cases, (300_000, 300_000, 90_000), strict=True):
        put_on(pupil_case, by=chair, tariff=tariff)
    places = list(WaitingPlace.objects.all())
    rows = rules.fits(places, {NEXT: 400_000, AFTER: 400_000})
    # No money for the second, and the third needs less.
    assert [row.fits for row in rows] == [True, False, True]
    assert not any(row.fits for row in rules.fits(places, {NEXT: 400_000}))


def test_what_is_released_is_proposed(place, cases, pools, chair):
    big = decisions.grant(cases[1], terms(1_000_000), grounds="Stort behov.", by=chair)
    with_less = {NEXT: 0, AFTER: 0}
    assert not rules.fits([place], with_less)[0].fits
    decisions.undo(big.decision, by=chair)
    assert queries.for_start(chair).fitting[0].place == place


def test_days_that_have_passed_cost_nothing(place):
    later = place.ends_on - timedelta(days=10)
    assert sum(part.days for part in rules.cost_left(place, later).values()) == 11
    assert rules.cost_left(place, place.ends_on) == {}


# -- and then --------------------------------------------------------------------------
def test_one_press_puts_the_case_on_the_next_agenda_and_grants_nothing(
    place, pools, committee, chair, post
):
    meeting = planned(by=chair)
    post(committee, reverse("take_up_again", args=[place.pk]))
    assert meeting.items.get().application == place.application
    assert Standing.objects.free([NEXT]) == {NEXT: 5_000_000}
    assert queries.for_start(chair).fitting == []
    with pytest.raises(Refusal, match="allerede på dagsordenen"):
        actions.take_up(place, meeting, by=chair)


def test_who_is_decided_anew_is_off_the_list_and_back_when_it_is_undone(place, cases, chair):
    new = decisions.grant(cases[0], terms(), grounds="Der er penge.", by=chair)
    assert not WaitingPlace.objects.on_list().exists()
    decisions.undo(new.decision, by=chair)
    assert WaitingPlace.objects.on_list().exists()
    decisions.reject(cases[0], grounds="Behovet er væk.", by=chair)
    releases.release(cases[0].application, by=chair)
    assert not WaitingPlace.objects.on_list().exists()


def test_what_is_asked_of_an_effort_from_the_list_has_no_deadline(place, cases, chair, leader):
    decisions.grant(cases[0], terms(), grounds="Der er penge.", by=chair)
    releases.release(cases[0].application, by=chair)
    now = {"written_at": timezone.now(), "asked_at": timezone.now(), "written_by": leader}
    effort = Effort.objects.get(pupil_case=cases[0])
    asked = Amendment.objects.create(effort=effort, pupil_case=cases[0], kind="stop", **now)
    meeting = planned(by=chair)
    Meeting.objects.filter(pk=meeting.pk).update(submit_by=today() - timedelta(days=1))
    agenda.add_amendment(meeting, asked, by=chair)
    [point] = agenda_queries.points_of(Meeting.objects.get(), chair)
    assert not point.is_late
    assert not WaitingPlace.objects.on_list().exists()


def test_what_the_school_does_not_know_is_not_taken_up(cases, pools, chair):
    waiting.put_on_list(cases[0], wish(), grounds=GROUNDS, by=chair)
    [row] = queries.proposals(chair, by_name=True)
    assert not row.fits
    with pytest.raises(NotPossible):
        actions.take_up(row.place, planned(by=chair), by=chair)


def test_one_is_taken_off_with_a_reason_that_the_school_reads(
    place, committee, chair, leader, school, post
):
    url = reverse("take_off_list", args=[place.pk])
    assert post(committee, url, {"reason": ""}).status_code == 422
    assert post(committee, url, {"reason": "Skolen har selv fundet midler."}).status_code == 302
    tell()
    assert Notice.objects.filter(user=leader, text__contains="ikke længere").exists()
    assert "selv fundet midler" in text_of(school.get(place.application.get_absolute_url()))
    with pytest.raises(Overtaken):
        actions.take_off(place, reason="Igen.", by=chair)


# -- the page --------------------------------------------------------------------------
def test_a_chief_sees_numbers_and_amounts_and_no_pupil(place, chief, client_for):
    page = text_of(client_for(chief).get(LIST))
    assert place.application.number in page
    assert "215.000 kr." in page
    assert "A.B." not in page
    assert "Tag " not in page


def test_it_is_searched_and_empty_lists_say_so(place, committee):
    number = place.application.number
    assert number in text_of(committee.get(LIST, {"q": number}))
    assert "Ingen på listen passer" in text_of(committee.get(LIST, {"q": "SF-2001-0001"}))
    place.delete()
    assert "Ingen venter på penge" in text_of(committee.get(LIST))


def test_a_list_longer_than_what_is_looked_through_says_so(
    place, cases, pools, chair, committee, monkeypatch
):
    for pupil_case in cases[1:]:
        put_on(pupil_case, by=chair)
    monkeypatch.setattr(queries, "LOOKED_THROUGH", 2)
    page = text_of(committee.get(LIST))
    assert "Elever venter 3" in page
    assert "regnet for de første 2 på listen" in page
    assert page.count("Ikke regnet") == 1
    assert queries.for_start(chair).waiting == 3


def test_who_is_disqualified_sees_no_place(schools, cases, pools, chair, two_roles, client_for):
    [pupil_case] = many(1, school=schools["Hedegårdsskolen"], by=chair, first=6001)
    put_on(cases[0], by=chair)
    page = text_of(client_for(two_roles).get(LIST))
    assert pupil_case.application.number not in page
    assert cases[0].application.number in page


def test_the_list_takes_as_many_queries_with_20_as_with_1(
    place, schools, leader, chair, committee, django_assert_max_num_queries
):
    for pupil_case in many(20, school=schools["Baltorpskolen"], by=leader, first=7001):
        put_on(pupil_case, by=chair)
    with django_assert_max_num_queries(9):
        assert "21" in text_of(committee.get(LIST))
