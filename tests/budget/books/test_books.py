"""The books: nothing is changed, nothing is overdrawn, and the sums are the postings' own."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date, timedelta

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from budget.books import actions as books
from budget.models import FundingSource, Posting, Standing
from budget.tariff import Part, by_fiscal_year
from skolefleks.models import District
from tests.conftest import AFTER, NEXT, YEAR

YEARS = (YEAR, NEXT, AFTER)


# What the postings themselves add up to, against what stands; any row is a difference.
DIFFERENCES = """
    WITH sums AS (
        SELECT pool_id, district_id, source_id,
               coalesce(sum(amount) FILTER (WHERE kind = 'allocation'), 0) AS allocated,
               coalesce(sum(amount) FILTER (WHERE kind IN ('commitment', 'release')), 0)
               - coalesce(sum(amount) FILTER (WHERE kind = 'payment'), 0) AS committed,
               coalesce(sum(amount) FILTER (WHERE kind = 'payment'), 0) AS paid,
               sum(places) AS places, sum(days) AS days
        FROM budget_posting GROUP BY pool_id, district_id, source_id
    )
    SELECT * FROM (
        (SELECT * FROM sums EXCEPT
         SELECT pool_id, district_id, source_id, allocated, committed, paid, places, days FROM budget_standing)
        UNION ALL
        (SELECT pool_id, district_id, source_id, allocated, committed, paid, places, days FROM budget_standing
         EXCEPT SELECT * FROM sums)
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
def district(schools):
    return schools["Baltorpskolen"].district


@pytest.fixture
def held(pools, district, chair):
    """215,000 a year from next new year to the end of July after it, committed."""
    reference = uuid.uuid4()
    parts = by_fiscal_year(215_000, date(NEXT, 1, 1), date(AFTER, 7, 31))
    books.commit(reference, parts, district=district, by=chair, text="SF-0001")
    return reference


# -- the acts ---------------------------------------------------------------------------------------------------------
def test_a_commitment_over_new_year_takes_from_both_fiscal_years(held):
    parts = by_fiscal_year(215_000, date(NEXT, 1, 1), date(AFTER, 7, 31))
    assert free(YEAR) == 5_000_000
    assert free(NEXT) == 5_000_000 - 215_000
    assert free(AFTER) == 5_000_000 - parts[AFTER].amount


def test_a_commitment_counts_its_pupil_and_the_days_of_each_year(held, district):
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


def test_release_gives_back_what_is_not_kept(held, district, chair):
    keep = by_fiscal_year(215_000, date(NEXT, 1, 1), date(NEXT, 6, 30))
    given = books.release(held, keep=keep, years=[NEXT, AFTER], by=chair)
    assert free(NEXT) == 5_000_000 - keep[NEXT].amount
    assert free(AFTER) == 5_000_000
    assert given[NEXT] == 215_000 - keep[NEXT].amount
    assert Standing.objects.get(pool=AFTER, district=district).places == 0
    assert Standing.objects.get(pool=NEXT, district=district).days == keep[NEXT].days


def test_release_touches_only_the_years_it_is_asked_for(held, chair):
    given = books.release(held, keep={}, years=[AFTER], by=chair)
    assert list(given) == [AFTER]
    assert free(NEXT) == 5_000_000 - 215_000


def test_payment_moves_committed_to_paid_and_leaves_the_free_amount(held, district, chief):
    books.pay(held, year=NEXT, amount=50_000, district=district, by=chief)
    standing = Standing.objects.get(pool=NEXT, district=district)
    assert (standing.committed, standing.paid) == (165_000, 50_000)
    assert free(NEXT) == 5_000_000 - 215_000


def test_no_more_is_paid_than_was_committed(held, district, chief):
    books.pay(held, year=NEXT, amount=215_000, district=district, by=chief)
    with pytest.raises(books.Overdrawn):
        books.pay(held, year=NEXT, amount=1, district=district, by=chief)


def test_what_is_paid_is_not_released(held, district, chief, chair):
    books.pay(held, year=NEXT, amount=100_000, district=district, by=chief)
    with pytest.raises(books.AlreadyPaid):
        books.release(held, keep={NEXT: Part(99_999, 180)}, years=[NEXT], by=chair)
    assert free(NEXT) == 5_000_000 - 215_000


def test_an_allocation_is_not_taken_back_once_it_is_spent(pools, district, chair, chief, sources):
    books.commit(uuid.uuid4(), {NEXT: Part(4_000_000, 365)}, district=district, by=chair)
    with pytest.raises(books.Overdrawn):
        books.allocate(year=NEXT, source=sources[0], amount=-1_000_001, by=chief)


def test_only_a_centre_chief_allocates_and_pays(held, district, sources, member):
    with pytest.raises(PermissionDenied):
        books.allocate(year=NEXT, source=sources[0], amount=1, by=member)
    with pytest.raises(PermissionDenied):
        books.pay(held, year=NEXT, amount=1, district=district, by=member)


# -- what the database itself refuses, and that it is the guard that refuses ------------------------------------------
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE budget_posting SET amount = amount + 1",
        "DELETE FROM budget_posting",
        "TRUNCATE budget_posting CASCADE",
        "TRUNCATE budget_pool CASCADE",
    ],
)
def test_a_posting_is_never_changed_removed_or_emptied(held, sql):
    before = list(Posting.objects.values())
    with pytest.raises(DatabaseError, match=r"Cannot|never emptied"):
        run(sql)
    assert list(Posting.objects.values()) == before


