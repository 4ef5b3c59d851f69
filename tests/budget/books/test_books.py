"""The books: nothing is changed, nothing is overdrawn, and the sums are the postings' own."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from budget.books import actions as books
from budget.books.holdings import holdings
from budget.models import FundingSource, Posting, Standing
from budget.tariff import Part, by_fiscal_year
from skolefleks.refusals import NotPossible
from tests.conftest import AFTER, NEXT, YEAR
from tests.roles import as_owner, guards_off
from tests.scenes import kept

YEARS = (YEAR, NEXT, AFTER)


# What the postings themselves add up to, against what stands; any row is a difference. By hand, as
# in the proof.
DIFFERENCES = """
    WITH sums AS (
        SELECT pool_id, district_id, source_id,
               coalesce(sum(amount) FILTER (WHERE kind = 'allocation'), 0) AS allocated,
               coalesce(sum(amount) FILTER (WHERE kind IN ('commitment', 'release')), 0)
               - coalesce(sum(amount) FILTER (WHERE kind = 'payment'), 0) AS committed,
               coalesce(sum(amount) FILTER (WHERE kind = 'payment'), 0) AS paid,
               sum(places) AS places, sum(days) AS days
        FROM budget_posting GROUP BY pool_id, district_id, source_id
    ), kept AS (
        SELECT pool_id, district_id, source_id, allocated, committed, paid, places, days
        FROM budget_standing
    )
    SELECT * FROM (
        (SELECT * FROM sums EXCEPT SELECT * FROM kept)
        UNION ALL
        (SELECT * FROM kept EXCEPT SELECT * FROM sums)
    ) AS difference
"""


def differences():
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        return cursor.fetchall()


def run(sql, *values):
    """Run raw SQL, as somebody with a database client would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, values)


def free(year):
    return Standing.objects.free([year])[year]


@pytest.fixture
@kept
def district(schools):
    return schools["Baltorpskolen"].district


@pytest.fixture
@kept
def commitment(pools, district, chair):
    """215,000 a year from next new year to the end of July after it, committed."""
    reference = uuid.uuid4()
    parts = by_fiscal_year(215_000, date(NEXT, 1, 1), date(AFTER, 7, 31))
    books.commit(reference, parts, district=district, by=chair, text="SF-0001")
    return reference


# -- the acts -------------------------------------------------------------------------------------
def test_a_commitment_over_new_year_takes_from_both_fiscal_years(commitment):
    parts = by_fiscal_year(215_000, date(NEXT, 1, 1), date(AFTER, 7, 31))
    assert free(YEAR) == 5_000_000
    assert free(NEXT) == 5_000_000 - 215_000
    assert free(AFTER) == 5_000_000 - parts[AFTER].amount


def test_a_commitment_counts_its_pupil_and_the_days_of_each_year(commitment, district):
    standing = Standing.objects.get(pool=AFTER, district=district)
    assert (standing.places, standing.days) == (1, (date(AFTER, 8, 1) - date(AFTER, 1, 1)).days)


def test_a_commitment_that_would_overdraw_next_year_changes_nothing(pools, district, chair):
    parts = {YEAR: Part(1_000_000, 100), NEXT: Part(5_000_001, 365)}
    with pytest.raises(books.Overdrawn, match=str(NEXT)) as refused:
        books.commit(uuid.uuid4(), parts, district=district, by=chair)
    assert refused.value.short == {NEXT: (5_000_000, 5_000_001)}
    assert free(YEAR) == free(NEXT) == 5_000_000
    assert not Posting.objects.filter(kind="commitment").exists()


def test_the_whole_pool_may_be_committed_to_the_last_krone(pools, district, chair):
    books.commit(uuid.uuid4(), {NEXT: Part(5_000_000, 365)}, district=district, by=chair)
    assert free(NEXT) == 0
    with pytest.raises(books.Overdrawn):
        books.commit(uuid.uuid4(), {NEXT: Part(1, 1)}, district=district, by=chair)


def test_a_year_without_a_pool_is_named(pools, district, chair):
    with pytest.raises(books.NoPool, match=str(AFTER + 1)):
        books.commit(uuid.uuid4(), {AFTER + 1: Part(1, 1)}, district=district, by=chair)


