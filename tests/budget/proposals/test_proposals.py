"""What takes both centre chiefs: one proposes, the other approves, and only then does money move."""

from __future__ import annotations

import ast
import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from budget.books import actions as books
from budget.books import queries as books_queries
from budget.books import rules as books_rules
from budget.models import Pool, Posting, Proposal, Standing
from budget.proposals import actions as proposals
from budget.tariff import Part, by_fiscal_year
from skolefleks.models import Membership
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import AFTER, NEXT, YEAR
from tests.house.sources import CODE, ROOT

OPENED = AFTER + 1


def free(year):
    return Standing.objects.free([year]).get(year)


def put_in(year, source):
    return (
        Standing.objects.filter(pool=year, source=source).aggregate(sum=Sum("allocated"))["sum"]
        or 0
    )


@pytest.fixture
def proposed(pools, sources, chief):
    """100,000 DKK more for next year, proposed by the chief of C-SIK."""
    return proposals.propose_allocation(
        proposals.FrameYear(NEXT, sources[0]), 100_000, reason="Flere elever.", by=chief
    )


@pytest.fixture
def carried(pools, sources, chief):
    giving, taking = proposals.FrameYear(YEAR, sources[1]), proposals.FrameYear(NEXT, sources[1])
    return proposals.propose_transfer(
        giving, taking, 1_000_000, reason="Frit beløb føres over.", by=chief
    )


@pytest.fixture
def held(pools, schools, chair):
    """200,000 DKK of next year committed in Baltorp's district."""
    reference = uuid.uuid4()
    parts = by_fiscal_year(200_000, date(NEXT, 1, 1), date(NEXT, 12, 31))
    books.commit(
        reference, parts, district=schools["Baltorpskolen"].district, by=chair, text="SF-2026-0001"
    )
    return reference


# -- one proposes, the other approves -------------------------------------------------------------
def test_a_proposal_moves_no_money(proposed):
    assert free(NEXT) == 5_000_000


def test_the_other_chiefs_approval_does(proposed, sources, chief_bur):
    proposals.approve(proposed, by=chief_bur)
    assert free(NEXT) == 5_100_000
    line = Posting.objects.get(reference=proposed.pk)
    assert (line.amount, line.source, line.made_by, line.text) == (
        100_000,
        sources[0],
        chief_bur,
        "Tildeling",
    )


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
    with pytest.raises(PermissionDenied):
        proposals.propose_allocation(
            proposals.FrameYear(NEXT, sources[0]), 1, reason="Mere.", by=somebody
        )
    with pytest.raises(PermissionDenied):
        proposals.approve(proposed, by=somebody)


def test_the_database_refuses_an_approval_by_one_centre(proposed):
    with pytest.raises(DatabaseError, match="both_centres_agree"), transaction.atomic():
        Proposal.objects.filter(pk=proposed.pk).update(status="approved")


def test_the_terms_of_a_proposal_are_never_changed(proposed):
    for change in (
        "UPDATE budget_proposalline SET amount = 1",
        "UPDATE budget_proposal SET reason = 'x'",
    ):
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
    assert (proposed.status, proposed.answer, free(NEXT)) == (
        "rejected",
        "Der er penge nok.",
        5_000_000,
    )


def test_whoever_proposed_may_take_it_back_until_it_is_answered(proposed, chief, chief_bur):
    with pytest.raises(Refusal):
        proposals.take_back(proposed, by=chief_bur)
    proposals.take_back(proposed, by=chief)
    with pytest.raises(NotPossible):
        proposals.approve(proposed, by=chief_bur)


def test_who_answers_second_is_told(proposed, chief_bur):
    seen = Proposal.objects.get(pk=proposed.pk)
    proposals.approve(proposed, by=chief_bur)
    with pytest.raises(Overtaken):
        proposals.turn_down(seen, reason="Nej.", by=chief_bur)
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
    assert (carried.status, free(YEAR), free(NEXT)) == ("proposed", 500_000, 5_000_000)


def test_frames_trade_places_even_in_a_pool_that_is_spent(
    pools, sources, schools, chair, chief, chief_bur
):
    parts = {NEXT: Part(5_000_000, 365)}
    books.commit(uuid.uuid4(), parts, district=schools["Baltorpskolen"].district, by=chair)
    places = [proposals.FrameYear(NEXT, source) for source in sources]
    proposals.approve(
        proposals.propose_transfer(*places, 2_500_000, reason="Ny aftale.", by=chief), by=chief_bur
    )
    assert [put_in(NEXT, source) for source in sources] == [0, 5_000_000]


