"""What takes both centre chiefs: one proposes, the other approves; only then does money move."""

from __future__ import annotations

import ast
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from budget.books import actions as books
from budget.books import queries as books_queries
from budget.books import rules as books_rules
from budget.models import Pool, Posting, Proposal, Standing
from budget.proposals import actions as proposals
from budget.tariff import Part
from skolefleks.models import Membership
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import AFTER, NEXT, YEAR
from tests.house.sources import CODE, ROOT

OPENED = AFTER + 1


def free(year):
    return Standing.objects.free([year]).get(year)


def put_in(year, source):
    """Whole DKK that a frame has put into a year."""
    standing = Standing.objects.filter(pool=year, source=source).first()
    return standing.allocated if standing else 0


# -- one proposes, the other approves -------------------------------------------------------------
def test_a_proposal_moves_no_money(proposed):
    assert free(NEXT) == 5_000_000


def test_the_other_chiefs_approval_does(proposed, sources, chief_bur):
    proposals.approve(proposed, by=chief_bur)
    assert free(NEXT) == 5_100_000
    line = Posting.objects.get(reference=proposed.pk)
    assert (line.amount, line.text) == (100_000, "Tildeling")
    assert (line.source, line.made_by) == (sources[0], chief_bur)


def test_nobody_approves_their_own(proposed, chief):
    with pytest.raises(proposals.TakesBothCentres):
        proposals.approve(proposed, by=chief)
    Membership.objects.create(user=chief, role="centre_chief", centre="C-BUR")
    del chief.current_memberships
    with pytest.raises(proposals.TakesBothCentres):
        proposals.approve(proposed, by=chief)
    assert free(NEXT) == 5_000_000


def test_two_chiefs_of_one_centre_are_not_both_centres(proposed, person):
    colleague = person("Ane Anden", "centre_chief", centre="C-SIK")
    with pytest.raises(proposals.TakesBothCentres):
        proposals.approve(proposed, by=colleague)


@pytest.mark.parametrize("who", ["leader", "member", "chair", "secretary", "follower", "admin"])
def test_nobody_but_a_chief_proposes_or_answers(who, proposed, sources, request):
    somebody = request.getfixturevalue(who)
    part = proposals.FrameYear(NEXT, sources[0])
    with pytest.raises(PermissionDenied):
        proposals.propose_allocation(part, 1, reason="Mere.", by=somebody)
    with pytest.raises(PermissionDenied):
        proposals.approve(proposed, by=somebody)


def test_the_database_refuses_an_approval_by_one_centre(proposed):
    with pytest.raises(DatabaseError, match="both_centres_agree"), transaction.atomic():
        Proposal.objects.filter(pk=proposed.pk).update(status="approved")


