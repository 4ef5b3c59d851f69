"""The pages of the index of prices: tried, proposed by one chief, approved by the other."""

from __future__ import annotations

import pytest
from django.urls import reverse

from budget.models import Proposal
from budget.tariff import Later
from tests.conftest import AFTER, many, terms, text_of
from tests.house.test_ceilings import asked
from tests.visitation.prices.conftest import DAY
from visitation.decisions import actions as decisions
from visitation.models import Grant

PAGE = "/budget/prisregulering/"
TYPED = {"procent": "2,5", "fra": f"01.01.{AFTER}"}


def test_a_chief_sees_what_happens_to_each_grant(running, client_for, chief):
    text = text_of(client_for(chief).get(PAGE, TYPED))

    assert running.subject in text
    assert "215.000 kr." in text
    assert "220.375 kr." in text


def test_a_chief_proposes_and_the_other_approves(running, client_for, chief, chief_bur, post):
    mine = client_for(chief)
    theirs = client_for(chief_bur)

    url = post(mine, PAGE, {**TYPED, "reason": "Pris."}).url
    page = theirs.get(url)
    assert f"2,5 % fra 1. januar {AFTER}" in text_of(page)
    assert url in theirs.get("/budget/forslag/").text

    fingerprint = page.context["preview"].fingerprint
    post(theirs, f"{url}godkend/", {"seen": fingerprint})
    assert "Godkendt og bogført" in text_of(mine.get(url))
    assert Grant.objects.get().later == [Later(DAY, 220_375)]


@pytest.mark.parametrize(
    "typed",
    [
        {"procent": "2.5"},
        {"procent": "0"},
        {"procent": "26"},
        {"procent": "²"},
        {"fra": "i morgen"},
        {"fra": ""},
    ],
)
def test_what_makes_no_sense_is_said_so_and_stays(typed, running, client_for, chief):
    query = TYPED | typed

    page = client_for(chief).get(PAGE, query)

    assert page.status_code == 422
    assert page.context["preview"] is None
    for value in filter(None, query.values()):
        assert f'value="{value}"' in page.text


def test_without_a_reason_nothing_is_proposed_and_the_preview_stays(
    running, client_for, chief, post
):
    page = post(client_for(chief), PAGE, {**TYPED, "reason": ""})

    assert page.status_code == 422
    assert page.context["preview"].lines
    assert not Proposal.objects.exists()


def test_what_cannot_be_proposed_is_refused_at_the_day_and_the_preview_stays(
    raised, client_for, chief, post
):
    page = post(client_for(chief), PAGE, {**TYPED, "reason": "Pris."})

    assert page.status_code == 422
    assert "allerede reguleret" in str(page.context["form"].errors["from_on"])
    assert page.context["preview"].lines


def test_the_case_shows_the_tariff_that_was_decided_and_the_one_that_followed(
    raised, released, committee, school
):
    tariffs = f"215.000 kr. pr. år 220.375 kr. fra 1. januar {AFTER} (prisregulering)"
    for client in (committee, school):
        assert tariffs in text_of(client.get(released.get_absolute_url()))


def test_an_index_turned_down_without_a_reason_asks_for_one(index, client_for, chief_bur, post):
    url = reverse("budget:turn_down_proposal", args=[index.pk])

    page = post(client_for(chief_bur), url, {"reason": ""})

    assert page.status_code == 422
    assert "godkend der" in page.text
    assert "approve" not in page.text


def test_the_preview_takes_as_many_queries_with_30_grants_as_with_one(
    running, index, schools, leader, chair, chief, client_for
):
    client = client_for(chief)
    urls = (f"{PAGE}?procent=2,5&fra=01.01.{AFTER}", index.get_absolute_url())
    few = [asked(client, url) for url in urls]

    for pupil_case in many(29, school=schools["Skovlunde Skole"], by=leader):
        decisions.grant(pupil_case, terms(20_000), grounds="Behov.", by=chair)

    assert [asked(client, url) for url in urls] == few
    assert max(few) <= 13
