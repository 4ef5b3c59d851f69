"""The dashboard: right to the krone, as fast with many postings, nothing for the wrong eyes."""

from __future__ import annotations

import uuid
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from budget.books import actions as books
from budget.books import queries as books_queries
from budget.dashboard import charts, district_charts, meters
from budget.figures import queries as figure_queries
from budget.models import DayTreatmentFigure
from budget.tariff import by_fiscal_year, days_in
from skolefleks import audit
from skolefleks.danish import kr
from skolefleks.models import AccessEntry, District, Membership, Role
from tests.conftest import AFTER, NEXT, YEAR

BUDGET = "/budget/"
POSTINGS = "/budget/posteringer/"


@pytest.fixture
def commit(pools, schools, chair):
    """Commit the grants of `count` pupils in a school's district, 1 March to July next year."""

    def commit_grants(school, count=1, tariff=200_000):
        district = schools[school].district
        parts = by_fiscal_year(tariff, date(YEAR, 3, 1), date(NEXT, 7, 31))
        references = [uuid.uuid4() for _ in range(count)]
        for reference in references:
            books.commit(reference, parts, district=district, by=chair, text="SF-0001")
        return references

    return commit_grants


@pytest.fixture
def caseload(commit, schools, chief, chair):
    """Grants in all five districts, some paid in part, one ended early."""
    for number, school in enumerate(schools):
        tariff = 180_000 + 7_001 * number
        district = schools[school].district
        first, second, *_ = commit(school, 3 + number, tariff=tariff)

        amount = 40_001 + number
        books.pay(first, year=YEAR, amount=amount, district=district, by=chief)
        keep = by_fiscal_year(tariff, date(YEAR, 3, 1), date(YEAR, 10, 9))
        books.release(second, keep=keep, years=[YEAR, NEXT], by=chair)


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def first_pool(page):
    pool, _, _ = page.context["pools"][0]
    return pool


def district_rows(page):
    return [row for row, _, _ in page.context["district_part"]["districts"]]


# -- right to the krone --------------------------------------------------------------------
POOL_BY_HAND = """
    SELECT sum(amount) FILTER (WHERE kind = 'allocation'),
           sum(amount) FILTER (WHERE kind IN ('commitment', 'release')),
           coalesce(sum(amount) FILTER (WHERE kind = 'payment'), 0)
    FROM budget_posting WHERE pool_id = %s
"""


@pytest.mark.parametrize("year", [YEAR, NEXT])
def test_every_figure_of_the_pool_is_what_the_postings_say(caseload, client_for, chief, year):
    page = client_for(chief).get(BUDGET, {"aar": year})

    [(allocated, spent, paid)] = sql(POOL_BY_HAND, year)
    pool = first_pool(page)
    figures = (pool.allocated, pool.committed, pool.paid, pool.free)
    assert figures == (allocated, spent - paid, paid, allocated - spent)
    for amount in figures:
        assert kr(amount) in page.text


FRAMES_BY_HAND = """
    SELECT source.name, source.centre, sum(posting.amount)
    FROM budget_posting posting JOIN budget_fundingsource source ON source.id = source_id
    WHERE pool_id = %s GROUP BY source.id ORDER BY source.id
"""


def test_the_pool_is_shown_by_frame_with_its_centre(caseload, client_for, chief):
    page = client_for(chief).get(BUDGET)

    frames = [(frame.name, frame.centre, frame.amount) for frame in first_pool(page).frames]
    assert frames == sql(FRAMES_BY_HAND, YEAR)
    for name, centre, _ in frames:
        assert name in page.text
        assert centre in page.text


DISTRICTS_BY_HAND = """
    SELECT district.name, sum(places), sum(days),
           sum(CASE WHEN kind <> 'payment' THEN amount ELSE 0 END),
           round(sum(amount) FILTER (WHERE kind <> 'payment')::numeric * %s / sum(days))
    FROM budget_posting JOIN skolefleks_district district ON district.id = district_id
    WHERE pool_id = %s GROUP BY district.id ORDER BY sort_key
"""


