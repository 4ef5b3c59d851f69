"""The dashboard over 500 grants: every figure that it shows, reckoned again from the postings by SQL of its own."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from budget.books import actions as books
from budget.models import FundingSource
from budget.tariff import by_fiscal_year, days_in
from skolefleks.danish import kr
from tests.conftest import NEXT, YEAR

GRANTS = 500


# Allocated, given, paid of a year; the rest follows.
POOL = """
    SELECT coalesce(sum(amount) FILTER (WHERE kind = 'allocation'), 0),
           coalesce(sum(amount) FILTER (WHERE kind IN ('commitment', 'release')), 0),
           coalesce(sum(amount) FILTER (WHERE kind = 'payment'), 0)
    FROM budget_posting WHERE pool_id = %s
"""


DISTRICTS = """
    SELECT d.name, count(DISTINCT p.reference), sum(p.days), sum(p.amount) FILTER (WHERE p.kind <> 'payment')
    FROM budget_posting p JOIN skolefleks_district d ON d.id = p.district_id
    WHERE p.pool_id = %s GROUP BY d.id ORDER BY d.sort_key
"""


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


@pytest.fixture
def caseload(pools, schools, chair, chief):
    """500 grants of many sizes in five districts: every 7th paid in part, every 11th cut short within its first year."""
    for source in FundingSource.objects.all():
        for year in (YEAR, NEXT):
            books.allocate(year=year, source=source, amount=60_000_000, by=chief)
    places = [school.district for school in schools.values()]
    for number in range(GRANTS):
        reference, district = uuid.uuid4(), places[number % 5]
        starts_on = date(YEAR, 1, 1) + timedelta(days=number % 200)
        terms = 90_001 + 331 * number, starts_on
        books.commit(
            reference, by_fiscal_year(*terms, date(NEXT, 7, 31)), district=district, by=chair
        )
        if number % 7 == 0:
            books.pay(reference, year=YEAR, amount=1_003 + number, district=district, by=chief)
        if number % 11 == 0:
            keep = by_fiscal_year(*terms, starts_on + timedelta(days=90))
            books.release(reference, keep=keep, years=[YEAR, NEXT], by=chair)
    call_command("load_figures", verbosity=0)


def the_pool(page, year):
    """The year's pool and the next one's: the table, the bar with its legend, and the sentence."""
    sentence = []
    for shown, segments, _ in page.context["pools"]:
        [(allocated, given, paid)] = sql(POOL, shown.year)
        figures = (allocated, given - paid, paid, allocated - given)
        assert (shown.allocated, shown.committed, shown.paid, shown.free) == figures
        assert all(kr(amount) in page.text for amount in figures)
        drawn = [(segment.text, round(segment.width * allocated / 100)) for segment in segments]
        assert drawn == [(kr(amount), amount) for amount in (paid, given - paid, allocated - given)]
        sentence.append(f"{kr(allocated - given)} fri i {shown.year}")
    assert [shown.year for shown, *_ in page.context["pools"]] == [year, year + 1]
    assert f"Der er {' og '.join(sentence)}." in page.text


# What each frame gives, and its part of what is used: rounded down, the kroner left over to the largest remainders.
FRAMES = """
    WITH fed AS (
        SELECT source_id, sum(amount) AS amount FROM budget_posting WHERE pool_id = %(year)s AND kind = 'allocation'
        GROUP BY source_id
    ), borne AS (
        SELECT fed.*, div(used * amount, whole) AS part, mod(used * amount, whole) AS remainder, used
        FROM fed, (SELECT sum(amount) AS whole FROM fed) w,
            (SELECT coalesce(sum(amount), 0) AS used FROM budget_posting
                WHERE pool_id = %(year)s AND kind IN ('commitment', 'release')) u
    ), ranked AS (
        SELECT *, row_number() OVER (ORDER BY remainder DESC, source_id) AS place,
            used - sum(part) OVER () AS left_over FROM borne
    )
    SELECT s.name, s.centre, amount, part + (place <= left_over)::int, amount - part - (place <= left_over)::int
    FROM ranked JOIN budget_fundingsource s ON s.id = source_id ORDER BY source_id
