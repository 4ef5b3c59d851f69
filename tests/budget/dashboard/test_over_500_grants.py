"""Every figure of the dashboard over 500 grants, reckoned again from the postings.

The SQL here is written by hand and shares nothing with the page: what both say is right, or wrong
twice in the same way.
"""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.db import connection

from budget.books import actions as books
from budget.tariff import by_fiscal_year, days_in
from skolefleks.danish import kr
from tests.budget.conftest import GRANTS
from tests.conftest import NEXT, YEAR

# Allocated, granted, paid of a year; the rest follows.
POOL = """
    SELECT coalesce(sum(amount) FILTER (WHERE kind = 'allocation'), 0),
           coalesce(sum(amount) FILTER (WHERE kind IN ('commitment', 'release')), 0),
           coalesce(sum(amount) FILTER (WHERE kind = 'payment'), 0)
    FROM budget_posting WHERE pool_id = %s
"""

DISTRICTS = """
    SELECT d.name, sum(p.days), sum(p.amount) FILTER (WHERE p.kind <> 'payment')
    FROM budget_posting p JOIN skolefleks_district d ON d.id = p.district_id
    WHERE p.pool_id = %s GROUP BY d.id ORDER BY d.sort_key
"""

# What each frame gives, and its part of what is used: rounded down, the kroner left over to the
# largest remainders.
FRAMES = """
    WITH fed AS (
        SELECT source_id, sum(amount) AS amount FROM budget_posting
        WHERE pool_id = %s AND kind = 'allocation' GROUP BY source_id
    ), borne AS (
        SELECT fed.*, div(used * amount, whole) AS part, mod(used * amount, whole) AS remainder,
            used
        FROM fed, (SELECT sum(amount) AS whole FROM fed) w,
            (SELECT coalesce(sum(amount), 0) AS used FROM budget_posting
                WHERE pool_id = %s AND kind IN ('commitment', 'release')) u
    ), ranked AS (
        SELECT *, row_number() OVER (ORDER BY remainder DESC, source_id) AS place,
            used - sum(part) OVER () AS left_over FROM borne
    )
    SELECT s.name, s.centre, amount::int, (part + (place <= left_over)::int)::int,
        (amount - part - (place <= left_over)::int)::int
    FROM ranked JOIN budget_fundingsource s ON s.id = source_id ORDER BY source_id
"""

# A pupil counts in a year for as long as anything is left of the grant in it.
PLACES = """
    SELECT district_id, count(*) FROM (
        SELECT district_id FROM budget_posting WHERE pool_id = %s AND kind <> 'payment'
        GROUP BY reference, district_id HAVING sum(days) > 0
    ) running GROUP BY district_id
"""

TOTALS = """
    SELECT year, full_year_pupils, amount, round(amount / full_year_pupils)
    FROM budget_daytreatmenttotal
"""

DAY_TREATMENT = """
    SELECT full_year_pupils FROM budget_daytreatmentfigure
    LEFT JOIN skolefleks_district d ON d.id = district_id
    WHERE coalesce(d.name, 'Anbragt') = %s AND year = %s
"""

DAY_TREATMENT_IN_ALL = """
    SELECT full_year_pupils FROM budget_daytreatmenttotal WHERE 'I alt' = %s AND year = %s
"""


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def one_decimal(number):
    return f"{number:.1f}".replace(".", ",")


def shows(page, amounts):
    return all(kr(int(amount)) in page.text for amount in amounts)


# -- the pool --


def check_pools(page, year):
    """The year's pool and the next one's: what is free, the table, the bar with its legend."""
    assert [pool.year for pool, *_ in page.context["pools"]] == [year, year + 1]

    for pool, segments, _ in page.context["pools"]:
        [(allocated, granted, paid)] = sql(POOL, pool.year)
        committed = granted - paid
        free = allocated - granted
        assert (pool.allocated, pool.committed, pool.paid) == (allocated, committed, paid)
        assert pool.free == free
        assert shows(page, (allocated, committed, paid, free))

        legend = [segment.text for segment in segments]
        widths = [round(segment.width * allocated / 100) for segment in segments]
        assert legend == [f"{round(segment.width)} %" for segment in segments]
        assert widths == [paid, committed, free]
        assert f"Fri i {pool.year}" in page.text


def check_frames(page, year):
    for pool, *_ in page.context["pools"]:
        rows = sql(FRAMES, pool.year, pool.year)
        frames = [
            (frame.name, frame.centre, frame.amount, frame.used, frame.free)
            for frame in pool.frames
        ]
        assert frames == rows
        for _, _, *amounts in rows:
            assert shows(page, amounts)