@pytest.mark.parametrize("year", [YEAR, NEXT])
def test_every_figure_of_the_districts_is_what_the_postings_say(caseload, client_for, chief, year):
    page = client_for(chief).get(BUDGET, {"aar": year})

    by_hand = sql(DISTRICTS_BY_HAND, days_in(year), year)
    rows = []
    for row in district_rows(page):
        rows.append((row.name, row.places, row.days, row.amount, row.average_tariff))
    assert rows == by_hand
    for _, _, _, amount, average in by_hand:
        assert kr(amount) in page.text
        assert kr(average) in page.text


@pytest.mark.parametrize("year", [YEAR, NEXT])
def test_the_sum_row_is_the_sum_of_the_districts(caseload, client_for, chief, year):
    page = client_for(chief).get(BUDGET, {"aar": year})

    rows = district_rows(page)
    total = page.context["district_part"]["pool"].total
    assert total.places == sum(row.places for row in rows)
    assert total.days == sum(row.days for row in rows)
    assert total.amount == sum(row.amount for row in rows)


def test_a_whole_year_is_one_full_year_pupil_at_its_own_tariff(pools, schools, chair):
    parts = by_fiscal_year(215_000, date(NEXT, 1, 1), date(NEXT, 12, 31))
    district = schools["Skovlunde Skole"].district
    books.commit(uuid.uuid4(), parts, district=district, by=chair)

    [pool] = books_queries.pools([NEXT])
    assert pool.total.full_year_pupils == 1.0
    assert pool.total.average_tariff == 215_000


def test_the_page_says_in_words_how_it_stands(commit, schools, client_for, chief):
    for school, count in zip(schools, (5, 5, 2, 5, 8), strict=True):
        commit(school, count, tariff=150_000)

    text = client_for(chief).get(BUDGET).text
    [pool] = books_queries.pools([YEAR])
    assert f"Der er {kr(pool.free)} fri i {YEAR} og " in text
    assert f"25 elever har en plads i {YEAR}" in text
    assert "plads til mindst 3 mere i Måløvhøj Skole." in text
    assert "Skovvejens Skole har 8: flere end de forventede 5-6." in text


def test_thirty_places_need_a_lower_average_than_twenty_five(pools, client_for, chief):
    text = client_for(chief).get(BUDGET).text

    low, high = kr(166_666), kr(200_000)
    assert f"til 30 helårselever, hvis gennemsnitstaksten er højst {low}" in text
    assert f"til 25, hvis den er højst {high}" in text


def test_the_bar_of_the_pool_is_whole(caseload):
    [pool, empty_pool] = books_queries.pools([YEAR, YEAR + 50])

    segments = meters.pool_bar(pool)
    assert [segment.label for segment in segments] == ["Udbetalt", "Disponeret", "Fri"]
    assert sum(segment.width for segment in segments) == pytest.approx(100)
    assert meters.pool_bar(empty_pool) == []


# -- day treatment -------------------------------------------------------------------------
@pytest.fixture
def figures(schools):
    call_command("load_figures", verbosity=0)


def test_day_treatment_is_held_against_the_levels(figures, client_for, chief):
    page = client_for(chief).get(BUDGET)

    part = page.context["day_treatment"]
    rows = {}
    for row in part["rows"]:
        levels = [text for _, text in row["levels"]]
        rows[row["name"]] = (row["latest"], levels, row["change"])
    assert rows["Måløvhøj Skole"] == ("13,5", ["7,2", "7,1"], "+6,4")
    assert rows["Hedegårdsskolen"] == ("6,7", ["6,2", "7,5"], "−0,8")
    assert rows["Anbragt"] == ("8,2", ["6,9", "5,5"], "+2,7")
    assert part["total"]["latest"] == "62,1"
    assert (
        "62,1 helårspersoner i 2020: 6,3 over 2018-niveauet (måltal for 2021)"
        " og 12,9 over 2017-niveauet"
    ) in page.text


def test_totals_are_as_printed_and_the_page_says_where_they_differ(figures, client_for, chief):
    page = client_for(chief).get(BUDGET)

    chart = page.context["day_treatment"]["total_chart"]
    cells = {row[0]: row[1:] for row in chart.rows}
    assert cells["2014"][0] == "30,4"
    assert cells["2020"] == ["62,1", kr(18_134_577), kr(292_022)]
    assert "For 2014 og 2016 afviger de lidt fra distrikternes sum" in page.text