def test_release_gives_back_what_is_not_kept(commitment, district, chair):
    keep = by_fiscal_year(215_000, date(NEXT, 1, 1), date(NEXT, 6, 30))
    given_back = books.release(commitment, keep=keep, years=[NEXT, AFTER], by=chair)
    assert free(NEXT) == 5_000_000 - keep[NEXT].amount
    assert free(AFTER) == 5_000_000
    assert given_back[NEXT] == 215_000 - keep[NEXT].amount
    assert Standing.objects.get(pool=AFTER, district=district).places == 0
    assert Standing.objects.get(pool=NEXT, district=district).days == keep[NEXT].days


def test_release_touches_only_the_years_it_is_asked_for(commitment, chair):
    given_back = books.release(commitment, keep={}, years=[AFTER], by=chair)
    assert list(given_back) == [AFTER]
    assert free(NEXT) == 5_000_000 - 215_000


def test_payment_moves_committed_to_paid_and_leaves_the_free_amount(commitment, district, chief):
    books.pay(commitment, year=NEXT, amount=50_000, district=district, by=chief)
    standing = Standing.objects.get(pool=NEXT, district=district)
    assert (standing.committed, standing.paid) == (165_000, 50_000)
    assert free(NEXT) == 5_000_000 - 215_000


def test_no_more_is_paid_than_was_committed(commitment, district, chief):
    books.pay(commitment, year=NEXT, amount=215_000, district=district, by=chief)
    with pytest.raises(books.Overdrawn):
        books.pay(commitment, year=NEXT, amount=1, district=district, by=chief)


def test_what_is_paid_is_not_free_until_it_is_back(commitment, district, chief, chair):
    books.pay(commitment, year=NEXT, amount=100_000, district=district, by=chief)
    books.release(commitment, keep={NEXT: Part(60_000, 100)}, years=[NEXT], by=chair)
    assert free(NEXT) == 5_000_000 - 100_000
    assert holdings(commitment)[0].owed == 40_000
    books.pay(commitment, year=NEXT, amount=-40_000, district=district, by=chief)
    assert free(NEXT) == 5_000_000 - 60_000
    assert holdings(commitment)[0].owed == 0


def test_of_what_is_given_more_only_what_is_not_owed_is_committed(
    commitment, district, chief, chair
):
    books.pay(commitment, year=NEXT, amount=100_000, district=district, by=chief)
    books.release(commitment, keep={NEXT: Part(60_000, 100)}, years=[NEXT], by=chair)
    # One krone more than is owed.
    more = books.HoldingChange(commitment, NEXT, 40_001, district.pk, "SF-0001")
    books.commit_more([more], None, by=chair)
    assert free(NEXT) == 5_000_000 - 100_001
    assert holdings(commitment)[0].owed == 0


def test_no_more_comes_back_than_is_owed(commitment, district, chief, chair):
    books.pay(commitment, year=NEXT, amount=100_000, district=district, by=chief)
    with pytest.raises(NotPossible):
        books.pay(commitment, year=NEXT, amount=-1, district=district, by=chief)


def test_an_allocation_is_not_taken_back_once_it_is_spent(pools, district, chair, chief, sources):
    books.commit(uuid.uuid4(), {NEXT: Part(4_000_000, 365)}, district=district, by=chair)
    with pytest.raises(books.Overdrawn):
        books.allocate(year=NEXT, source=sources[0], amount=-1_000_001, by=chief)


def test_only_a_centre_chief_allocates_and_pays(commitment, district, sources, member):
    with pytest.raises(PermissionDenied):
        books.allocate(year=NEXT, source=sources[0], amount=1, by=member)
    with pytest.raises(PermissionDenied):
        books.pay(commitment, year=NEXT, amount=1, district=district, by=member)


