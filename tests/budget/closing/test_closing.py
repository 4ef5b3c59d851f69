"""A fiscal year is closed by both chiefs, takes nothing more, and is opened again for a reason."""

from __future__ import annotations

import uuid
from datetime import date
from functools import partial

import pytest
import time_machine
from django.db import DatabaseError
from django.urls import reverse

from budget.books import actions as books
from budget.books.closed import ClosedYear
from budget.closing import actions as closing
from budget.closing import rules
from budget.models import Instalment, Pool, Posting, Standing
from budget.payments import actions as payments
from budget.payments import settling
from budget.proposals import actions as proposals
from budget.proposals import queries as proposal_queries
from budget.tariff import Part
from skolefleks.danish import today
from skolefleks.refusals import NotPossible
from tests.conftest import AFTER, NEXT, text_of
from tests.racing import race
from tests.roles import guards_off
from visitation.corrections import actions as corrections
from visitation.models import Grant

YEARS = reverse("budget:fiscal_years")


@pytest.fixture
def over(released, granted, chief, chief_bur):
    """All that fell due is paid, and it is February after NEXT."""
    with time_machine.travel(f"{AFTER}-02-01 12:00", tick=False):
        run = payments.propose(until=today(), by=chief)
        payments.approve(run, by=chief_bur)
        payments.export(run, by=chief)
    with time_machine.travel(f"{AFTER}-02-03 12:00", tick=False):
        payments.mark_paid(run, on=today(), by=chief)
        settling.settle(run)
        yield Grant.objects.select_related("decision__pupil_case__application", "district").get(
            pk=granted.pk
        )


@pytest.fixture
def close(sources, chief, chief_bur):
    def do(year=NEXT, **choices):
        chosen = {
            sources[0]: choices.get("first", rules.CARRY),
            sources[1]: choices.get("second", rules.GIVE_BACK),
        }
        proposal = closing.propose_closing(year, chosen, reason="Året er gået.", by=chief)
        proposals.approve(proposal, by=chief_bur)
        return proposal

    return do


def allocated(year, source):
    return Standing.objects.get(pool=year, source=source).allocated


def test_what_is_unused_is_carried_over_or_given_back_by_frame(over, close, sources):
    used = over.by_fiscal_year()[NEXT].amount
    close()
    assert Standing.objects.free([NEXT])[NEXT] == 0
    assert allocated(NEXT, sources[0]) + allocated(NEXT, sources[1]) == used
    assert allocated(AFTER, sources[0]) == 2_500_000 + 2_500_000 - allocated(NEXT, sources[0])
    assert allocated(AFTER, sources[1]) == 2_500_000


def test_what_becomes_of_unused_money_is_a_setting_of_each_source(sources, settings):
    settings.UNUSED_MONEY = {sources[0].name: "back"}
    assert rules.rule_of(sources[0]) == rules.GIVE_BACK
    assert rules.rule_of(sources[1]) == settings.UNUSED_MONEY_RULE


def test_one_chief_alone_closes_nothing(over, sources, chief):
    choices = dict.fromkeys(sources, rules.CARRY)
    proposal = closing.propose_closing(NEXT, choices, reason="Gået.", by=chief)
    with pytest.raises(proposals.TakesBothCentres):
        proposals.approve(proposal, by=chief)
    assert Pool.objects.get(pk=NEXT).closed_at is None


def test_a_year_that_runs_is_not_closed(over, sources, chief):
    with pytest.raises(NotPossible, match="ikke slut"):
        closing.propose_closing(AFTER, dict.fromkeys(sources, rules.CARRY), reason="Nu.", by=chief)


def test_a_year_with_something_unpaid_is_not_closed(released, sources, chief):
    with (
        time_machine.travel(f"{AFTER}-02-01 12:00", tick=False),
        pytest.raises(NotPossible, match="Baltorpskolen: 4 rater"),
    ):
        closing.propose_closing(NEXT, dict.fromkeys(sources, rules.CARRY), reason="Nu.", by=chief)


# -- later postings -------------------------------------------------------------------------------
def test_a_closed_year_takes_no_posting_of_any_act(over, close, sources, chief, chair):
    close()
    acts = [
        lambda: books.allocate(year=NEXT, source=sources[0], amount=1, by=chief),
        lambda: books.commit(uuid.uuid4(), {NEXT: Part(1, 1)}, district=over.district, by=chair),
        lambda: books.pay(over.pk, year=NEXT, amount=1, district=over.district, by=chief),
        lambda: books.release(over.pk, keep={}, years=[NEXT], by=chair),
        lambda: proposals.correct(Posting.objects.filter(pool=NEXT)[0], reason="Fejl.", by=chief),
    ]
    for act in acts:
        with pytest.raises(ClosedYear, match=f"{NEXT} blev lukket 3. februar {AFTER}"):
            act()