def test_a_frame_gives_no_more_than_it_has(pools, sources, chief):
    with pytest.raises(books.FrameEmpty, match=r"2\.500\.000"):
        proposals.propose_transfer(
            proposals.FrameYear(NEXT, sources[0]),
            proposals.FrameYear(YEAR, sources[0]),
            2_500_001,
            reason="x",
            by=chief,
        )


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
    proposals.approve(proposals.correct(posting, reason="Fejl.", by=chief), by=chief_bur)
    return Posting.objects.get(reverses=posting)


def test_a_correction_is_the_line_it_names_with_the_opposite_sign(held, chief, chief_bur, schools):
    paid = books.pay(
        held, year=NEXT, amount=50_000, district=schools["Baltorpskolen"].district, by=chief
    )
    reversal = corrected(paid, chief, chief_bur)
    assert (reversal.kind, reversal.amount, reversal.reference, reversal.reverses) == (
        "payment",
        -50_000,
        held,
        paid,
    )
    standing = Standing.objects.get(pool=NEXT, district=paid.district)
    assert (standing.committed, standing.paid, free(NEXT)) == (200_000, 0, 4_800_000)


def test_a_commitment_that_is_corrected_gives_back_money_place_and_days(held, chief, chief_bur):
    corrected(Posting.objects.get(reference=held), chief, chief_bur)
    standing = Standing.objects.get(pool=NEXT, district__isnull=False)
    assert (standing.committed, standing.places, standing.days, free(NEXT)) == (0, 0, 0, 5_000_000)


def test_a_wrong_correction_is_corrected_itself(held, chief, chief_bur):
    first = corrected(Posting.objects.get(reference=held), chief, chief_bur)
    corrected(first, chief, chief_bur)
    assert free(NEXT) == 4_800_000


def test_nothing_is_corrected_twice(held, chief, chief_bur):
    posting = Posting.objects.get(reference=held)
    proposals.correct(posting, reason="Fejl.", by=chief)
    with pytest.raises(proposals.AlreadyCorrected):
        proposals.correct(posting, reason="Fejl.", by=chief_bur)


def test_a_line_that_others_build_on_is_not_corrected(held, schools, chief):
    books.pay(held, year=NEXT, amount=1, district=schools["Baltorpskolen"].district, by=chief)
    with pytest.raises(books.AlreadyPaid):
        proposals.correct(Posting.objects.get(kind="commitment"), reason="Fejl.", by=chief)


def test_an_allocation_that_is_spent_is_not_corrected(pools, sources, schools, chair, chief):
    parts = {NEXT: Part(4_000_000, 365)}
    books.commit(uuid.uuid4(), parts, district=schools["Baltorpskolen"].district, by=chair)
    with pytest.raises(books.Overdrawn):
        proposals.correct(
            Posting.objects.get(pool=NEXT, source=sources[0]), reason="Fejl.", by=chief
        )


def test_one_leg_of_a_transfer_is_not_corrected_alone(carried, chief, chief_bur):
    proposals.approve(carried, by=chief_bur)
    with pytest.raises(Refusal, match="to ben"):
        proposals.correct(Posting.objects.filter(reference=carried.pk)[0], reason="Fejl.", by=chief)


REVERSAL = """
    INSERT INTO budget_posting
        (pool_id, kind, amount, district_id, reference, places, days, text, made_by_id, made_at, reverses_id)
    SELECT pool_id, kind, {amount}, district_id, reference, -places, -days, '', made_by_id, now(), id
    FROM budget_posting WHERE kind = 'commitment'
"""


