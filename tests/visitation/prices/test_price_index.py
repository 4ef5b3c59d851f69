"""The index of prices: looked through grant by grant, agreed by both, and no paid day moves."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
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
from tests.conftest import AFTER, NEXT, many, terms
from tests.roles import guards_off
from tests.scenes import kept
from tests.visitation.prices.conftest import DAY, PERCENT, approve, propose
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.models import Grant, TariffVersion
from visitation.outlook.queries import granted_streams
from visitation.prices import actions, queries
from visitation.releases import actions as releases

# What the one grant costs by fiscal year, before and after the index.
COST = by_fiscal_year(215_000, date(NEXT, 1, 1), date(AFTER, 7, 31))
RAISED = by_fiscal_year(215_000, date(NEXT, 1, 1), date(AFTER, 7, 31), [Later(DAY, 220_375)])


def amounts(parts):
    return {year: part.amount for year, part in parts.items()}


def sums_by_year(rows):
    return dict(rows.order_by("pool").values_list("pool").annotate(Sum("amount")))


def booked(grant):
    """What the books hold for the grant, by fiscal year; whole DKK."""
    postings = Posting.objects.filter(reference=grant.pk).exclude(kind="payment")
    return sums_by_year(postings)


def planned(grant):
    """What the instalments of the grant come to, by fiscal year; whole DKK."""
    return sums_by_year(Instalment.objects.counting().filter(reference=grant.pk))


def differences():
    """What the proof of the books finds."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [check.difference for check in prove() if not check.holds]


# -- before anything changes ---------------------------------------------------------------
def test_the_preview_says_of_each_grant_what_it_costs_before_and_after(running):
    preview = queries.preview(PERCENT, DAY)

    [line] = preview.lines
    assert line.number == running.subject
    assert line.district == "Baltorpskolen"
    assert (line.before, line.after) == (215_000, 220_375)
    assert line.years == [(AFTER, COST[AFTER].amount, RAISED[AFTER].amount)]


def test_the_preview_says_of_each_pool_what_is_free_before_and_after(running):
    [total] = queries.preview(PERCENT, DAY).years

    more = RAISED[AFTER].amount - COST[AFTER].amount
    assert total.before == running.by_fiscal_year()[AFTER].amount
    assert total.free == 5_000_000 - total.before
    assert total.free_after == 5_000_000 - total.before - more


def test_a_preview_and_a_proposal_change_nothing(index, running):
    assert booked(running) == amounts(running.by_fiscal_year())
    assert Grant.objects.get().later_tariffs == []
    assert not TariffVersion.objects.exists()


@pytest.mark.parametrize("day", [date(NEXT, 1, 1), date(AFTER, 8, 1)])
def test_a_grant_that_begins_then_or_has_ended_keeps_its_tariff(day, running, chief):
    assert queries.preview(PERCENT, day).lines == []
    with pytest.raises(Refusal, match="Ingen bevillinger"):
        propose(PERCENT, day, by=chief)


# -- agreed by both ------------------------------------------------------------------------
def test_a_raised_grant_costs_more_from_the_day_on_and_its_own_tariff_stays(raised):
    assert raised.tariff == 215_000
    assert raised.later == [Later(DAY, 220_375)]
    assert raised.tariff_on(DAY - timedelta(days=1)) == 215_000
    assert raised.tariff_on(DAY) == 220_375
    assert raised.by_fiscal_year() == RAISED
    assert booked(raised) == amounts(RAISED)


def test_raising_a_grant_leaves_its_days_and_the_proof_as_they_were(raised):
    standing = Standing.objects.get(pool=AFTER, district__isnull=False)

    assert standing.days == RAISED[AFTER].days
    assert differences() == []


def test_the_payment_plan_of_the_rest_follows(raised):
    assert planned(raised) == amounts(RAISED)
    stopped = Instalment.objects.filter(status="cancelled")
    assert not stopped.filter(covers_to__lt=DAY).exists()


def test_the_new_lines_in_the_books_name_the_agreement(raised, index):
    [posting] = index.proposal.postings.all()

    assert posting.pool_id == AFTER
    assert posting.kind == "commitment"
    assert posting.reference == raised.pk
    assert (posting.places, posting.days) == (0, 0)
    assert AuditEntry.objects.get(verb="index").payload["tariff"] == 220_375


@pytest.mark.parametrize("who", ["chief", "chair", "leader", "follower"])
def test_nobody_but_the_other_centres_chief_approves(who, index, request):
    with pytest.raises((proposals.TakesBothCentres, PermissionDenied)):
        approve(index, by=request.getfixturevalue(who))
    assert Grant.objects.get().later_tariffs == []