@race("budget.books.actions.lock_pools", held=ClosedYear, off=DatabaseError)
def test_a_commitment_that_waited_while_the_year_was_closed_is_refused(
    over, close, chair, together, outcome
):
    part = {NEXT: Part(1, 1)}
    commit = partial(books.commit, uuid.uuid4(), part, district=over.district, by=chair)
    _, answer = together(close, commit)
    assert isinstance(answer, outcome)


def test_the_database_refuses_it_too(over, close, chief):
    close()
    line = Posting.objects.filter(pool=NEXT, kind="commitment").first()
    with pytest.raises(DatabaseError, match="is closed"):
        Posting.objects.create(
            pool_id=NEXT,
            kind="commitment",
            amount=1,
            district_id=line.district_id,
            reference=line.reference,
            made_by=chief,
        )


def test_without_its_trigger_a_closed_year_could_be_posted_to(over, close, sources, chief):
    close()
    line = {"pool_id": NEXT, "kind": "allocation", "amount": 1, "source": sources[0]}
    with guards_off("budget.Posting:finds_its_year_open"):
        assert Posting.objects.create(**line, made_by=chief)


def test_money_is_not_moved_out_of_a_closed_year(over, close, sources, chief):
    close()
    giving, taking = (proposals.FrameYear(year, sources[0]) for year in (NEXT, AFTER))
    with pytest.raises(ClosedYear):
        proposals.propose_transfer(giving, taking, 1, reason="Flyt.", by=chief)


def test_a_grant_ends_in_an_open_year_and_leaves_the_closed_one_alone(over, close, chair):
    close()
    before = Posting.objects.filter(pool=NEXT).count()
    corrections.end_early(over, on=date(AFTER, 1, 31), grounds="Det lykkedes.", by=chair)
    assert Posting.objects.filter(pool=NEXT).count() == before


def test_a_grant_is_not_ended_in_a_closed_year_and_the_preview_says_so(
    over, close, chair, client_for, post
):
    close()
    with pytest.raises(ClosedYear):
        corrections.end_early(over, on=date(NEXT, 11, 30), grounds="Flyttet.", by=chair)
    pupil_case = over.decision.pupil_case
    url = reverse("end_grant", args=[pupil_case.application.number, pupil_case.pk])
    typed = {"ended_on": f"30.11.{NEXT}", "grounds": "Flyttet."}
    page = text_of(post(client_for(chair), url, typed))
    assert f"Regnskabsåret {NEXT} blev lukket" in page
    assert "Ja, afslut bevillingen" not in page


def test_a_year_is_opened_again_for_a_reason_and_closed_anew(over, close, chief, chief_bur, chair):
    close()
    proposal = closing.propose_reopening(NEXT, reason="Eleven flyttede i november.", by=chief)
    proposals.approve(proposal, by=chief_bur)
    over.refresh_from_db()
    corrections.end_early(over, on=date(NEXT, 11, 30), grounds="Flyttet.", by=chair)
    assert Instalment.objects.owed().filter(pool=NEXT).exists()
    with pytest.raises(NotPossible, match="ikke betalt eller modregnet"):
        close()


# -- pages ----------------------------------------------------------------------------------------
def test_two_chiefs_close_a_year_on_the_pages(over, sources, chief, chief_bur, client_for, post):
    client = client_for(chief)
    assert f"Luk {NEXT}" in text_of(client.get(YEARS))
    typed = {f"source_{source.pk}": "carry" for source in sources} | {"reason": "Gået."}
    answer = post(client, reverse("budget:close_year", args=[NEXT]), typed)
    other = client_for(chief_bur)
    assert f"Føres over til {AFTER}" in text_of(other.get(answer.url))
    post(other, f"{answer.url}godkend/")
    assert "Lukket 3. februar" in text_of(other.get(YEARS))


def test_a_transfer_says_in_words_who_pays_for_what(over, sources):
    lines = {(NEXT, sources[0].pk): -1_000_000, (NEXT, sources[1].pk): 1_000_000}
    sentences = proposal_queries.who_pays(proposal_queries.effect(lines))
    assert len(sentences) == 2
    assert "Specialundervisningsrammen" in sentences[0]
    assert "mindre" in sentences[0]
    assert "Dagbehandling" in sentences[1]
    assert "mere" in sentences[1]