def test_without_its_guard_a_posting_could_be_changed(held):
    with pgtrigger.ignore("budget.Posting:is_never_changed"):
        run("UPDATE budget_posting SET text = 'andet'")
    assert Posting.objects.filter(text="andet").exists()


INSERT = (
    "INSERT INTO budget_posting (pool_id, kind, amount, district_id, reference, places, days, text, made_by_id, made_at)"
    " VALUES (%s, %s, %s, %s, gen_random_uuid(), 1, 365, '', %s, now())"
)


def test_a_raw_line_that_would_overdraw_is_refused(pools, district, chief):
    with pytest.raises(DatabaseError, match="overdrawn by 1 DKK"):
        run(INSERT, NEXT, "commitment", 5_000_001, district.pk, chief.pk)
    run(INSERT, NEXT, "commitment", 5_000_000, district.pk, chief.pk)
    assert free(NEXT) == 0


def test_without_its_guard_the_pool_could_be_overdrawn(pools, district, chief):
    with pgtrigger.ignore("budget.Posting:may_not_overdraw"):
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


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE budget_standing SET committed = 0",
        "DELETE FROM budget_standing",
        "TRUNCATE budget_standing",
        "INSERT INTO budget_standing (pool_id, allocated, committed, paid, places, days) VALUES (2000, 9, 0, 0, 0, 0)",
    ],
)
def test_the_sums_follow_the_postings_and_are_not_written_by_hand(held, sql):
    before = list(Standing.objects.order_by("pk").values())
    with pytest.raises(DatabaseError, match=r"cannot be written by itself|never emptied"):
        run(sql)
    assert list(Standing.objects.order_by("pk").values()) == before


