"""The index of prices: seen grant by grant before anything changes, agreed by both centres, and no paid day moves."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pgtrigger
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budget.books import actions as books
from budget.books.proof import prove
from budget.models import Instalment, Posting, Proposal, Standing
from budget.payments import actions as payments
from budget.proposals import actions as proposals
from budget.tariff import Later, by_fiscal_year
from skolefleks.models import AuditEntry
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import AFTER, NEXT, many, terms, text_of
from tests.house.test_ceilings import asked
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.models import Grant, TariffVersion
from visitation.outlook.queries import granted_streams
from visitation.prices import actions as prices
from visitation.prices import queries as price_queries
from visitation.releases import actions as releases

PERCENT, DAY = Decimal("2.5"), date(AFTER, 1, 1)


PAGE = "/budget/prisregulering/"


RAISED = by_fiscal_year(215_000, date(NEXT, 1, 1), date(AFTER, 7, 31), [Later(DAY, 220_375)])


@pytest.fixture
def running(released):
    """The one grant of the case: 215,000 a year over New Year of AFTER, known to the school."""
    return Grant.objects.select_related("decision").get()


@pytest.fixture
def index(running, chief):
    return prices.propose_index(PERCENT, DAY, reason="Løn- og prisudvikling.", by=chief)


@pytest.fixture
def raised(index, chief_bur):
    approve(index, by=chief_bur)
    return Grant.objects.get()


def approve(index, *, by):
    return prices.approve_index(
        index, fingerprint=price_queries.preview(index.percent, index.from_on).fingerprint, by=by
    )


def held(grant):
    rows = (
        Posting.objects.filter(reference=grant.pk)
        .exclude(kind="payment")
        .order_by("pool")
        .values_list("pool")
    )
    return dict(rows.annotate(Sum("amount")))


def planned(grant):
    rows = (
        Instalment.objects.counting()
        .filter(reference=grant.pk)
        .order_by("pool")
        .values_list("pool")
    )
    return dict(rows.annotate(Sum("amount")))


def differences():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [check.difference for check in prove() if not check.holds]


# -- before anything changes ------------------------------------------------------------------------------------------
def test_the_preview_says_of_each_grant_what_it_costs_before_and_after(running):
    found = price_queries.preview(PERCENT, DAY)
    [line], [year] = found.lines, found.years
    assert (line.number, line.district, line.before, line.after) == (
        running.subject,
        "Baltorpskolen",
        215_000,
        220_375,
    )
    assert line.years == [(AFTER, running.by_fiscal_year()[AFTER].amount, RAISED[AFTER].amount)]
    more = RAISED[AFTER].amount - running.by_fiscal_year()[AFTER].amount
    assert (year.free, year.free_after) == (5_000_000 - year.before, 5_000_000 - year.before - more)


def test_a_preview_and_a_proposal_change_nothing(index, running):
    assert held(running) == {year: part.amount for year, part in running.by_fiscal_year().items()}
    assert Grant.objects.get().later_tariffs == []
    assert not TariffVersion.objects.exists()


@pytest.mark.parametrize("day", [date(NEXT, 1, 1), date(AFTER, 8, 1)])
def test_a_grant_that_begins_then_or_has_ended_keeps_its_tariff(day, running, chief):
    assert price_queries.preview(PERCENT, day).lines == []
    with pytest.raises(Refusal, match="Ingen bevillinger"):
        prices.propose_index(PERCENT, day, reason="Pris.", by=chief)


# -- agreed by both ---------------------------------------------------------------------------------------------------
def test_approved_the_grant_costs_more_from_the_day_on_and_its_own_tariff_stays(raised):
    assert (raised.tariff, raised.later) == (215_000, [Later(DAY, 220_375)])
    assert [raised.tariff_on(DAY - timedelta(days=1)), raised.tariff_on(DAY)] == [215_000, 220_375]
    assert raised.by_fiscal_year() == RAISED
    assert held(raised) == {year: part.amount for year, part in RAISED.items()}
    assert Standing.objects.get(pool=AFTER, district__isnull=False).days == RAISED[AFTER].days
    assert differences() == []


def test_the_payment_plan_of_the_rest_follows(raised):
    assert planned(raised) == {year: part.amount for year, part in RAISED.items()}
    assert not Instalment.objects.filter(status="cancelled", covers_to__lt=DAY).exists()


def test_the_new_lines_in_the_books_name_the_agreement(raised, index):
    [line] = index.proposal.postings.all()
    assert (line.pool_id, line.kind, line.reference, line.places, line.days) == (
        AFTER,
        "commitment",
        raised.pk,
        0,
        0,
    )
    assert AuditEntry.objects.get(verb="index").payload["tariff"] == 220_375


@pytest.mark.parametrize("who", ["chief", "chair", "leader", "follower"])
def test_nobody_but_the_other_centres_chief_approves(who, index, request):
    with pytest.raises((proposals.TakesBothCentres, PermissionDenied)):
        approve(index, by=request.getfixturevalue(who))
    assert Grant.objects.get().later_tariffs == []


def test_nobody_but_a_chief_proposes(running, chair):
    with pytest.raises(PermissionDenied):
        prices.propose_index(PERCENT, DAY, reason="Pris.", by=chair)


def test_it_is_not_approved_among_the_proposals_about_frames(index, chief_bur):
    with pytest.raises(NotPossible, match="egen side"):
        proposals.approve(index.proposal, by=chief_bur)


def test_what_was_not_seen_is_not_approved(index, schools, leader, chair, chief_bur):
    seen = price_queries.preview(PERCENT, DAY).fingerprint
    [case] = many(1, school=schools["Skovlunde Skole"], by=leader)
    decisions.grant(case, terms(), grounds="Behov.", by=chair)
    with pytest.raises(prices.Unseen):
        prices.approve_index(index, fingerprint=seen, by=chief_bur)
    assert (index.proposal.__class__.objects.get().status, TariffVersion.objects.count()) == (
        "proposed",
        0,
    )


def test_a_pool_that_does_not_reach_refuses_all_of_it(index, sources, chief, chief_bur):
    left = Standing.objects.free([AFTER])[AFTER]
    for source, amount in zip(sources, (2_500_000, left - 2_500_000 - 100), strict=True):
        taken = proposals.propose_allocation(
            proposals.FrameYear(AFTER, source), -amount, reason="Tilbage.", by=chief
        )
        proposals.approve(taken, by=chief_bur)
    with pytest.raises(books.Overdrawn, match=str(AFTER)):
        approve(index, by=chief_bur)
    assert (TariffVersion.objects.count(), Grant.objects.get().later_tariffs) == (0, [])
    assert Proposal.objects.get(kind="index").status == "proposed"


def test_a_failure_at_the_last_grant_leaves_nothing_half_done(index, chief_bur, monkeypatch):
    monkeypatch.setattr("visitation.decisions.actions.plan_payments", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        approve(index, by=chief_bur)
    assert (
        TariffVersion.objects.count(),
        Posting.objects.filter(proposal__isnull=False).count(),
    ) == (0, 0)
    assert Proposal.objects.get(kind="index").status == "proposed"


def test_two_proposals_do_not_wait_at_once(index, chief_bur):
    with pytest.raises(NotPossible, match="allerede"):
        prices.propose_index(PERCENT, DAY, reason="Pris.", by=chief_bur)


# -- paid days never move ---------------------------------------------------------------------------------------------
def test_a_day_that_is_paid_or_handed_over_is_not_raised(running, chief, chief_bur):
    with time_machine.travel(f"{NEXT}-04-01T08:00:00Z", tick=False):
        run = payments.propose(until=date(NEXT, 3, 31), by=chief)
        payments.approve(run, by=chief_bur)
        payments.export(run, by=chief)
        with pytest.raises(Refusal, match=f"31. marts {NEXT}"):
            prices.propose_index(PERCENT, date(NEXT, 3, 31), reason="Pris.", by=chief)
        approve(
            prices.propose_index(PERCENT, date(NEXT, 4, 1), reason="Pris.", by=chief), by=chief_bur
        )
    first = Instalment.objects.get(run=run)
    assert (first.status, first.amount) == (
        "planned",
        by_fiscal_year(215_000, date(NEXT, 1, 1), first.covers_to)[NEXT].amount,
    )
    assert planned(running) == held(running)
    assert differences() == []


def test_what_is_decided_before_release_is_raised_and_planned_when_released(
    granted, submitted, chief, chief_bur, chair
):
    approve(prices.propose_index(PERCENT, DAY, reason="Pris.", by=chief), by=chief_bur)
    assert not Instalment.objects.exists()
    decisions.reject(
        submitted.pupil_cases.select_related("pupil").all()[1], grounds="Nej.", by=chair
    )
    releases.release(submitted, by=chair)
    assert planned(granted) == {year: part.amount for year, part in RAISED.items()}


def test_raised_and_then_ended_early_it_gives_the_rest_back(raised, chair):
    corrections.end_early(raised, on=date(AFTER, 2, 28), grounds="Det lykkedes.", by=chair)
    assert (
        planned(raised)
        == held(raised)
        == {year: part.amount for year, part in raised.by_fiscal_year().items()}
    )
    assert differences() == []


def test_ended_early_by_who_read_the_grant_before_it_was_raised_the_books_still_prove_themselves(
    running, index, chair, chief_bur
):
    approve(index, by=chief_bur)  # `running` was read before
    corrections.end_early(running, on=date(AFTER, 2, 28), grounds="Det lykkedes.", by=chair)
    assert differences() == []


def test_raised_again_the_second_follows_the_first_and_never_goes_before_it(
    raised, chief, chief_bur
):
    with pytest.raises(Refusal, match="allerede reguleret"):
        prices.propose_index(PERCENT, DAY, reason="Pris.", by=chief)
    approve(
        prices.propose_index(Decimal(1), date(AFTER, 5, 1), reason="Pris.", by=chief), by=chief_bur
    )
    assert Grant.objects.get().later == [Later(DAY, 220_375), Later(date(AFTER, 5, 1), 222_579)]
    assert differences() == []


# -- in any order -----------------------------------------------------------------------------------------------------
MONTHS = st.integers(2, 19).map(
    lambda month: date(NEXT + (month - 1) // 12, (month - 1) % 12 + 1, 1)
)


RAISES = st.tuples(st.just("raise"), st.integers(1, 900).map(lambda n: Decimal(n) / 100), MONTHS)


ENDS = st.tuples(st.just("end"), st.integers(0, 2), MONTHS)


@pytest.fixture
def three(schools, leader, chair, pools):
    """Three grants from NEXT into AFTER that the school knows of."""
    cases = many(3, school=schools["Baltorpskolen"], by=leader)
    for number, case in enumerate(cases):
        decisions.grant(case, terms(200_001 + 7 * number), grounds="Behov.", by=chair)
        releases.release(case.application, by=chair)
    return [Grant.objects.get(decision__pupil_case=case) for case in cases]


@given(st.lists(st.one_of(RAISES, ENDS), min_size=1, max_size=6))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_raised_and_ended_in_any_order_the_books_prove_themselves_and_the_plans_follow(
    three, chief, chief_bur, chair, story
):
    with transaction.atomic():
        for act, what, day in story:
            with suppress(Refusal), transaction.atomic():
                if act == "raise":
                    approve(prices.propose_index(what, day, reason="Pris.", by=chief), by=chief_bur)
                else:
                    corrections.end_early(
                        Grant.objects.get(pk=three[what].pk), on=day, grounds="Slut.", by=chair
                    )
        assert differences() == []
        assert all(planned(grant) == {y: n for y, n in held(grant).items() if n} for grant in three)
        transaction.set_rollback(True)


# -- the database and the proof ---------------------------------------------------------------------------------------
def test_a_tariff_is_never_changed_afterwards(raised):
    for change in (
        "visitation_tariffversion SET tariff = 1",
        "visitation_grant SET later_tariffs = '[]'",
    ):
        with (
            pytest.raises(DatabaseError, match=r"Cannot update|by themselves"),
            transaction.atomic(),
        ):
            connection.cursor().execute(f"UPDATE {change}")


@pytest.mark.parametrize("day", [DAY, DAY - timedelta(days=1)])
def test_the_database_lets_no_tariff_in_before_the_last(day, raised, index):
    with (
        pytest.raises(DatabaseError, match=r"later tariff already|one_tariff_a_day"),
        transaction.atomic(),
    ):
        TariffVersion.objects.create(index=index, grant=raised, from_on=day, before=1, tariff=2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("visitation_tariffversion SET tariff = 230000", "begge centre har godkendt"),
        ("visitation_grant SET later_tariffs = '[]'", "begge centre har godkendt"),
        ("budget_proposal SET status = 'rejected'", "begge centre har godkendt"),
        ("budget_proposal SET status = 'rejected'", "ikke er godkendt"),
        ("budget_posting SET amount = amount + 1 WHERE proposal_id IS NOT NULL", "taksten giver"),
    ],
)
def test_the_proof_finds_tariffs_changed_behind_its_back(change, said, raised):
    with connection.cursor() as cursor, pgtrigger.ignore():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"UPDATE {change}")
    assert any(said in difference for difference in differences())


def test_the_forecast_knows_the_new_tariff(raised):
    [stream] = granted_streams(NEXT, date(AFTER, 12, 31))
    assert (stream.tariff, list(stream.later), stream.grants) == (215_000, [Later(DAY, 220_375)], 1)


# -- the pages --------------------------------------------------------------------------------------------------------
def test_a_chief_sees_each_grant_proposes_and_the_other_approves(
    running, client_for, chief, chief_bur, post
):
    mine, theirs = client_for(chief), client_for(chief_bur)
    page = mine.get(PAGE, {"procent": "2,5", "fra": f"01.01.{AFTER}"})
    assert all(text in text_of(page) for text in (running.subject, "220.375 kr.", "215.000 kr."))
    sent = post(mine, PAGE, {"procent": "2,5", "fra": f"01.01.{AFTER}", "reason": "Pris."})
    shown = theirs.get(sent.url)
    assert f"2,5 % fra 1. januar {AFTER}" in text_of(shown)
    assert sent.url in theirs.get("/budget/forslag/").text
    post(theirs, f"{sent.url}godkend/", {"seen": shown.context["preview"].fingerprint})
    assert "Godkendt og bogført" in text_of(mine.get(sent.url))
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
    sent = {"procent": "2,5", "fra": f"01.01.{AFTER}"} | typed
    page = client_for(chief).get(PAGE, sent)
    assert (page.status_code, page.context["preview"]) == (422, None)
    assert all(f'value="{value}"' in page.text for value in sent.values() if value)


def test_without_a_reason_nothing_is_proposed_and_the_preview_stays(
    running, client_for, chief, post
):
    page = post(client_for(chief), PAGE, {"procent": "2,5", "fra": f"01.01.{AFTER}", "reason": ""})
    assert page.status_code == 422
    assert page.context["preview"].lines
    assert not Proposal.objects.exists()


def test_the_case_shows_the_tariff_that_was_decided_and_the_one_that_followed(
    raised, released, committee, school
):
    for client in (committee, school):
        assert f"215.000 kr. om året 220.375 kr. fra 1. januar {AFTER} (prisregulering)" in text_of(
            client.get(released.get_absolute_url())
        )


def test_turned_down_without_a_reason_it_asks_for_one(index, client_for, chief_bur, post):
    page = post(
        client_for(chief_bur), reverse("budget:turn_down_proposal", args=[index.pk]), {"reason": ""}
    )
    assert page.status_code == 422
    assert "godkend der" in page.text
    assert "approve" not in page.text


def test_the_preview_takes_as_many_queries_with_30_grants_as_with_one(
    running, index, schools, leader, chair, chief, client_for
):
    client, urls = (
        client_for(chief),
        (f"{PAGE}?procent=2,5&fra=01.01.{AFTER}", index.get_absolute_url()),
    )
    few = [asked(client, url) for url in urls]
    for case in many(29, school=schools["Skovlunde Skole"], by=leader):
        decisions.grant(case, terms(20_000), grounds="Behov.", by=chair)
    assert [asked(client, url) for url in urls] == few
    assert max(few) <= 12