@pytest.mark.parametrize("amount", ["amount", "-amount + 1", "-2 * amount"])
def test_the_database_refuses_a_reversal_that_is_not_exact(held, amount):
    with (
        pytest.raises(DatabaseError, match="opposite sign"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(REVERSAL.format(amount=amount))


def test_the_database_refuses_to_reverse_twice(held):
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
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    assert all(
        abs(part * sum(weights) - amount * weight) <= sum(weights)
        for part, weight in zip(parts, weights, strict=True)
    )


def test_the_krone_left_over_goes_to_the_first_of_equals():
    assert books_rules.shared(7, [1, 1, 1]) == [3, 2, 2]
    assert books_rules.shared(0, [0, 0]) == [0, 0]


def test_the_frames_bear_what_is_used_by_their_part(held, sources, chief, chief_bur):
    part = proposals.FrameYear(NEXT, sources[0])
    proposals.approve(
        proposals.propose_allocation(part, 2_500_001, reason="Mere.", by=chief), by=chief_bur
    )
    [pool] = books_queries.pools([NEXT])
    assert [(frame.amount, frame.used) for frame in pool.frames] == [
        (5_000_001, 133_333),
        (2_500_000, 66_667),
    ]


# -- who may call it ------------------------------------------------------------------------------
def test_only_the_approval_and_the_demo_allocate():
    def allocates(path):
        calls = (
            node.func
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
        )
        return any(
            "allocate" in {getattr(call, "id", ""), getattr(call, "attr", "")} for call in calls
        )

    found = {str(path.relative_to(ROOT)) for path in CODE if allocates(path)}
    assert found == {"budget/proposals/actions.py", "visitation/caseload/money.py"}


# -- the pages ------------------------------------------------------------------------------------
def test_a_proposal_goes_from_one_chief_to_the_other(
    pools, sources, chief, chief_bur, client_for, post
):
    data = {
        "year": NEXT,
        "source": sources[0].pk,
        "direction": "in",
        "amount": "100.000",
        "reason": "Flere elever.",
    }
    answer = post(client_for(chief), reverse("budget:propose_allocation"), data)
    assert "Forslaget er sendt" in client_for(chief).get(answer.url).text
    other = client_for(chief_bur)
    assert [
        row.get_absolute_url()
        for row, _, _ in other.get(reverse("budget:proposals")).context["for_me"]
    ] == [answer.url]
    assert post(other, f"{answer.url}godkend/").status_code == 302
    assert free(NEXT) == 5_100_000


def test_what_waits_stands_on_the_start_page_of_who_can_answer(
    proposed, chief, chief_bur, client_for
):
    assert client_for(chief_bur).get("/").context["proposals"] == 1
    assert client_for(chief).get("/").context["proposals"] == 0


def test_turning_down_asks_for_a_reason(proposed, chief_bur, client_for, post):
    url, client = f"{proposed.get_absolute_url()}afvis/", client_for(chief_bur)
    assert post(client, url).status_code == 422
    assert post(client, url, {"reason": "Nej tak."}).status_code == 302


def test_a_transfer_that_does_not_reach_says_so_in_figures(pools, sources, chief, client_for, post):
    places = {
        "from_year": YEAR,
        "from_source": sources[0].pk,
        "to_year": NEXT,
        "to_source": sources[0].pk,
    }
    answer = post(
        client_for(chief),
        reverse("budget:propose_transfer"),
        {**places, "amount": "3.000.000", "reason": "x"},
    )
    assert answer.status_code == 422
    assert "har kun 2.500.000" in answer.text


def test_before_and_after_follow_what_is_typed(pools, sources, chief, client_for):
    typed = {"year": NEXT, "source": sources[0].pk, "direction": "out", "amount": "100.000"}
    part = client_for(chief).get(
        reverse("budget:propose_allocation"), typed, headers={"HX-Request": "true"}
    )
    whole = part.context["changes"][0]
    assert (whole.allocated, whole.allocated_after, whole.free_after) == (
        5_000_000,
        4_900_000,
        4_900_000,
    )


def test_opening_starts_from_the_start_figures(pools, sources, chief, client_for, post):
    client, url = client_for(chief), reverse("budget:propose_opening")
    initial = client.get(url).context["form"].initial
    assert set(initial.values()) == {2_500_000}
    answer = post(client, url, {**initial, "reason": "Nyt år."})
    assert Proposal.objects.get(pk=answer.url.split("/")[-2]).lines.count() == 2


def test_a_correction_is_shown_both_ways(held, chief, chief_bur, client_for, post):
    posting, client = Posting.objects.get(reference=held), client_for(chief)
    answer = post(client, reverse("budget:posting", args=[posting.pk]), {"reason": "Fejl."})
    post(client_for(chief_bur), f"{answer.url}godkend/")
    page = client.get("/budget/posteringer/", {"art": "forbrug"}).text
    assert f"Rettet med nr. {posting.reversed_by.pk}" in page
    assert f"Retter nr. {posting.pk}" in page


def test_the_case_is_a_link_for_those_who_see_cases(held, chief, client_for):
    assert "/sager/SF-2026-0001/" not in client_for(chief).get("/budget/posteringer/").text
    Membership.objects.create(user=chief, role="committee_member")
    assert "/sager/SF-2026-0001/" in client_for(chief).get("/budget/posteringer/").text


def test_every_figure_of_a_pool_leads_to_its_lines(held, sources, chief, client_for):
    client = client_for(chief)
    page = client.get("/budget/", {"aar": NEXT}).text
    for query in ("tal=tildelt", "tal=disponeret", "tal=udbetalt", "tal=fri", "tal=brugt"):
        assert f'href="/budget/posteringer/?{query}&amp;aar={NEXT}' in page
    lines = client.get("/budget/posteringer/", {"aar": NEXT, "ramme": sources[0].pk}).context[
        "rows"
    ]
    assert sum(line.amount for line, *_ in lines) == 2_500_000
