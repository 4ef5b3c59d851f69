"""One table says what each kind of posting does, and nothing takes an unknown kind for another."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import get_args

import pytest
from django.db import DatabaseError, connection, transaction

from budget.books import actions as books
from budget.books import claims, filters, measures, proof_sql
from budget.books.proof import as_it_stood, of_the_books
from budget.exports.tables import posting_table
from budget.models import Posting, Standing
from budget.models.posting_kinds import Measured, PostingKind, UnknownKind, kind_named, sum_of
from budget.proving import since, sql
from budget.tariff import Part
from tests.budget.books.test_proof import NEVER, run
from tests.conftest import NEXT
from tests.scenes import kept

KINDS = list(PostingKind)
POSTINGS = "/budget/posteringer/"


@pytest.fixture
@kept
def one_of_each(pools, schools, chair, chief):
    """A year with postings of every kind: 200 of 900 paid, 150 kept, 40 of the rest carried."""
    old, new = uuid.uuid4(), uuid.uuid4()
    district = schools["Baltorpskolen"].district
    books.commit(old, {NEXT: Part(900, 9)}, district=district, by=chair)
    books.pay(old, year=NEXT, amount=200, district=district, by=chief)
    books.release(old, keep={NEXT: Part(150, 5)}, years=[NEXT], by=chair)
    carried = claims.carry_from(old, {NEXT: Part(40, 4)}, by=chair)
    books.commit(new, {NEXT: Part(40, 4)}, district=district, by=chair)
    follower = SimpleNamespace(pk=new, district_id=district.pk, subject="")
    claims.carry_to(follower, carried, by=chair)


@pytest.mark.usefixtures("one_of_each")
def test_the_year_has_a_posting_of_every_kind():
    assert set(Posting.objects.values_list("kind", flat=True)) == {kind.value for kind in KINDS}


# -- every kind has its row -----------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_found_by_the_name_that_the_database_keeps(kind):
    assert kind_named(kind.value) is kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_changes_what_is_allocated_committed_or_paid(kind):
    assert kind.allocated or kind.committed or kind.paid or kind.owed


@pytest.mark.parametrize("measured", get_args(Measured))
@pytest.mark.usefixtures("one_of_each")
def test_a_sum_in_the_database_adds_up_what_the_table_says(measured):
    postings = Posting.objects.filter(pool=NEXT)
    expected = 0
    for posting in postings:
        expected += kind_named(posting.kind).counts(measured) * posting.amount

    assert postings.aggregate(sum=sum_of(measured))["sum"] == expected


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("name", ["allocated", "committed", "paid"])
def test_the_database_keeps_the_sums_that_the_table_says(name):
    of_postings = Posting.objects.filter(pool=NEXT).aggregate(sum=sum_of(name))["sum"]
    of_standings = sum(getattr(standing, name) for standing in Standing.objects.filter(pool=NEXT))
    assert of_standings == of_postings


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_the_trigger_that_keeps_the_sums_names_every_kind(kind):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = 'budget_posting'::regclass AND t.tgname LIKE 'pgtrigger_adds_up%'"
        )
        [[source]] = cursor.fetchall()
    assert f"WHEN '{kind.value}' THEN" in source


# -- screens and files ----------------------------------------------------------------------------
@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_postings_is_filtered_by_every_kind(kind, client_for, chief):
    page = client_for(chief).get(POSTINGS, {"art": kind.value})
    assert f'<option value="{kind.value}" selected>{kind.label}</option>' in page.text
    assert {posting.kind for posting in page.context["page"].rows} == {kind.value}


def test_a_filter_offers_every_kind_and_no_other():
    offered = dict(filters.kind_choices())
    assert offered.keys() - {filters.SPENDING, filters.CORRECTIONS} == {
        kind.value for kind in KINDS
    }


@pytest.mark.usefixtures("one_of_each")
def test_all_spending_is_all_that_names_a_district(client_for, chief):
    page = client_for(chief).get(POSTINGS, {"art": filters.SPENDING})
    kinds = {posting.kind for posting in page.context["page"].rows}
    assert kinds == set(
        Posting.objects.filter(district__isnull=False).values_list("kind", flat=True)
    )


@pytest.mark.usefixtures("one_of_each")
def test_a_file_of_postings_calls_every_kind_by_its_danish_name():
    names = {row[2] for row in posting_table(Posting.objects.all()).rows}
    assert names == {kind.label for kind in KINDS}


# -- an unknown kind ------------------------------------------------------------------------------
LOOK_UPS = {
    "its row": lambda posting: kind_named(posting.kind),
    "its name": lambda posting: posting.get_kind_display(),
    "itself in words": str,
    "a line of a file": lambda posting: list(posting_table([posting]).rows),
}
LOOK_UPS |= {
    f"what it counts behind {measure.label}": measure.counts
    for measure in measures.MEASURES.values()
    if measure.measured
}


@pytest.mark.parametrize("look_up", LOOK_UPS)
def test_an_unknown_kind_is_an_error_wherever_it_is_looked_up(look_up, chief):
    posting = Posting(kind="gift", amount=1, made_by=chief)
    with pytest.raises(UnknownKind, match="gift"):
        LOOK_UPS[look_up](posting)


@pytest.mark.usefixtures("pools")
@pytest.mark.parametrize("address", ["", "regneark/", "csv/"])
def test_an_address_that_asks_for_an_unknown_kind_is_not_found(address, client_for, chief):
    assert client_for(chief).get(f"{POSTINGS}{address}", {"art": "gift"}).status_code == 404


@pytest.mark.parametrize("side", ["source_id", "district_id"])
def test_the_database_refuses_a_posting_of_an_unknown_kind(side, pools, sources, chief):
    insert = (
        f"INSERT INTO budget_posting (pool_id, kind, amount, {side}, reference,"
        " places, days, text, made_by_id, made_at)"
        " VALUES (%s, 'gift', 1, %s, gen_random_uuid(), 0, 0, '', %s, now())"
    )
    with (
        pytest.raises(DatabaseError, match="an_allocation_has_a_source_and_the_rest"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(insert, [NEXT, sources[0].pk, chief.pk])


# -- the proof, whose SQL is written by hand ------------------------------------------------------
# What is owed changes no sum of the pool: it is held against the plan (budget.proving.leaving).
KEPT_IN_SUMS = [kind for kind in KINDS if kind.allocated or kind.committed or kind.paid]
QUESTIONS_BY_KIND = {
    "STOOD": KEPT_IN_SUMS,
    "SUMS": KEPT_IN_SUMS,
    "OVERDRAWN": KINDS,
    "PAID": [kind for kind in KINDS if kind.used or kind.paid],
}


@pytest.mark.parametrize("question", QUESTIONS_BY_KIND)
def test_every_sum_of_the_proof_names_every_kind(question):
    sql = getattr(proof_sql, question)
    for kind in QUESTIONS_BY_KIND[question]:
        assert f"'{kind.value}'" in sql


@pytest.mark.parametrize("question", QUESTIONS_BY_KIND)
def test_no_sum_of_the_proof_takes_a_kind_for_the_rest(question):
    sql = getattr(proof_sql, question)
    assert "kind <>" not in sql
    assert "ELSE" not in sql


# The latest proof's own sums, and the plan against the books.
QUESTIONS_OF_THE_TRAIL = {
    "sums": (since._SUMS, KEPT_IN_SUMS),
    "paid": (since._PAID, [kind for kind in KINDS if kind.used or kind.paid]),
    "planned": (sql.PLANNED, [kind for kind in KINDS if not kind.allocated]),
}


@pytest.mark.parametrize("question", QUESTIONS_OF_THE_TRAIL)
def test_every_sum_of_the_proof_both_ways_names_every_kind(question):
    text, kinds = QUESTIONS_OF_THE_TRAIL[question]
    assert [kind for kind in kinds if f"'{kind.value}'" not in text] == []


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("kind", KEPT_IN_SUMS)
def test_the_proof_finds_a_changed_amount_of_every_kind(kind):
    assert _sums_are_proved()
    run(
        "UPDATE budget_posting SET amount = amount + 1 WHERE kind = %s AND pool_id = %s",
        *(kind.value, NEXT),
        ignoring=NEVER,
    )
    assert not _sums_are_proved()


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("kind", KINDS)
def test_the_pool_as_it_stood_counts_every_kind(kind):
    before = _stood()
    posting = Posting.objects.filter(kind=kind, pool=NEXT).first()
    run("DELETE FROM budget_posting WHERE id = %s", posting.pk, ignoring=NEVER)

    after = _stood()
    for name in ("allocated", "committed", "paid"):
        assert before[name] - after[name] == kind.counts(name) * posting.amount


def _sums_are_proved():
    return of_the_books()[0].holds


def _stood():
    for year in as_it_stood():
        if year.year == NEXT:
            return {"allocated": year.allocated, "committed": year.committed, "paid": year.paid}
    raise AssertionError(f"{NEXT} has no pool")
