"""The list of postings: filtered, added up, page by page, for the centre chiefs."""

from __future__ import annotations

import pytest
from django.db import connection

from skolefleks.danish import kr
from tests.conftest import NEXT, YEAR

POSTINGS = "/budget/posteringer/"


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def test_the_postings_are_filtered_by_year_kind_and_district(caseload, client_for, chief, schools):
    district = schools["Skovlunde Skole"].district
    query = {"aar": YEAR, "art": "payment", "distrikt": district.pk}

    [posting] = client_for(chief).get(POSTINGS, query).context["page"].rows
    assert posting.pool_id == YEAR
    assert posting.kind == "payment"
    assert posting.district == district
    assert posting.amount == 40_004


COMMITTED_BY_HAND = """
    SELECT sum(amount) FROM budget_posting WHERE pool_id = %s AND district_id = %s
"""


def test_the_sums_of_a_filter_are_the_postings_own(caseload, client_for, chief, schools):
    district = schools["Skovlunde Skole"].district

    page = client_for(chief).get(POSTINGS, {"aar": NEXT, "distrikt": district.pk})

    [(committed,)] = sql(COMMITTED_BY_HAND, NEXT, district.pk)
    _, sums = page.context["standing"]
    assert sums == [("Disponeret", kr(committed)), ("Udbetalt", kr(0))]


def test_the_sums_without_a_filter_are_those_of_all_pools(caseload, client_for, chief):
    page = client_for(chief).get(POSTINGS)

    [(free,)] = sql("SELECT sum(allocated - committed - paid) FROM budget_standing")
    sums = dict(page.context["standing"][1])
    assert sums["Tildelt"] == kr(15_000_000)
    assert sums["Fri"] == kr(free)


def test_every_posting_is_on_one_page_and_on_one_only(caseload, client_for, chief):
    client = client_for(chief)
    keys = []
    query = "?"
    while query:
        page = client.get(POSTINGS + query).context["page"]
        keys += [row.pk for row in page.rows]
        query = page.next

    rows = sql("SELECT id FROM budget_posting ORDER BY id DESC")
    assert keys == [pk for (pk,) in rows]


@pytest.mark.parametrize("wrong", [{"art": "gave"}, {"distrikt": "0"}, {"distrikt": "x"}])
def test_a_filter_that_does_not_exist_is_not_found(pools, client_for, chief, wrong):
    assert client_for(chief).get(POSTINGS, wrong).status_code == 404


def test_a_filter_that_nothing_passes_says_so(pools, client_for, chief):
    client = client_for(chief)
    assert "Ingen posteringer passer" in client.get(POSTINGS, {"art": "payment"}).text
    assert "Der er endnu ingen posteringer" not in client.get(POSTINGS).text


@pytest.mark.usefixtures("pools")
def test_the_postings_are_for_the_centre_chiefs(client_for, chief_bur, chair, follower, leader):
    assert client_for(chief_bur).get(POSTINGS).status_code == 200
    for user in (chair, follower, leader):
        assert client_for(user).get(POSTINGS).status_code == 403