def test_the_charts_have_every_figure_in_their_tables(figures):
    chart = district_charts.district_chart(figure_queries.day_treatment())

    years = [str(year) for year in range(2014, 2021)]
    assert [name for name, _ in chart.columns] == ["Distrikt", *years]
    for name, *cells in chart.rows[:5]:
        figures_of_district = DayTreatmentFigure.objects.filter(district__name=name)
        pupils = figures_of_district.order_by("year").values_list("full_year_pupils", flat=True)
        assert cells == [str(value).replace(".", ",") for value in pupils]


@pytest.fixture
def made_up_figures(figures):
    """A year for every district and those in care that nobody has counted."""
    for district in (*District.objects.all(), None):
        DayTreatmentFigure.objects.create(
            district=district,
            year=2021,
            full_year_pupils=9,
            amount=1,
            counted_on="2021-12-31",
            source="x",
            is_demo=True,
        )


def test_made_up_figures_are_marked_wherever_they_are_shown(made_up_figures, client_for, chief):
    page = client_for(chief).get(BUDGET)

    part = page.context["day_treatment"]
    assert ("2021*", True) in part["district_chart"].columns
    assert part["total_chart"].rows[-1][0] == "2021*"
    for chart in (part["total_chart"], part["district_chart"]):
        for svg in (chart.wide, chart.narrow):
            assert ">2021*<" in svg
            assert ">2021<" not in svg
    assert "* 2021: demodata" in page.text
    assert part["latest"] == "2020"


def test_a_chart_is_drawn_once_and_never_again(figures, client_for, chief, settings, monkeypatch):
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "charts"}}
    client = client_for(chief)
    first = client.get(BUDGET).text

    def draw_again(spec):
        pytest.fail("a chart was drawn twice")

    monkeypatch.setattr("skolefleks.charts.convert", draw_again)
    assert client.get(BUDGET).text.count("<svg") == first.count("<svg")


@pytest.mark.parametrize("chart_of", [charts.total_chart, district_charts.district_chart])
def test_a_chart_needs_no_style_and_no_script_and_names_itself(figures, chart_of):
    chart = chart_of(figure_queries.day_treatment())

    label = 'aria-label="Helårspersoner i dagbehandling'
    for svg in (chart.wide, chart.narrow):
        assert svg.startswith(f'<svg role="img" {label}')
        for word in ("style", "<script", " id=", " on", "href", "30.4"):
            assert word not in svg


def test_a_name_in_a_chart_is_text_and_nothing_else(figures):
    District.objects.filter(name="Skovlunde Skole").update(name='<script>"&')

    svg = district_charts.district_chart(figure_queries.day_treatment()).wide
    tag = svg.split(">", 1)[0]
    assert "<script" not in svg
    assert tag.count('"') % 2 == 0


# -- who sees what -------------------------------------------------------------------------
FOUR_DISTRICTS = ("Baltorpskolen", "Hedegårdsskolen", "Måløvhøj Skole", "Skovlunde Skole")


def test_the_implementation_group_sees_the_districts_when_none_is_small(
    commit, client_for, follower
):
    for school in FOUR_DISTRICTS:
        commit(school, 5, tariff=100_000)

    page = client_for(follower).get(BUDGET)
    assert len(district_rows(page)) == 5
    assert "Måløvhøj Skole" in page.text


def test_one_small_district_hides_all_five_from_the_implementation_group(
    commit, client_for, follower, schools
):
    for school in FOUR_DISTRICTS:
        commit(school, 5, tariff=100_000)
    commit("Skovvejens Skole", 4, tariff=100_000)

    page = client_for(follower).get(BUDGET)
    assert district_rows(page) == []
    assert not any(school in page.text for school in schools)
    assert "Mindst ét distrikt har 1-4 elever" in page.text
    assert f"24 elever har en plads i {YEAR}" in page.text


def test_a_small_total_is_not_shown_either(commit, client_for, follower, schools):
    commit("Baltorpskolen", 1, tariff=200_000)

    page = client_for(follower).get(BUDGET)
    assert page.context["district_part"]["pool"].total.places == 1
    assert "1 elev har" not in page.text
    assert not any(school in page.text for school in schools)
    # The same amount is the highest average tariff of 25 pupils, which anybody may know.
    assert kr(200_000) not in page.text.replace(f"højst {kr(200_000)}", "")