# -- what the database itself refuses, and that it is the guard that refuses ----------------------
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE budget_posting SET amount = amount + 1",
        "DELETE FROM budget_posting",
        "TRUNCATE budget_posting CASCADE",
        "TRUNCATE budget_pool CASCADE",
    ],
)
def test_a_posting_is_never_changed_removed_or_emptied(commitment, sql):
    before = list(Posting.objects.values())
    with as_owner(), pytest.raises(DatabaseError, match=r"Cannot|never emptied"):
        run(sql)
    assert list(Posting.objects.values()) == before


def test_without_its_guard_a_posting_could_be_changed(commitment):
    with guards_off("budget.Posting:is_never_changed"):
        run("UPDATE budget_posting SET text = 'andet'")
    assert Posting.objects.filter(text="andet").exists()


INSERT = """
    INSERT INTO budget_posting
        (pool_id, kind, amount, district_id, reference, places, days, text, made_by_id, made_at)
    VALUES (%s, %s, %s, %s, gen_random_uuid(), 1, 365, '', %s, now())
"""


def test_a_raw_line_that_would_overdraw_is_refused(pools, district, chief):
    with pytest.raises(DatabaseError, match="overdrawn by 1 DKK"):
        run(INSERT, NEXT, "commitment", 5_000_001, district.pk, chief.pk)
    run(INSERT, NEXT, "commitment", 5_000_000, district.pk, chief.pk)
    assert free(NEXT) == 0


def test_without_its_guard_the_pool_could_be_overdrawn(pools, district, chief):
    with guards_off("budget.Posting:may_not_overdraw"):
        run(INSERT, NEXT, "commitment", 5_000_001, district.pk, chief.pk)
    assert free(NEXT) == -1


@pytest.mark.parametrize(
    ("kind", "amount", "refusal"),
    [
        ("commitment", 0, "a_posting_is_never_zero"),
        ("commitment", -1, "a_commitment_takes"),
        ("release", 1, "a_release_gives_back"),
        ("release", -1, "nothing_is_given_back_twice"),
        ("payment", 1, "nothing_is_given_back_twice"),
        ("allocation", 1, "an_allocation_has_a_source"),
    ],
)
@pytest.mark.usefixtures("pools")
def test_a_line_that_makes_no_sense_is_refused(district, chief, kind, amount, refusal):
    with pytest.raises(DatabaseError, match=refusal):
        run(INSERT, NEXT, kind, amount, district.pk, chief.pk)


INSERT_SUMS = """
    INSERT INTO budget_standing (pool_id, allocated, committed, paid, places, days)
    VALUES (2000, 9, 0, 0, 0, 0)
"""


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE budget_standing SET committed = 0",
        "DELETE FROM budget_standing",
        "TRUNCATE budget_standing",
        INSERT_SUMS,
    ],
)
def test_the_sums_follow_the_postings_and_are_not_written_by_hand(commitment, sql):
    before = list(Standing.objects.order_by("pk").values())
    refused = pytest.raises(DatabaseError, match=r"cannot be written by itself|never emptied")
    with as_owner(), refused:
        run(sql)
    assert list(Standing.objects.order_by("pk").values()) == before


# -- the sums --------------------------------------------------------------------------------------
def test_with_the_sums_left_out_the_proof_says_so(pools, district, chair):
    assert differences() == []
    with guards_off("budget.Posting:adds_up"):
        books.commit(uuid.uuid4(), {NEXT: Part(1_000, 1)}, district=district, by=chair)
    assert len(differences()) == 1


def test_the_pools_are_fed_by_both_centres(pools):
    assert {source.centre_id for source in FundingSource.objects.all()} == {"C-SIK", "C-BUR"}
    assert Standing.objects.free(YEARS) == dict.fromkeys(YEARS, 5_000_000)


# -- many at once --------------------------------------------------------------------------
def test_one_krone_more_than_is_free_is_refused_in_words(pools, district, chair):
    reference = uuid.uuid4()
    books.commit(reference, {NEXT: Part(5_000_000, days=365)}, district=district, by=chair)
    more = books.HoldingChange(reference, NEXT, 1, district.pk, "SF-0001")
    with pytest.raises(books.Overdrawn) as refusal:
        books.commit_more([more], None, by=chair)
    assert refusal.value.short == {NEXT: (0, 1)}
