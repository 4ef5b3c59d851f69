"""The dashboard: every figure right to the krone, the same number of queries always, and nothing for the wrong eyes."""

from __future__ import annotations

import uuid
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
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

BUDGET, POSTINGS = "/budget/", "/budget/posteringer/"


@pytest.fixture
def commit(pools, schools, chair):
    """Commit `count` pupils' grants in a school's district, from 1 March this year to the end of July next year."""

    def make(school, count=1, tariff=200_000):
        references = [uuid.uuid4() for _ in range(count)]
        parts = by_fiscal_year(tariff, date(YEAR, 3, 1), date(NEXT, 7, 31))
        for reference in references:
            books.commit(
                reference, parts, district=schools[school].district, by=chair, text="SF-0001"
            )
        return references

    return make


@pytest.fixture
def caseload(commit, schools, chief, chair):
    """Grants in all five districts, some paid in part, one ended early."""
    for number, school in enumerate(schools):
        references = commit(school, 3 + number, tariff=180_000 + 7_001 * number)
        district = schools[school].district
        books.pay(references[0], year=YEAR, amount=40_001 + number, district=district, by=chief)
        keep = by_fiscal_year(180_000 + 7_001 * number, date(YEAR, 3, 1), date(YEAR, 10, 9))
        books.release(references[1], keep=keep, years=[YEAR, NEXT], by=chair)


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


# -- right to the krone -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("year", [YEAR, NEXT])
def test_every_figure_of_the_pool_is_what_the_postings_say(caseload, client_for, chief, year):
    page = client_for(chief).get(BUDGET, {"aar": year})
    [(allocated, given, paid)] = sql(
        "SELECT sum(CASE WHEN kind = 'allocation' THEN amount END), sum(CASE WHEN kind IN ('commitment', 'release')"
        " THEN amount END), coalesce(sum(CASE WHEN kind = 'payment' THEN amount END), 0)"
        " FROM budget_posting WHERE pool_id = %s",
        year,
    )
    pool = page.context["pools"][0][0]
    shown = (pool.allocated, pool.committed, pool.paid, pool.free)
    assert shown == (allocated, given - paid, paid, allocated - given)
    assert all(kr(amount) in page.text for amount in shown)


def test_the_pool_is_shown_by_frame_with_its_centre(caseload, client_for, chief):
    page = client_for(chief).get(BUDGET)
    frames = sql(
        "SELECT s.name, s.centre, sum(p.amount) FROM budget_posting p JOIN budget_fundingsource s ON s.id = p.source_id"
        " WHERE p.pool_id = %s GROUP BY s.id ORDER BY s.id",
        YEAR,
    )
    assert [
        (frame.name, frame.centre, frame.amount) for frame in page.context["pools"][0][0].frames
    ] == frames
    assert all(name in page.text and centre in page.text for name, centre, _ in frames)


@pytest.mark.parametrize("year", [YEAR, NEXT])
def test_every_figure_of_the_districts_is_what_the_postings_say(caseload, client_for, chief, year):
    page = client_for(chief).get(BUDGET, {"aar": year})
    rows = sql(
        "SELECT d.name, sum(p.places), sum(p.days), sum(CASE WHEN p.kind <> 'payment' THEN p.amount ELSE 0 END),"
        " round(sum(p.amount) FILTER (WHERE p.kind <> 'payment')::numeric * %s / sum(p.days))"
        " FROM budget_posting p JOIN skolefleks_district d ON d.id = p.district_id WHERE p.pool_id = %s"
        " GROUP BY d.id ORDER BY d.sort_key",
        days_in(year),
        year,
    )
    part = page.context["district_part"]
    shown = [
        (row.name, row.places, row.days, row.amount, row.average_tariff)
        for row, _, _ in part["districts"]
    ]
    assert shown == rows
    assert all(kr(row[3]) in page.text and kr(row[4]) in page.text for row in rows)


@pytest.mark.parametrize("year", [YEAR, NEXT])
def test_the_sum_row_is_the_sum_of_the_districts(caseload, client_for, chief, year):
    part = client_for(chief).get(BUDGET, {"aar": year}).context["district_part"]
    rows = [(row.places, row.days, row.amount) for row, _, _ in part["districts"]]
    total = part["pool"].total
    assert (total.places, total.days, total.amount) == tuple(map(sum, zip(*rows, strict=True)))