def test_everybody_else_sees_small_districts(commit, client_for, member, chief, follower):
    commit("Skovvejens Skole", 4)
    Membership.objects.create(user=follower, role=Role.COMMITTEE_MEMBER, centre="C-BUR")

    for user in (member, chief, follower):
        assert len(district_rows(client_for(user).get(BUDGET))) == 5


def test_a_role_that_sees_nothing_of_the_pool_does_not_lift_the_rule(commit, client_for, follower):
    commit("Skovvejens Skole", 4)
    Membership.objects.create(user=follower, role=Role.ADVISER, centre="C-BUR")

    assert district_rows(client_for(follower).get(BUDGET)) == []


@given(st.lists(st.integers(0, 9), min_size=5, max_size=5))
@hypothesis_settings(deadline=None)
def test_no_small_count_can_be_read_or_computed_from_what_the_group_is_given(counts):
    rows = []
    for place, count in enumerate(counts):
        rows.append(books_queries.DistrictYear(str(place), YEAR, places=count))
    total = books_queries.DistrictYear("I alt", YEAR, places=sum(counts))
    pool = books_queries.PoolYear(YEAR, [], rows, total)
    follower = SimpleNamespace(roles=frozenset({Role.IMPLEMENTATION_GROUP}))

    shown_pool = books_queries.as_seen_by(pool, follower)

    total_is_small = 0 < total.places < 5
    assert not any(0 < row.places < 5 for row in shown_pool.districts)
    assert len(shown_pool.districts) in {0, 5}
    assert shown_pool.shows_counts is not total_is_small


@pytest.mark.usefixtures("pools")
def test_only_those_who_may_see_the_pool_get_in(client_for, leader, admin, member, chief):
    assert client_for(leader).get(BUDGET).status_code == 403
    assert client_for(admin).get(BUDGET).status_code == 403
    assert client_for(member).get(BUDGET).status_code == 200
    assert client_for(chief).post(BUDGET).status_code == 405


def test_the_way_to_the_postings_is_shown_to_chiefs_only(commit, client_for, member, chief):
    assert POSTINGS in client_for(chief).get(BUDGET).text
    assert POSTINGS not in client_for(member).get(BUDGET).text


def test_who_is_not_signed_in_is_led_to_sign_in(client, pools):
    assert client.get(BUDGET).headers["Location"] == "/konto/login/?next=/budget/"


@pytest.mark.parametrize(
    "year", [str(AFTER + 1), "1999", "abc", "-1", "２０２６", "9" * 400, f"{YEAR} OR 1=1"]
)
def test_a_year_without_a_pool_is_not_found(pools, client_for, chief, year):
    client = client_for(chief)
    assert client.get(BUDGET, {"aar": year}).status_code == 404
    assert client.get(POSTINGS, {"aar": year}).status_code == 404


def test_without_any_pool_the_page_says_so(client_for, chief):
    assert "Der er endnu ingen pulje" in client_for(chief).get(BUDGET).text


# -- postings ------------------------------------------------------------------------------
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


# -- as fast with many as with few ---------------------------------------------------------
def count_queries(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("url", [BUDGET, POSTINGS])
def test_a_page_takes_as_many_queries_with_300_postings_as_with_10(
    commit, figures, client_for, chief, url
):
    client = client_for(chief)
    commit("Baltorpskolen", 2)
    client.get(BUDGET)  # the session is written once a minute
    few = count_queries(client, url)

    for school in ("Baltorpskolen", "Skovlunde Skole", "Skovvejens Skole"):
        commit(school, 48, tariff=15_000)

    assert count_queries(client, url) == few
    assert few <= 12


# -- the access log ------------------------------------------------------------------------
def test_the_access_log_shows_who_saw_which_case_and_who_searched(client_for, admin, member):
    for number in ("SF-2026-0042", "SF-2026-0043"):
        audit.access(AccessEntry.Kind.VIEW, number, by=member)
    page = client_for(admin).get("/konto/adgangslog/", {"sag": "sf-2026-0042"})
    assert [person for _, person in page.context["rows"]] == [admin, member]
    assert "Mads Medlem" in page.text
    assert "SF-2026-0043" not in page.text


def test_an_empty_access_log_says_so(client_for, admin, chief):
    assert "Loggen er tom" in client_for(admin).get("/konto/adgangslog/").text
    assert client_for(chief).get("/konto/adgangslog/").status_code == 403