"""


def the_frames(page, year):
    for shown, *_ in page.context["pools"]:
        with connection.cursor() as cursor:
            cursor.execute(FRAMES, {"year": shown.year})
            frames = [
                (name, centre, *map(int, amounts)) for name, centre, *amounts in cursor.fetchall()
            ]
        assert [(f.name, f.centre, f.amount, f.used, f.free) for f in shown.frames] == frames
        assert all(kr(amount) in page.text for _, _, *amounts in frames for amount in amounts)


def in_all(page, year):
    """The row of all districts, and what is said of it in words."""
    [(allocated, given, _)] = sql(POOL, year)
    [(places, days)] = sql(
        "SELECT sum(places), sum(days) FROM budget_posting WHERE pool_id = %s", year
    )
    [(average, full)] = sql(
        "SELECT round(%s::numeric * %s / %s), %s::numeric / %s",
        given,
        days_in(year),
        days,
        days,
        days_in(year),
    )
    total = page.context["district_part"]["pool"].total
    assert (total.places, total.days, total.amount, total.average_tariff) == (
        places,
        days,
        given,
        average,
    )
    assert all(
        kr(int(amount)) in page.text
        for amount in (given, average, allocated // 25, allocated // 30)
    )
    one_decimal = f"{full:.1f}".replace(".", ",")
    assert (
        f"{places} elever har en plads i {year} ({one_decimal} helårselever); der forventes 25-30."
        in page.text
    )
    assert page.context["district_part"]["total_meter"].text == str(places)


def the_warnings(page, year):
    used = {y: sql(POOL, y)[0][1] * 100 // sql(POOL, y)[0][0] for y in (year, year + 1)}
    assert [text.split(" %")[0] for _, text in page.context["warnings"]] == [
        str(n) for n in used.values() if n >= 80
    ]


def the_districts(page, year):
    part = page.context["district_part"]
    shown = {
        row.name: (row.days, row.amount, row.average_tariff, row.full_year_pupils)
        for row, *_ in part["districts"]
    }
    for name, _, days, amount in sql(DISTRICTS, year):
        average = int(sql("SELECT round(%s::numeric * %s / %s)", amount, days_in(year), days)[0][0])
        assert shown[name] == (days, amount, average, days / days_in(year))
        assert all(
            text in page.text
            for text in (kr(amount), kr(average), f"{days / days_in(year):.1f}".replace(".", ","))
        )


def the_places(page, year):
    """A pupil counts in a year for as long as anything is left of the grant in it."""
    left = "SELECT district_id FROM budget_posting WHERE pool_id = %s AND kind <> 'payment' GROUP BY reference, district_id"
    counted = dict(
        sql(
            f"SELECT district_id, count(*) FROM ({left} HAVING sum(days) > 0) x GROUP BY district_id",
            year,
        )
    )
    shown = {row.district_id: row.places for row, *_ in page.context["district_part"]["districts"]}
    assert shown == counted
    assert all(
        meter.text == str(row.places)
        for row, meter, _ in page.context["district_part"]["districts"]
    )


def day_treatment(page):
    table = {row[0]: row[1:] for row in page.context["day_treatment"]["total_chart"].rows}
    rows = sql(
        "SELECT year, full_year_pupils, amount, round(amount / full_year_pupils) FROM budget_daytreatmenttotal"
    )
    assert table == {
        str(y): [str(p).replace(".", ","), kr(round(a)), kr(int(each))] for y, p, a, each in rows
    }
    for row in page.context["day_treatment"]["rows"]:
        of = "SELECT full_year_pupils FROM budget_daytreatmentfigure f LEFT JOIN skolefleks_district d ON d.id = district_id"
        found = sql(
            f"{of} WHERE coalesce(d.name, 'Anbragt') = %s AND year IN (2017, 2018, 2020) ORDER BY year",
            row["name"],
        )
        y2017, y2018, y2020 = (str(value).replace(".", ",") for (value,) in found)
        assert (row["latest"], [level for _, level in row["levels"]]) == (y2020, [y2018, y2017])


def changes(page):
    """How day treatment has changed since the first level to be back at, by district and in all."""
    part = page.context["day_treatment"]
    for row in [*part["rows"], part["total"]]:
        of = "SELECT full_year_pupils FROM budget_daytreatmentfigure f LEFT JOIN skolefleks_district d ON d.id = district_id"
        of += " WHERE coalesce(d.name, 'Anbragt') = %s"
        if row["name"] == "I alt":
            of = "SELECT full_year_pupils FROM budget_daytreatmenttotal WHERE 'I alt' = %s"
        [(change,)] = sql(
            f"SELECT ({of} AND year = 2020) - ({of} AND year = 2017)", row["name"], row["name"]
        )
        assert row["change"] == f"{change:+.1f}".replace(".", ",").replace("-", "−")


CHECKS = (the_pool, the_frames, the_districts, the_places, in_all, the_warnings)


def test_every_figure_over_500_grants_is_what_the_postings_say(
    caseload, client_for, chief, chair, schools
):
    assert sql(
        "SELECT count(DISTINCT reference) FROM budget_posting WHERE kind = 'commitment'"
    ) == [(GRANTS,)]
    for year in (YEAR, NEXT):
        page = client_for(chief).get("/budget/", {"aar": year})
        for check in CHECKS:
            check(page, year)
        day_treatment(page)
        changes(page)
    more = by_fiscal_year(1_001, date(NEXT, 1, 1), date(NEXT, 12, 31))
    books.commit(uuid.uuid4(), more, district=schools["Baltorpskolen"].district, by=chair)
    for check in CHECKS[:-1]:  # a posting that the page did not count is found
        with pytest.raises(AssertionError):
            check(page, NEXT)