def test_a_whole_year_is_one_full_year_pupil_at_its_own_tariff(pools, schools, chair):
    parts = by_fiscal_year(215_000, date(NEXT, 1, 1), date(NEXT, 12, 31))
    books.commit(uuid.uuid4(), parts, district=schools["Skovlunde Skole"].district, by=chair)
    [pool] = books_queries.pools([NEXT])
    assert (pool.total.full_year_pupils, pool.total.average_tariff) == (1.0, 215_000)


def test_the_page_says_in_words_how_it_stands(commit, schools, client_for, chief):
    for school, count in zip(schools, (5, 5, 2, 5, 8), strict=True):
        commit(school, count, tariff=150_000)
    text = client_for(chief).get(BUDGET).text
    assert f"Der er {kr(books_queries.pools([YEAR])[0].free)} fri i {YEAR} og " in text
    assert f"25 elever har en plads i {YEAR}" in text
    assert "plads til mindst 3 mere i Måløvhøj Skole." in text
    assert "Skovvejens Skole har 8: flere end de forventede 5-6." in text


def test_thirty_places_need_a_lower_average_than_twenty_five(pools, client_for, chief):
    text = client_for(chief).get(BUDGET).text
    assert f"til 30 helårselever, hvis gennemsnitstaksten er højst {kr(166_666)}" in text
    assert f"til 25, hvis den er højst {kr(200_000)}" in text


def test_the_bar_of_the_pool_is_whole(caseload):
    segments = meters.pool_bar(books_queries.pools([YEAR])[0])
    assert [segment.label for segment in segments] == ["Udbetalt", "Disponeret", "Fri"]
    assert sum(segment.width for segment in segments) == pytest.approx(100)
    assert meters.pool_bar(books_queries.pools([YEAR + 50])[0]) == []


# -- day treatment ----------------------------------------------------------------------------------------------------
@pytest.fixture
def figures(schools):
    call_command("load_figures", verbosity=0)


def test_day_treatment_is_held_against_the_levels(figures, client_for, chief):
    page = client_for(chief).get(BUDGET)
    part = page.context["day_treatment"]
    rows = {
        row["name"]: (row["latest"], [level for _, level in row["levels"]], row["change"])
        for row in part["rows"]
    }
    assert rows["Måløvhøj Skole"] == ("13,5", ["7,2", "7,1"], "+6,4")
    assert rows["Hedegårdsskolen"] == ("6,7", ["6,2", "7,5"], "−0,8")
    assert rows["Anbragt"] == ("8,2", ["6,9", "5,5"], "+2,7")
    assert part["total"]["latest"] == "62,1"
    assert (
        "62,1 helårspersoner i 2020: 6,3 over 2018-niveauet (måltal for 2021) og 12,9 over 2017-niveauet"
        in page.text
    )


def test_totals_are_as_printed_and_the_page_says_where_they_differ(figures, client_for, chief):
    page = client_for(chief).get(BUDGET)
    table = {row[0]: row[1:] for row in page.context["day_treatment"]["total_chart"].rows}
    assert table["2014"][0] == "30,4"
    assert table["2020"] == ["62,1", kr(18_134_577), kr(292_022)]
    assert "For 2014 og 2016 afviger de lidt fra distrikternes sum" in page.text


def test_the_charts_have_every_figure_in_their_tables(figures):
    table = district_charts.district_chart(figure_queries.day_treatment())
    assert [name for name, _ in table.columns] == [
        "Distrikt",
        *(str(year) for year in range(2014, 2021)),
    ]
    for row in table.rows[:5]:
        stored = DayTreatmentFigure.objects.filter(district__name=row[0]).order_by("year")
        assert row[1:] == [str(figure.full_year_pupils).replace(".", ",") for figure in stored]


