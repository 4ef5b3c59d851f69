"""Deciding in the browser: what is typed, what it costs, what is refused; undoing, releasing."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from applications.models import Application
from applications.submission import actions as submission
from budget.books import actions as books
from budget.models import Standing
from skolefleks.models import AuditEntry
from tests.conftest import AFTER, NEXT, YEAR, text_of
from tests.nonsense import NONSENSE
from tests.scenes import beside
from visitation.models import Decision, Grant

YES = {
    "outcome": "granted",
    "weight": "3",
    "deviation": "Indsatsen er tungere end enhedstaksten.",
    "tariff": "215.000",
    "starts_on": f"01.01.{NEXT}",
    "ends_on": f"31.07.{AFTER}",
    "conditions": "Opfølgning i marts.",
    "grounds": "Behovet er stort.",
    "sure": "on",
}


NO = {"outcome": "rejected", "grounds": "Skolen har selv midlerne."}


@pytest.fixture
@beside
def url(case):
    return reverse("decide", args=[case.application.number, case.pk])


# -- deciding --------------------------------------------------------------------------------------
def test_a_grant_is_stored_as_it_was_typed(url, case, pools, committee, post):
    post(committee, url, YES)
    grant = Grant.objects.get()
    assert grant.tariff == 215_000
    assert grant.conditions == YES["conditions"]
    assert grant.decision.grounds == YES["grounds"]


def test_a_grant_takes_the_money_and_says_what_it_costs(url, case, pools, committee, post):
    page = text_of(committee.get(post(committee, url, YES).url))
    grant = Grant.objects.get()
    cost = f"{grant.cost:,} kr.".replace(",", ".")
    assert f"A.B. er bevilget 215.000 kr. pr. år; perioden koster {cost}" in page
    in_next_year = grant.by_fiscal_year()[NEXT].amount
    assert Standing.objects.free([NEXT])[NEXT] == 5_000_000 - in_next_year


def test_a_rejection_needs_grounds_and_no_terms(url, committee, post):
    assert post(committee, url, NO | {"grounds": " "}).status_code == 422
    assert not Decision.objects.exists()
    assert post(committee, url, NO | {"tariff": ""}).status_code == 302
    assert Decision.objects.get().outcome == "rejected"


def test_the_page_opens_with_what_the_school_asks_for_and_what_it_would_leave(
    url, pools, committee
):
    page = text_of(committee.get(url))
    assert "Skolen søger om 200.000 kr. pr. år" in page
    assert re.search(rf"{NEXT} 5.000.000 kr. 116.164 kr. 4.883.836 kr.", page)


def test_the_figures_follow_what_is_typed(url, pools, committee):
    effect = url.replace("afgoerelse", "virkning")
    typed = {"tariff": "100.000", "starts_on": f"01.01.{NEXT}", "ends_on": f"31.12.{NEXT}"}
    row = [cost[2:] for cost in committee.get(effect, typed).context["effect"]]
    assert row == [(100_000, 5_000_000, 4_900_000)]


@pytest.mark.parametrize("name", ["tariff", "starts_on", "ends_on"])
def test_the_figures_wait_while_what_is_typed_makes_no_sense(name, url, pools, committee):
    effect = url.replace("afgoerelse", "virkning")
    right = {"tariff": "1", "starts_on": "01.01.2027", "ends_on": "01.02.2027"}
    for value in (*NONSENSE, "31.12.9999", "01.01.0001", "", "200.00"):
        answer = committee.get(effect, right | {name: value})
        assert (value, answer.status_code, answer.context["effect"]) == (value, 200, [])


def test_an_overdrawn_pool_is_refused_with_the_figures_and_keeps_what_was_typed(
    url, pools, chief, sources, committee, post
):
    for source in sources:
        books.allocate(year=AFTER, source=source, amount=-2_450_000, by=chief)
    answer = post(committee, url, YES)
    assert answer.status_code == 422
    refusal = f"Puljen rækker ikke: i {AFTER} er 100.000 kr. fri, og det koster 125.123 kr."
    assert refusal in text_of(answer)
    content = answer.content.decode()
    assert all(value in content for value in YES.values())
    assert not Decision.objects.exists()


def test_a_period_past_the_open_pools_is_refused_at_its_field(url, pools, committee, post):
    answer = post(committee, url, YES | {"ends_on": f"31.07.{AFTER + 1}"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["ends_on"]
    assert f"ingen pulje for {AFTER + 1}" in text_of(answer)


BAD = {
    "outcome": ["", "x", "released", "GRANTED", "\x00"],
    "tariff": ["", "-1", "0", "1e9", "200.00", "æ", "1.000.001", "9" * 30, "\x00", "٢٠٠"],
    "starts_on": [
        "",
        "31.02.2027",
        "i morgen",
        "æ",
        f"01.08.{AFTER}",
        "01.01.0001",
        "\x00",
        "99999999999",
    ],
    "ends_on": [
        "",
        f"01.01.{NEXT}",
        f"31.12.{YEAR}",
        "31.12.9999",
        f"01.01.{NEXT + 5}",
        "x",
        "9" * 9_000,
    ],
    "grounds": ["", "   ", "\x00", "x" * 6_001, "æ" * 2_000_000],
    "conditions": ["x" * 6_001, "\x00"],
}


@pytest.mark.parametrize("name", BAD)
def test_nonsense_is_refused_at_its_field_and_loses_nothing_typed(
    name, url, pools, committee, post
):
    lines = AuditEntry.objects.count()
    for value in BAD[name]:
        typed = YES | {name: value}
        answer = post(committee, url, typed)
        form = answer.context["form"]
        assert (value, answer.status_code) == (value, 422)
        assert name in form.errors or list(form.errors) == ["ends_on"]
        typed["sure"] = True
        assert {field: form[field].value() for field in YES} == typed
    assert (AuditEntry.objects.count(), Decision.objects.exists()) == (lines, False)


def test_a_body_beyond_all_measure_is_refused(url, pools, committee, post):
    assert post(committee, url, YES | {"grounds": "x" * 6_000_000}).status_code == 400
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "extra",
    [{"status": "released"}, {"decided_by": "1"}, {"released_at": "2026-01-01"}, {"pupil": "x"}],
)
def test_what_the_form_has_no_field_for_has_no_effect(extra, url, pools, committee, post):
    post(committee, url, YES | extra)
    decision = Decision.objects.get()
    assert decision.status == "provisional"
    assert decision.released_at is None
    assert decision.decided_by.name == "Frida Formand"


def test_markup_typed_is_shown_as_it_was_typed(url, case, pools, committee, post):
    post(committee, url, YES | {"grounds": "<script>alert(1)</script>", "conditions": "<b>fed</b>"})
    page = committee.get(case.application.get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<b>fed" not in page


def test_a_pupil_decided_meanwhile_is_refused_and_nothing_typed_is_lost(
    url, granted, committee, post
):
    answer = post(committee, url, YES | {"grounds": "Min egen tekst."})
    assert answer.status_code == 422
    assert "allerede truffet" in text_of(answer)
    assert "Min egen tekst." in text_of(answer)
    assert committee.get(url).url == granted.decision.application.get_absolute_url()


# -- undoing, releasing, asking back ---------------------------------------------------------------
def test_an_undone_decision_frees_its_money_and_its_pupil(url, granted, committee, post):
    answer = post(committee, url.replace("afgoerelse", "fortryd"))
    assert "fortrudt, og pengene er fri igen" in text_of(committee.get(answer.url))
    assert Standing.objects.free([NEXT, AFTER]) == {NEXT: 5_000_000, AFTER: 5_000_000}
    assert committee.get(url).status_code == 200


def test_release_tells_how_many_and_closes_the_case(provisional, committee, post):
    answer = post(committee, reverse("release", args=[provisional.number]))
    assert "2 afgørelser er frigivet" in text_of(committee.get(answer.url))
    provisional.refresh_from_db()
    assert provisional.status == "closed"


def test_release_with_a_pupil_undecided_says_what_is_missing(granted, submitted, committee, post):
    answer = post(committee, reverse("release", args=[submitted.number]))
    assert "mangler en afgørelse for mindst én elev" in text_of(committee.get(answer.url))
    assert not Decision.objects.filter(status="released").exists()


def test_a_case_sent_back_shows_the_school_what_the_committee_asks(
    submitted, committee, school, post
):
    url = reverse("send_back", args=[submitted.number])
    assert post(committee, url, {"note": " "}).status_code == 422
    assert post(committee, url, {"note": "Hvad siger PPR?"}).status_code == 302
    page = text_of(school.get(submitted.get_absolute_url()))
    assert "Udvalget beder om oplysninger" in page
    assert "Hvad siger PPR?" in page
    assert submitted.number in text_of(school.get("/"))


def test_a_decided_case_is_not_sent_back_and_the_note_is_kept(granted, submitted, committee, post):
    answer = post(committee, reverse("send_back", args=[submitted.number]), {"note": "Min note."})
    assert answer.status_code == 422
    assert "Min note." in text_of(answer)


@pytest.mark.parametrize("status", ["sent_back", "withdrawn", "closed"])
def test_a_case_the_committee_does_not_have_is_not_decided(
    status, url, case, pools, committee, post
):
    Application.objects.filter(pk=case.application_id).update(status=status)
    assert post(committee, url, YES).status_code == 422
    assert not Decision.objects.exists()
    assert "afgørelse for A.B." not in text_of(committee.get(case.application.get_absolute_url()))


def test_a_case_withdrawn_while_provisionally_decided_can_have_its_money_freed(
    provisional, leader, committee, post
):
    submission.withdraw(provisional, reason="Flyttet.", by=leader)
    page = committee.get(provisional.get_absolute_url()).content.decode()
    decision = Decision.objects.get(outcome="granted")
    undo = reverse("undo", args=[provisional.number, decision.pupil_case_id])
    assert undo in page
    post(committee, undo)
    assert Standing.objects.free([NEXT, AFTER]) == {NEXT: 5_000_000, AFTER: 5_000_000}
