"""Granting, rejecting, undoing, releasing: what stands, and what the pool says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from applications.lifecycle import Status
from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.books import actions as books
from budget.models import Instalment, Posting, Standing
from skolefleks import audit
from skolefleks.danish import today
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import AFTER, NEXT, terms
from tests.deciding import wish_terms
from tests.filling import fill, write_pupil
from visitation.cases import actions as cases
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.models import Decision, Grant
from visitation.releases import actions as releases


def committed(year: int) -> int:
    return sum(standing.committed for standing in Standing.objects.filter(pool=year))


def free(year: int) -> int:
    return Standing.objects.free([year])[year]


def places(year: int) -> int:
    """The places of the pupil's district in a fiscal year."""
    return Standing.objects.get(pool=year, district__isnull=False).places


def test_a_grant_over_new_year_takes_from_both_fiscal_years(case, pools, chair):
    school_year = terms(215_000, date(NEXT, 8, 1), date(AFTER, 7, 31))
    grant = decisions.grant(case, school_year, grounds="Behov.", by=chair)
    assert grant.cost == 215_000
    assert committed(NEXT) + committed(AFTER) == 215_000
    assert free(NEXT) == 5_000_000 - committed(NEXT)


def test_a_grant_that_would_overdraw_next_year_changes_nothing(case, pools, chair, chief, sources):
    for source in sources[:2]:
        books.allocate(year=AFTER, source=source, amount=-2_450_000, by=chief)
    with pytest.raises(books.Overdrawn, match=str(AFTER)) as refusal:
        decisions.grant(case, terms(), grounds="Behov.", by=chair)
    assert refusal.value.short[AFTER][0] == 100_000
    assert not Decision.objects.exists()
    assert committed(NEXT) == 0


def test_a_grant_past_the_last_open_pool_is_refused_in_words(case, pools, chair):
    too_long = terms(ends_on=date(AFTER + 1, 7, 31))
    with pytest.raises(books.NoPool, match=str(AFTER + 1)):
        decisions.grant(case, too_long, grounds="Behov.", by=chair)


def test_a_pupil_is_decided_once(granted, case, chair):
    with pytest.raises(Overtaken):
        decisions.reject(case, grounds="Nej.", by=chair)
    assert Decision.objects.count() == 1


def test_an_undone_decision_gives_the_money_back_and_may_be_made_anew(granted, case, chair):
    decisions.undo(granted.decision, by=chair)
    assert free(NEXT) == free(AFTER) == 5_000_000
    assert sum(standing.places for standing in Standing.objects.all()) == 0
    decisions.reject(case, grounds="Nej.", by=chair)


def test_a_released_decision_cannot_be_undone(released, granted, chair):
    decision = Decision.objects.get(pk=granted.decision.pk)
    with pytest.raises(NotPossible):
        decisions.undo(decision, by=chair)


# -- release ---------------------------------------------------------------------------------------
def test_release_waits_for_every_pupil(granted, submitted, chair):
    with pytest.raises(NotPossible, match="mangler en afgørelse"):
        releases.release(submitted, by=chair)
    assert not Decision.objects.filter(status="released").exists()


def test_release_closes_the_application(released):
    released.refresh_from_db()
    assert released.status == Status.CLOSED
    assert released.closed_at
    assert Decision.objects.exclude(released_at=None).count() == 2


def test_what_is_released_is_noted_on_the_application_and_nothing_before(provisional, chair):
    provisional.refresh_from_db()
    assert (provisional.granted, provisional.answer) == (0, "")
    releases.release(provisional, by=chair)
    provisional.refresh_from_db()
    assert (provisional.granted, provisional.answer) == (215_000, "mixed")


def test_a_case_with_a_decision_is_not_sent_back(granted, submitted, chair):
    with pytest.raises(NotPossible, match="Fortryd"):
        cases.send_back(submitted, note="Mere om støttetimerne.", by=chair)


# -- ending early ----------------------------------------------------------------------------------
def test_a_grant_that_ends_early_gives_the_rest_back(released, granted, chair):
    grant = Grant.objects.get(pk=granted.pk)
    amounts = corrections.end_early(grant, on=date(NEXT, 6, 30), grounds="Det lykkedes.", by=chair)

    rest = grant.by_fiscal_year()[NEXT].amount
    commitment = Posting.objects.get(pool=AFTER, kind="commitment")
    assert amounts == {NEXT: 215_000 - rest, AFTER: commitment.amount}
    assert committed(NEXT) == rest
    assert places(AFTER) == 0


def test_money_that_is_paid_is_owed_when_a_grant_ends_early(released, granted, chair, chief):
    grant = Grant.objects.get(pk=granted.pk)
    books.pay(grant.pk, year=NEXT, amount=200_000, district=grant.district, by=chief)
    amounts = corrections.end_early(grant, on=date(NEXT, 3, 31), grounds="Flyttet.", by=chair)
    assert amounts[NEXT] == 15_000
    cost = grant.by_fiscal_year()[NEXT].amount
    assert Instalment.objects.owed().get().amount == cost - 200_000


# -- the same pupil again --------------------------------------------------------------------------
@pytest.fixture
def again(released, granted, leader, schools):
    """The pupil in another application, while the first grant runs to July of the year after."""
    application = writing.start(school=schools["Baltorpskolen"], by=leader)
    fill(application, by=leader)
    pupil_case = write_pupil(
        writing.add_pupil(application, by=leader), "Anna Berg", by=leader, cpr=granted.pupil.cpr
    )
    submission.submit(application, by=leader)
    pupil_case.refresh_from_db()
    return pupil_case


def autumn(starts_on=date(AFTER, 8, 1)):
    return terms(starts_on=starts_on, ends_on=date(AFTER, 12, 31))


def test_one_pupil_has_never_two_grants_on_the_same_day(again, chair):
    last_day_of_the_first = date(AFTER, 7, 31)
    with pytest.raises(decisions.AlreadyGranted):
        decisions.grant(again, autumn(last_day_of_the_first), grounds="Mere.", by=chair)


def test_one_pupil_with_two_grants_after_each_other_holds_one_place(again, chair):
    decisions.grant(again, autumn(), grounds="Mere.", by=chair)
    assert places(AFTER) == 1


def test_a_pupil_with_two_grants_in_a_year_is_one_place_until_the_last_is_gone(
    again, granted, chair
):
    second = decisions.grant(again, autumn(), grounds="Mere.", by=chair)
    first = Grant.objects.get(pk=granted.pk)
    corrections.end_early(first, on=date(NEXT, 6, 30), grounds="Det lykkedes.", by=chair)
    assert places(AFTER) == 1

    decisions.undo(second.decision, by=chair)
    assert places(AFTER) == 0


@pytest.mark.django_db(transaction=True)
def test_the_trail_of_a_whole_case_is_one_unbroken_chain(released):
    verdict = audit.verify()
    assert verdict.is_intact
    assert verdict.length > 10


def test_days_before_the_application_take_a_reason_in_the_act_too(case, pools, chair):
    early = today() - timedelta(days=30)
    with pytest.raises(Refusal, match="Skriv, hvorfor") as refused:
        decisions.grant(case, wish_terms(starts_on=early), grounds="Behov.", by=chair)
    assert refused.value.field == "past_reason"
    reason = wish_terms(starts_on=early, past_reason="Skolen var begyndt.")
    assert decisions.grant(case, reason, grounds="Behov.", by=chair).starts_on == early