def test_made_up_figures_are_marked_wherever_they_are_shown(figures, client_for, chief):
    for district in (*District.objects.all(), None):
        told = {
            "year": 2021,
            "full_year_pupils": 9,
            "amount": 1,
            "counted_on": "2021-12-31",
            "source": "x",
        }
        DayTreatmentFigure.objects.create(district=district, is_demo=True, **told)
    page = client_for(chief).get(BUDGET)
    part = page.context["day_treatment"]
    assert ("2021*", True) in part["district_chart"].columns
    assert part["total_chart"].rows[-1][0] == "2021*"
    for chart in (part["total_chart"], part["district_chart"]):
        assert all(">2021*<" in svg and ">2021<" not in svg for svg in (chart.wide, chart.narrow))
    assert "* 2021: demodata" in page.text
    assert part["latest"] == "2020"


def test_a_chart_is_drawn_once_and_never_again(figures, client_for, chief, settings, monkeypatch):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "charts",
        }
    }
    client = client_for(chief)
    first = client.get(BUDGET).text

    def drawn_again(spec):
        pytest.fail("a chart was drawn twice")

    monkeypatch.setattr("skolefleks.charts.convert", drawn_again)
    assert client.get(BUDGET).text.count("<svg") == first.count("<svg")


def test_a_chart_needs_no_style_and_no_script_and_names_itself(figures):
    for chart in (
        charts.total_chart(figure_queries.day_treatment()),
        district_charts.district_chart(figure_queries.day_treatment()),
    ):
        for svg in (chart.wide, chart.narrow):
            assert svg.startswith('<svg role="img" aria-label="Helårspersoner i dagbehandling')
            assert not any(word in svg for word in ("style", "<script", " id=", " on", "href"))
            assert "30.4" not in svg


def test_a_name_in_a_chart_is_text_and_nothing_else(figures):
    District.objects.filter(name="Skovlunde Skole").update(name='<script>"&')
    svg = district_charts.district_chart(figure_queries.day_treatment()).wide
    assert "<script" not in svg
    assert svg.split(">", 1)[0].count('"') % 2 == 0


# -- who sees what ----------------------------------------------------------------------------------------------------
FULL = dict.fromkeys(("Baltorpskolen", "Hedegårdsskolen", "Måløvhøj Skole", "Skovlunde Skole"), 5)


def test_the_implementation_group_sees_the_districts_when_none_is_small(
    commit, client_for, follower
):
    for school, count in FULL.items():
        commit(school, count, tariff=100_000)
    page = client_for(follower).get(BUDGET)
    assert len(page.context["district_part"]["districts"]) == 5
    assert "Måløvhøj Skole" in page.text


def test_one_small_district_hides_all_five_from_the_implementation_group(
    commit, client_for, follower, schools
):
    for school, count in {**FULL, "Skovvejens Skole": 4}.items():
        commit(school, count, tariff=100_000)
    page = client_for(follower).get(BUDGET)
    assert page.context["district_part"]["districts"] == []
    assert not any(school in page.text for school in schools)
    assert "Mindst ét distrikt har 1-4 elever" in page.text
    assert f"24 elever har en plads i {YEAR}" in page.text


def test_a_small_total_is_not_told_either(commit, client_for, follower, schools):
    commit("Baltorpskolen", 1, tariff=200_000)
    page = client_for(follower).get(BUDGET)
    assert page.context["district_part"]["pool"].total.places == 1
    assert "1 elev har" not in page.text
    assert not any(school in page.text for school in schools)
    assert kr(200_000) not in page.text.replace(f"højst {kr(200_000)}", "")


def test_everybody_else_sees_small_districts(commit, client_for, member, chief, follower):
    commit("Skovvejens Skole", 4)
    Membership.objects.create(user=follower, role=Role.COMMITTEE_MEMBER, centre="C-BUR")
    for user in (member, chief, follower):
        assert len(client_for(user).get(BUDGET).context["district_part"]["districts"]) == 5


def test_a_role_that_sees_nothing_of_the_pool_does_not_lift_the_rule(commit, client_for, follower):
    commit("Skovvejens Skole", 4)
    Membership.objects.create(user=follower, role=Role.ADVISER, centre="C-BUR")
    assert client_for(follower).get(BUDGET).context["district_part"]["districts"] == []