def check_total(page, year):
    """The row of all districts, and the sentence about it."""
    [(allocated, granted, _)] = sql(POOL, year)
    [(places, days)] = sql(
        "SELECT sum(places), sum(days) FROM budget_posting WHERE pool_id = %s", year
    )
    [(average,)] = sql("SELECT round(%s::numeric * %s / %s)", granted, days_in(year), days)

    part = page.context["district_part"]
    total = part["pool"].total
    assert (total.places, total.days) == (places, days)
    assert (total.amount, total.average_tariff) == (granted, average)

    # The highest averages at which the money reaches for 25 and for 30 pupils.
    assert shows(page, (granted, average, allocated // 25, allocated // 30))
    full_year_pupils = one_decimal(days / days_in(year))
    sentence = (
        f"{places} elever har en bevilling i løbet af {year}: {full_year_pupils} helårselever."
    )
    assert sentence in page.text


def check_warnings(page, year):
    expected = []
    for pool_year in (year, year + 1):
        [(allocated, granted, _)] = sql(POOL, pool_year)
        percent = granted * 100 // allocated
        if percent >= 80:
            expected.append(str(percent))

    warnings = [text.split(" %")[0] for _, text in page.context["warnings"]]
    assert warnings == expected


# -- the districts --


def check_districts(page, year):
    lines = {each.row.name: each.row for each in page.context["district_part"]["rows"]}
    for name, days, amount in sql(DISTRICTS, year):
        [(average,)] = sql("SELECT round(%s::numeric * %s / %s)", amount, days_in(year), days)
        full_year_pupils = days / days_in(year)

        line = lines[name]
        assert (line.days, line.amount) == (days, amount)
        assert (line.average_tariff, line.full_year_pupils) == (average, full_year_pupils)
        assert shows(page, (amount, average))
        assert one_decimal(full_year_pupils) in page.text


def check_places(page, year):
    rows = [each.row for each in page.context["district_part"]["rows"]]
    assert {row.district_id: row.places for row in rows} == dict(sql(PLACES, year))


# -- day treatment --


def check_day_treatment(page):
    chart = page.context["part"]["total_chart"]
    expected = {}
    for year, pupils, amount, average in sql(TOTALS):
        decimal_pupils = str(pupils).replace(".", ",")
        expected[str(year)] = [decimal_pupils, kr(round(amount)), kr(int(average))]
    assert {row[0]: row[1:] for row in chart.rows} == expected

    for row in page.context["part"]["rows"]:
        figures = []
        for year in (2017, 2018, 2020):
            [(pupils,)] = sql(DAY_TREATMENT, row["name"], year)
            figures.append(str(pupils).replace(".", ","))
        in_2017, in_2018, in_2020 = figures
        assert row["latest"] == in_2020
        assert [level for _, level in row["levels"]] == [in_2018, in_2017]


def check_changes(page):
    """How day treatment has changed since the first level to be back at, by district and in all."""
    part = page.context["part"]
    for row in [*part["rows"], part["total"]]:
        query = DAY_TREATMENT
        if row["name"] == "I alt":
            query = DAY_TREATMENT_IN_ALL
        [(before,)] = sql(query, row["name"], 2017)
        [(after,)] = sql(query, row["name"], 2020)

        change = f"{after - before:+.1f}".replace(".", ",").replace("-", "−")
        assert row["change"] == change


# What a further posting changes, and what it leaves alone.
CHECKS = (check_pools, check_frames, check_districts, check_places, check_total)


def test_every_figure_over_500_grants_is_what_the_postings_say(
    five_hundred_grants, client_for, chief
):
    count = "SELECT count(DISTINCT reference) FROM budget_posting WHERE kind = 'commitment'"
    assert sql(count) == [(GRANTS,)]

    for year in (YEAR, NEXT):
        page = client_for(chief).get("/budget/", {"aar": year})
        for check in CHECKS:
            check(page, year)
        check_warnings(page, year)

    page = client_for(chief).get("/budget/dagbehandling/")
    check_day_treatment(page)
    check_changes(page)


def test_a_posting_that_the_page_did_not_count_would_be_noticed(
    fifty_grants, client_for, chief, chair, schools
):
    page = client_for(chief).get("/budget/", {"aar": NEXT})
    for check in CHECKS:
        check(page, NEXT)

    cost = by_fiscal_year(1_001, date(NEXT, 1, 1), date(NEXT, 12, 31))
    district = schools["Baltorpskolen"].district
    books.commit(uuid.uuid4(), cost, district=district, by=chair)

    for check in CHECKS:
        with pytest.raises(AssertionError):
            check(page, NEXT)