# -- the proof --------------------------------------------------------------------------------------------------------
class Books(RuleBasedStateMachine):
    """Any sequence of acts, beside books kept with pen and paper."""

    cast: dict = {}

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.free = dict.fromkeys(YEARS, 5_000_000)
        self.put_in = {(year, source): 2_500_000 for year in YEARS for source in (0, 1)}
        self.held = {}  # reference: (district, first day, tariff, amounts by year)
        self.paid = defaultdict(int)  # (reference, year): whole DKK

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @rule(
        year=st.sampled_from(YEARS),
        source=st.integers(0, 1),
        amount=st.integers(-6_000_000, 500_000).filter(bool),
    )
    def allocate(self, year, source, amount):
        overdrawn, empty = self.free[year] + amount < 0, self.put_in[year, source] + amount < 0
        with _refused(books.Overdrawn if overdrawn else books.FrameEmpty, when=overdrawn or empty):
            books.allocate(
                year=year, source=self.cast["sources"][source], amount=amount, by=self.cast["chief"]
            )
            self.free[year] += amount
            self.put_in[year, source] += amount

    @rule(
        tariff=st.integers(1_000, 1_000_000),
        starts_on=st.dates(date(YEAR, 1, 1), date(AFTER, 6, 30)),
        length=st.integers(1, 900),
        district=st.integers(0, 4),
    )
    def commit(self, tariff, starts_on, length, district):
        parts = by_fiscal_year(tariff, starts_on, starts_on + timedelta(days=length - 1))
        place, reference = self.cast["districts"][district], uuid.uuid4()
        overdrawn = any(part.amount > self.free.get(year, 0) for year, part in parts.items())
        refusal = books.NoPool if parts.keys() - self.free.keys() else books.Overdrawn
        with _refused(refusal, when=overdrawn or refusal is books.NoPool):
            books.commit(reference, parts, district=place, by=self.cast["chief"])
            self.held[reference] = (
                place,
                starts_on,
                tariff,
                {year: part.amount for year, part in parts.items()},
            )
            for year, part in parts.items():
                self.free[year] -= part.amount

    @precondition(lambda self: self.held)
    @rule(data=st.data(), days=st.integers(-1, 900))
    def end_early(self, data, days):
        reference = data.draw(st.sampled_from(sorted(self.held)))
        place, starts_on, tariff, amounts = self.held[reference]
        keep = by_fiscal_year(tariff, starts_on, starts_on + timedelta(days=days))
        kept = {
            year: min(amount, keep[year].amount if year in keep else 0)
            for year, amount in amounts.items()
        }
        with _refused(
            books.AlreadyPaid, when=any(kept[year] < self.paid[reference, year] for year in kept)
        ):
            books.release(reference, keep=keep, years=amounts.keys(), by=self.cast["chief"])
            for year, amount in amounts.items():
                self.free[year] += amount - kept[year]
            self.held[reference] = (place, starts_on, tariff, kept)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), amount=st.integers(1, 300_000))
    def pay(self, data, amount):
        reference = data.draw(st.sampled_from(sorted(self.held)))
        place, _, _, amounts = self.held[reference]
        year = data.draw(st.sampled_from(sorted(amounts)))
        with _refused(books.Overdrawn, when=amount > amounts[year] - self.paid[reference, year]):
            books.pay(reference, year=year, amount=amount, district=place, by=self.cast["chief"])
            self.paid[reference, year] += amount

    @invariant()
    def what_stands_is_what_the_postings_add_up_to(self):
        assert differences() == []
        assert Standing.objects.free(YEARS) == self.free
        assert min(self.free.values()) >= 0


class _refused:  # noqa: N801 - reads as a sentence
    """The act inside is refused just when it should be, and then nothing after it happens."""

    def __init__(self, refusal, *, when):
        self.refusal, self.when = refusal, when

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        assert bool(self.when) == (kind is not None and issubclass(kind, self.refusal)), (
            error or "was not refused"
        )
        return self.when


def test_no_sequence_of_acts_makes_the_sums_and_the_postings_differ(pools, sources, chief):
    Books.cast = {"sources": sources, "chief": chief, "districts": list(District.objects.all())}
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=4,
            stateful_step_count=60,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_with_the_sums_left_out_the_proof_says_so(pools, district, chair):
    assert differences() == []
    with pgtrigger.ignore("budget.Posting:adds_up"):
        books.commit(uuid.uuid4(), {NEXT: Part(1_000, 1)}, district=district, by=chair)
    assert len(differences()) == 1


def test_the_pools_are_fed_by_both_centres(pools):
    assert {source.centre for source in FundingSource.objects.all()} == {"C-SIK", "C-BUR"}
    assert Standing.objects.free(YEARS) == dict.fromkeys(YEARS, 5_000_000)