@given(st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_no_small_count_can_be_read_or_computed_from_what_the_group_is_given(counts):
    rows = [
        books_queries.DistrictYear(str(place), YEAR, places=count)
        for place, count in enumerate(counts)
    ]
    total = books_queries.DistrictYear("I alt", YEAR, places=sum(counts))
    follower = SimpleNamespace(roles=frozenset({Role.IMPLEMENTATION_GROUP}))
    seen = books_queries.as_seen_by(books_queries.PoolYear(YEAR, [], rows, total), follower)
    assert not any(0 < row.places < 5 for row in seen.districts)
    assert len(seen.districts) in {0, 5}
    assert seen.shows_counts or 0 < total.places < 5
    assert not (seen.shows_counts and 0 < total.places < 5)


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


# -- postings ---------------------------------------------------------------------------------------------------------
def test_the_postings_are_filtered_by_year_kind_and_district(caseload, client_for, chief, schools):
    district = schools["Skovlunde Skole"].district
    wanted = {"aar": YEAR, "art": "payment", "distrikt": district.pk}
    rows = client_for(chief).get(POSTINGS, wanted).context["page"].rows
    assert [(row.pool_id, row.kind, row.district, row.amount) for row in rows] == [
        (YEAR, "payment", district, 40_004)
    ]


def test_the_sums_of_a_filter_are_the_postings_own(caseload, client_for, chief, schools):
    district = schools["Skovlunde Skole"].district
    page = client_for(chief).get(POSTINGS, {"aar": NEXT, "distrikt": district.pk})
    [(committed,)] = sql(
        "SELECT sum(amount) FROM budget_posting WHERE pool_id = %s AND district_id = %s",
        NEXT,
        district.pk,
    )
    assert page.context["standing"][1] == [("Disponeret", kr(committed)), ("Udbetalt", kr(0))]
    whole = dict(client_for(chief).get(POSTINGS).context["standing"][1])
    [(free,)] = sql("SELECT sum(allocated - committed - paid) FROM budget_standing")
    assert (whole["Tildelt"], whole["Fri"]) == (kr(15_000_000), kr(free))


def test_every_posting_is_on_one_page_and_on_one_only(caseload, client_for, chief):
    client, query, seen = client_for(chief), "?", []
    while query:
        page = client.get(POSTINGS + query).context["page"]
        seen += [row.pk for row in page.rows]
        query = page.next
    assert seen == [pk for (pk,) in sql("SELECT id FROM budget_posting ORDER BY id DESC")]


@pytest.mark.parametrize("wrong", [{"art": "gave"}, {"distrikt": "0"}, {"distrikt": "x"}])
def test_a_filter_that_does_not_exist_is_not_found(pools, client_for, chief, wrong):
    assert client_for(chief).get(POSTINGS, wrong).status_code == 404


def test_a_filter_that_nothing_passes_says_so(pools, client_for, chief):
    assert "Ingen posteringer passer" in client_for(chief).get(POSTINGS, {"art": "payment"}).text
    assert "Der er endnu ingen posteringer" not in client_for(chief).get(POSTINGS).text


@pytest.mark.usefixtures("pools")
def test_the_postings_are_for_the_centre_chiefs(client_for, chief_bur, chair, follower, leader):
    assert client_for(chief_bur).get(POSTINGS).status_code == 200
    for user in (chair, follower, leader):
        assert client_for(user).get(POSTINGS).status_code == 403


# -- as fast with many as with few ------------------------------------------------------------------------------------
def queries_of(client, url):
    with CaptureQueriesContext(connection) as made:
        assert client.get(url).status_code == 200
    return len(made)


def test_the_pages_take_as_many_queries_with_300_postings_as_with_10(
    commit, figures, client_for, chief
):
    client = client_for(chief)
    commit("Baltorpskolen", 2)
    client.get(BUDGET)  # the session is written once a minute
    few = [queries_of(client, url) for url in (BUDGET, POSTINGS)]
    for school in ("Baltorpskolen", "Skovlunde Skole", "Skovvejens Skole"):
        commit(school, 48, tariff=15_000)
    assert [queries_of(client, url) for url in (BUDGET, POSTINGS)] == few
    assert max(few) <= 12


# -- the access log ---------------------------------------------------------------------------------------------------
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
