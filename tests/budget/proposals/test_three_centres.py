"""A municipality of three centres: whoever owns the money signs, and two at least."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from budget.books import proof
from budget.models import FundingSource, Posting, Proposal, centres_led_by
from budget.proposals import actions as proposals
from budget.proposals import rules
from skolefleks.models import Centre, Membership, Role
from tests.conftest import AFTER, NEXT
from tests.racing import race
from tests.roles import guards_off

OPENED = AFTER + 1


@pytest.fixture
def third(centres):
    Centre.objects.create(key="C-SOC", name="Center for Social", sort_key=3)
    return FundingSource.objects.create(name="Socialrammen", centre_id="C-SOC")


@pytest.fixture
def chief_soc(person, third):
    return person("Solveig Centerchef", Role.CENTRE_CHIEF, centre="C-SOC")


@pytest.fixture
def opening(pools, sources, third, chief):
    """Three frames of three centres open a year together, proposed by C-SIK."""
    amounts = dict.fromkeys([*sources, third], 1_000_000)
    return proposals.propose_opening(OPENED, amounts, reason="Næste år.", by=chief)


def status(proposal):
    return Proposal.objects.get(pk=proposal.pk).status


def waits_for(user):
    return set(Proposal.objects.waiting_for(centres_led_by(user), user))


def test_money_of_three_centres_takes_all_three(opening, chief_bur, chief_soc):
    assert not proposals.approve(opening, by=chief_bur)
    assert not Posting.objects.filter(pool=OPENED).exists()
    assert waits_for(chief_bur) == set()
    assert waits_for(chief_soc) == {opening}

    assert proposals.approve(opening, by=chief_soc)
    assert Posting.objects.filter(pool=OPENED).count() == 3
    [check] = [one for one in proof.of_the_books() if "hvis penge" in one.title]
    assert check.holds


def test_nobody_signs_for_two_centres(opening, chief_bur, chief_soc):
    proposals.approve(opening, by=chief_bur)
    Membership.objects.create(user=chief_bur, role="centre_chief", centre="C-SOC")
    del chief_bur.current_memberships
    with pytest.raises(proposals.TakesBothCentres):
        proposals.approve(opening, by=chief_bur)


def test_one_who_says_no_is_enough(opening, chief_bur, chief_soc):
    proposals.approve(opening, by=chief_bur)
    proposals.turn_down(opening, reason="Vi har dem ikke.", by=chief_soc)
    assert status(opening) == "rejected"


def test_money_of_one_centre_alone_takes_any_second(pools, sources, chief, chief_bur, chief_soc):
    part = proposals.FrameYear(NEXT, sources[0])
    more = proposals.propose_allocation(part, 100_000, reason="Flere.", by=chief)
    assert waits_for(chief_bur) == waits_for(chief_soc) == {more}
    assert proposals.approve(more, by=chief_soc)


def test_what_is_about_the_whole_pool_takes_every_owner(pools, chief, chief_bur, chief_soc):
    index = proposals.propose_index("2 %", reason="Priserne.", by=chief)
    assert rules.still_to_sign(index) == ["C-BUR", "C-SOC"]
    assert not proposals.agree(index, by=chief_bur)
    assert proposals.agree(index, by=chief_soc)


def test_a_centre_without_a_frame_signs_nothing(opening, person):
    Centre.objects.create(key="C-FRI", name="Center for Fritid", sort_key=4)
    outside = person("Fie Fritid", Role.CENTRE_CHIEF, centre="C-FRI")
    assert waits_for(outside) == set()
    with pytest.raises(proposals.TakesBothCentres):
        proposals.approve(opening, by=outside)


def test_the_database_asks_every_owner(opening, chief_bur):
    answer = {"status": "approved", "answered_by": chief_bur, "answered_centre": "C-BUR"}
    row = Proposal.objects.filter(pk=opening.pk)
    with pytest.raises(DatabaseError, match="has not agreed"), transaction.atomic():
        row.update(answered_at=timezone.now(), **answer)
    with guards_off("budget.Proposal:is_agreed_by_all_owners"):
        row.update(answered_at=timezone.now(), **answer)
    wrong = [check.title for check in proof.of_the_books() if not check.holds]
    assert any("hvis penge" in title for title in wrong)


@race("budget.proposals.actions._others_are_lacking", held="approved", off="proposed")
def test_of_two_who_agree_at_once_one_is_the_last(opening, chief_bur, chief_soc, together, outcome):
    first, last = (partial(proposals.approve, opening, by=one) for one in (chief_bur, chief_soc))
    together(first, last)
    assert status(opening) == outcome