def test_nobody_but_a_chief_proposes(running, chair):
    with pytest.raises(PermissionDenied):
        propose(PERCENT, DAY, by=chair)


def test_an_index_is_not_approved_among_the_proposals_about_frames(index, chief_bur):
    with pytest.raises(NotPossible, match="egen side"):
        proposals.approve(index.proposal, by=chief_bur)


def test_what_was_not_seen_is_not_approved(index, schools, leader, chair, chief_bur):
    fingerprint = queries.preview(PERCENT, DAY).fingerprint
    [pupil_case] = many(1, school=schools["Skovlunde Skole"], by=leader)
    decisions.grant(pupil_case, terms(), grounds="Behov.", by=chair)

    with pytest.raises(actions.Unseen):
        actions.approve_index(index, fingerprint=fingerprint, by=chief_bur)
    assert Proposal.objects.get(kind="index").status == "proposed"
    assert not TariffVersion.objects.exists()


def test_a_pool_that_does_not_reach_refuses_all_of_it(index, sources, chief, chief_bur):
    left = Standing.objects.free([AFTER])[AFTER]
    # All but 100 DKK of what is free is taken back, from both frames.
    for source, amount in zip(sources, (2_500_000, left - 2_500_100), strict=True):
        part = proposals.FrameYear(AFTER, source)
        proposal = proposals.propose_allocation(part, -amount, reason="Tilbage.", by=chief)
        proposals.approve(proposal, by=chief_bur)

    with pytest.raises(books.Overdrawn, match=str(AFTER)):
        approve(index, by=chief_bur)
    assert TariffVersion.objects.count() == 0
    assert Grant.objects.get().later_tariffs == []
    assert Proposal.objects.get(kind="index").status == "proposed"