@pytest.mark.parametrize(
    "change",
    ["UPDATE budget_proposalline SET amount = 1", "UPDATE budget_proposal SET reason = 'x'"],
)
def test_the_terms_of_a_proposal_are_never_changed(change, proposed):
    with (
        pytest.raises(DatabaseError, match="Cannot update"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_a_proposal_is_turned_down_with_a_reason(proposed, chief_bur):
    proposals.turn_down(proposed, reason="Der er penge nok.", by=chief_bur)
    with pytest.raises(NotPossible):
        proposals.approve(proposed, by=chief_bur)
    proposed.refresh_from_db()
    assert (proposed.status, proposed.answer) == ("rejected", "Der er penge nok.")
    assert free(NEXT) == 5_000_000


def test_whoever_proposed_may_take_it_back_until_it_is_answered(proposed, chief, chief_bur):
    with pytest.raises(Refusal):
        proposals.take_back(proposed, by=chief_bur)
    proposals.take_back(proposed, by=chief)
    with pytest.raises(NotPossible):
        proposals.approve(proposed, by=chief_bur)


def test_who_answers_second_is_told(proposed, chief_bur):
    as_read_before = Proposal.objects.get(pk=proposed.pk)
    proposals.approve(proposed, by=chief_bur)
    with pytest.raises(Overtaken):
        proposals.turn_down(as_read_before, reason="Nej.", by=chief_bur)
    assert free(NEXT) == 5_100_000


# -- transfers and the new year -------------------------------------------------------------------
def test_carrying_over_moves_what_is_free_to_the_next_year(carried, chief_bur):
    proposals.approve(carried, by=chief_bur)
    assert (free(YEAR), free(NEXT)) == (4_000_000, 6_000_000)


def test_what_was_spent_meanwhile_is_not_carried_over(carried, schools, chair, chief_bur):
    parts = {YEAR: Part(4_500_000, 365)}
    books.commit(uuid.uuid4(), parts, district=schools["Baltorpskolen"].district, by=chair)
    with pytest.raises(books.Overdrawn):
        proposals.approve(carried, by=chief_bur)
    carried.refresh_from_db()
    assert carried.status == "proposed"
    assert (free(YEAR), free(NEXT)) == (500_000, 5_000_000)


def test_frames_trade_places_even_in_a_pool_that_is_spent(
    pools, sources, schools, chair, chief, chief_bur
):
    parts = {NEXT: Part(5_000_000, 365)}
    books.commit(uuid.uuid4(), parts, district=schools["Baltorpskolen"].district, by=chair)
    giving, taking = [proposals.FrameYear(NEXT, source) for source in sources]
    transfer = proposals.propose_transfer(giving, taking, 2_500_000, reason="Ny aftale.", by=chief)
    proposals.approve(transfer, by=chief_bur)
    assert [put_in(NEXT, source) for source in sources] == [0, 5_000_000]


def test_a_frame_gives_no_more_than_it_has(pools, sources, chief):
    giving = proposals.FrameYear(NEXT, sources[0])
    taking = proposals.FrameYear(YEAR, sources[0])
    with pytest.raises(books.FrameEmpty, match=r"2\.500\.000"):
        proposals.propose_transfer(giving, taking, 2_500_001, reason="x", by=chief)


@pytest.mark.parametrize(("taking", "amount"), [(0, 1_000), (1, 0), (1, -1_000)])
def test_a_transfer_moves_something_somewhere_else(taking, amount, pools, sources, chief):
    giving = proposals.FrameYear(NEXT, sources[0])
    to = proposals.FrameYear(NEXT, sources[taking])
    with pytest.raises(Refusal, match="Vælg et andet år"):
        proposals.propose_transfer(giving, to, amount, reason="x", by=chief)


def test_the_next_year_is_opened_by_both(pools, sources, chief, chief_bur):
    amounts = dict(zip(sources, (2_500_000, 2_500_000), strict=True))
    opening = proposals.propose_opening(OPENED, amounts, reason="Nyt år.", by=chief)
    assert not Pool.objects.filter(pk=OPENED).exists()
    proposals.approve(opening, by=chief_bur)
    assert free(OPENED) == 5_000_000


@pytest.mark.parametrize("year", [AFTER, OPENED + 1])
def test_a_year_is_opened_once_and_in_its_turn(pools, sources, chief, year):
    with pytest.raises(NotPossible):
        proposals.propose_opening(year, {sources[0]: 1}, reason="Nyt år.", by=chief)


# -- corrections ----------------------------------------------------------------------------------
def corrected(posting, chief, chief_bur):
    proposal = proposals.correct(posting, reason="Fejl.", by=chief)
    proposals.approve(proposal, by=chief_bur)
    return Posting.objects.get(reverses=posting)


def test_a_correction_is_the_line_it_names_with_the_opposite_sign(
    commitment, chief, chief_bur, schools
):
    district = schools["Baltorpskolen"].district
    payment = books.pay(commitment, year=NEXT, amount=50_000, district=district, by=chief)
    reversal = corrected(payment, chief, chief_bur)
    assert (reversal.kind, reversal.amount) == ("payment", -50_000)
    assert (reversal.reference, reversal.reverses) == (commitment, payment)
    standing = Standing.objects.get(pool=NEXT, district=district)
    assert (standing.committed, standing.paid) == (200_000, 0)
    assert free(NEXT) == 4_800_000


def test_a_commitment_that_is_corrected_gives_back_money_place_and_days(
    commitment, chief, chief_bur
):
    corrected(Posting.objects.get(reference=commitment), chief, chief_bur)
    standing = Standing.objects.get(pool=NEXT, district__isnull=False)
    assert (standing.committed, standing.places, standing.days) == (0, 0, 0)
    assert free(NEXT) == 5_000_000


def test_a_wrong_correction_is_corrected_itself(commitment, chief, chief_bur):
    first = corrected(Posting.objects.get(reference=commitment), chief, chief_bur)
    corrected(first, chief, chief_bur)
    assert free(NEXT) == 4_800_000


def test_nothing_is_corrected_twice(commitment, chief, chief_bur):
    posting = Posting.objects.get(reference=commitment)
    proposals.correct(posting, reason="Fejl.", by=chief)
    with pytest.raises(proposals.AlreadyCorrected):
        proposals.correct(posting, reason="Fejl.", by=chief_bur)


def test_a_line_that_others_build_on_is_not_corrected(commitment, schools, chief):
    books.pay(commitment, year=NEXT, amount=1, district=schools["Baltorpskolen"].district, by=chief)
    with pytest.raises(books.AlreadyPaid):
        proposals.correct(Posting.objects.get(kind="commitment"), reason="Fejl.", by=chief)


def test_an_allocation_that_is_spent_is_not_corrected(pools, sources, schools, chair, chief):
    parts = {NEXT: Part(4_000_000, 365)}
    books.commit(uuid.uuid4(), parts, district=schools["Baltorpskolen"].district, by=chair)
    allocation = Posting.objects.get(pool=NEXT, source=sources[0])
    with pytest.raises(books.Overdrawn):
        proposals.correct(allocation, reason="Fejl.", by=chief)


def test_one_leg_of_a_transfer_is_not_corrected_alone(carried, chief, chief_bur):
    proposals.approve(carried, by=chief_bur)
    leg = Posting.objects.filter(reference=carried.pk)[0]
    with pytest.raises(Refusal, match="to ben"):
        proposals.correct(leg, reason="Fejl.", by=chief)


REVERSAL = """
    INSERT INTO budget_posting
        (pool_id, kind, amount, district_id, reference, places, days,
         text, made_by_id, made_at, reverses_id)
    SELECT
        pool_id, kind, {amount}, district_id, reference, -places, -days,
        '', made_by_id, now(), id
    FROM budget_posting WHERE kind = 'commitment'
"""


@pytest.mark.parametrize("amount", ["amount", "-amount + 1", "-2 * amount"])
def test_the_database_refuses_a_reversal_that_is_not_exact(commitment, amount):
    with (
        pytest.raises(DatabaseError, match="opposite sign"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(REVERSAL.format(amount=amount))


def test_the_database_refuses_to_reverse_twice(commitment):
    with connection.cursor() as cursor:
        cursor.execute(REVERSAL.format(amount="-amount"))
        with pytest.raises(DatabaseError, match="reverses_id"), transaction.atomic():
            cursor.execute(REVERSAL.format(amount="-amount"))


# -- shared to the krone --------------------------------------------------------------------------
@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=6), st.data())
def test_what_is_used_is_shared_to_the_krone(weights, data):
    amount = data.draw(st.integers(0, sum(weights)))
    parts = books_rules.shared(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert 0 <= part <= weight
        # No part is more than a krone off: its exact share is amount * weight / sum(weights).
        assert abs(part * sum(weights) - amount * weight) <= sum(weights)


def test_the_krone_left_over_goes_to_the_first_of_equals():
    assert books_rules.shared(7, [1, 1, 1]) == [3, 2, 2]
    assert books_rules.shared(0, [0, 0]) == [0, 0]


def test_the_frames_bear_what_is_used_by_their_part(commitment, sources, chief, chief_bur):
    part = proposals.FrameYear(NEXT, sources[0])
    more = proposals.propose_allocation(part, 2_500_001, reason="Mere.", by=chief)
    proposals.approve(more, by=chief_bur)
    [pool] = books_queries.pools([NEXT])
    assert [(frame.amount, frame.used) for frame in pool.frames] == [
        (5_000_001, 133_333),
        (2_500_000, 66_667),
    ]


# -- who may call it ------------------------------------------------------------------------------
def calls_allocate(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        if "allocate" in {getattr(node.func, "id", ""), getattr(node.func, "attr", "")}:
            return True
    return False


def test_only_the_approval_and_the_demo_allocate():
    callers = {str(path.relative_to(ROOT)) for path in CODE if calls_allocate(path)}
    demos = {"visitation/caseload/money.py", "visitation/caseload/nordby.py"}
    assert callers == {"budget/proposals/actions.py"} | demos