def test_a_failure_at_the_last_grant_leaves_nothing_half_done(index, chief_bur, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("visitation.decisions.actions.plan_payments", fail)
    with pytest.raises(ZeroDivisionError):
        approve(index, by=chief_bur)
    assert TariffVersion.objects.count() == 0
    assert not Posting.objects.filter(proposal__isnull=False).exists()
    assert Proposal.objects.get(kind="index").status == "proposed"


def test_two_proposals_do_not_wait_at_once(index, chief_bur):
    with pytest.raises(NotPossible, match="allerede"):
        propose(PERCENT, DAY, by=chief_bur)


# -- what is paid stays, and the difference comes next ---------------------------
@pytest.fixture
def handed_over(running, chief, chief_bur):
    """The first quarter of NEXT is on its way to the finance system; it is the day after."""
    with time_machine.travel(f"{NEXT}-04-01T08:00:00Z", tick=False):
        run = payments.propose(until=date(NEXT, 3, 31), by=chief)
        payments.approve(run, by=chief_bur)
        payments.export(run, by=chief)
        yield run


def test_days_that_are_handed_over_are_raised_and_the_difference_comes_next(
    handed_over, running, chief, chief_bur
):
    sent = Instalment.objects.get(run=handed_over).amount
    approve(propose(PERCENT, date(NEXT, 2, 1), by=chief), by=chief_bur)
    assert Instalment.objects.get(run=handed_over).amount == sent
    assert planned(running) == booked(running)
    assert differences() == []


def test_the_day_after_what_is_handed_over_is_raised(handed_over, running, chief, chief_bur):
    approve(propose(PERCENT, date(NEXT, 4, 1), by=chief), by=chief_bur)

    instalment = Instalment.objects.get(run=handed_over)
    until_then = by_fiscal_year(215_000, date(NEXT, 1, 1), instalment.covers_to)
    assert instalment.status == "planned"
    assert instalment.amount == until_then[NEXT].amount
    assert planned(running) == booked(running)
    assert differences() == []


def test_what_is_decided_before_release_is_raised_and_planned_when_released(
    granted, submitted, chief, chief_bur, chair
):
    approve(propose(PERCENT, DAY, by=chief), by=chief_bur)
    assert not Instalment.objects.exists()

    second = submitted.pupil_cases.select_related("pupil").all()[1]
    decisions.reject(second, grounds="Nej.", by=chair)
    releases.release(submitted, by=chair)
    assert planned(granted) == amounts(RAISED)


def test_a_raised_grant_that_ends_early_gives_the_rest_back(raised, chair):
    corrections.end_early(raised, on=date(AFTER, 2, 28), grounds="Slut.", by=chair)

    cost = amounts(raised.by_fiscal_year())
    assert planned(raised) == cost
    assert booked(raised) == cost
    assert differences() == []


def test_a_grant_that_was_read_before_it_was_raised_ends_early_and_the_books_hold(
    running, index, chair, chief_bur
):
    approve(index, by=chief_bur)
    # `running` was read before that and knows of no later tariff.
    corrections.end_early(running, on=date(AFTER, 2, 28), grounds="Slut.", by=chair)

    assert differences() == []


def test_a_second_index_never_goes_before_the_first(raised, chief):
    with pytest.raises(Refusal, match="allerede reguleret"):
        propose(PERCENT, DAY, by=chief)


def test_a_second_index_comes_on_top_of_the_first(raised, chief, chief_bur):
    day = date(AFTER, 5, 1)
    approve(propose(Decimal(1), day, by=chief), by=chief_bur)

    assert Grant.objects.get().later == [Later(DAY, 220_375), Later(day, 222_579)]
    assert differences() == []


# -- in any order --------------------------------------------------------------------------
def first_of_month(number):
    """The first day of month `number`, counted from January of NEXT."""
    return date(NEXT + (number - 1) // 12, (number - 1) % 12 + 1, 1)


def as_percent(hundredths):
    return Decimal(hundredths) / 100


MONTHS = st.integers(2, 19).map(first_of_month)
PERCENTS = st.integers(1, 900).map(as_percent)
RAISES = st.tuples(st.just("raise"), PERCENTS, MONTHS)
ENDS = st.tuples(st.just("end"), st.integers(0, 2), MONTHS)


@pytest.fixture
@kept
def three_grants(schools, leader, chair, pools):
    """Grants from NEXT into AFTER that the school knows of."""
    grants = []
    pupil_cases = many(3, school=schools["Baltorpskolen"], by=leader)
    for number, pupil_case in enumerate(pupil_cases):
        tariff = 200_001 + 7 * number
        grant = decisions.grant(pupil_case, terms(tariff), grounds="Behov.", by=chair)
        releases.release(pupil_case.application, by=chair)
        grants.append(grant)
    return grants


def without_zeros(sums):
    return {year: amount for year, amount in sums.items() if amount}


@given(st.lists(st.one_of(RAISES, ENDS), min_size=1, max_size=6))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_grants_raised_and_ended_in_any_order_leave_books_and_plans_that_agree(
    three_grants, chief, chief_bur, chair, story
):
    with transaction.atomic():
        for act, what, day in story:
            # What cannot be done is refused, and the story goes on.
            with suppress(Refusal), transaction.atomic():
                if act == "raise":
                    approve(propose(what, day, by=chief), by=chief_bur)
                else:
                    grant = Grant.objects.get(pk=three_grants[what].pk)
                    corrections.end_early(grant, on=day, grounds="Slut.", by=chair)

        assert differences() == []
        for grant in three_grants:
            assert planned(grant) == without_zeros(booked(grant))
        transaction.set_rollback(True)


# -- the database and the proof ------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    ["visitation_tariffversion SET tariff = 1", "visitation_grant SET later_tariffs = '[]'"],
)
def test_a_tariff_is_never_changed_afterwards(raised, change):
    refusal = pytest.raises(DatabaseError, match=r"Cannot update|by themselves")
    with refusal, transaction.atomic():
        connection.cursor().execute(f"UPDATE {change}")


@pytest.mark.parametrize("day", [DAY, DAY - timedelta(days=1)])
def test_the_database_lets_no_tariff_in_before_the_last(day, raised, index):
    names = r"later tariff already|one_tariff_a_day"
    with pytest.raises(DatabaseError, match=names), transaction.atomic():
        TariffVersion.objects.create(index=index, grant=raised, from_on=day, before=1, tariff=2)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("visitation_tariffversion SET tariff = 230000", "som centrene har godkendt"),
        ("visitation_grant SET later_tariffs = '[]'", "som centrene har godkendt"),
        ("budget_proposal SET status = 'rejected'", "som centrene har godkendt"),
        ("budget_proposal SET status = 'rejected'", "ikke er godkendt"),
        ("budget_posting SET amount = amount + 1 WHERE proposal_id IS NOT NULL", "taksten giver"),
    ],
)
def test_the_proof_finds_tariffs_changed_behind_its_back(change, sentence, raised):
    with connection.cursor() as cursor, guards_off():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"UPDATE {change}")

    assert any(sentence in difference for difference in differences())


def test_the_forecast_knows_the_new_tariff(raised):
    [stream] = granted_streams(NEXT, date(AFTER, 12, 31))

    assert stream.tariff == 215_000
    assert list(stream.later) == [Later(DAY, 220_375)]
    assert stream.grants == 1
