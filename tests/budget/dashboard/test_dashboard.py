"""The dashboard: right to the krone, as fast with many postings, nothing for the wrong eyes."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.books import actions as books
from budget.books import queries as books_queries
from budget.dashboard import meters, rules, sentences
from budget.dashboard import queries as dashboard_queries
from budget.models import links
from budget.proposals import actions as proposals
from budget.quarterly.rules import latest_quarters
from budget.reconciliation.queries import Standing
from budget.tariff import by_fiscal_year, days_in
from skolefleks import audit
from skolefleks.danish import kr, today
from skolefleks.models import AccessEntry, Membership, Role
from tests.conftest import AFTER, NEXT, YEAR, text_of

BUDGET = "/budget/"
POSTINGS = "/budget/posteringer/"


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def plain(amount):
    """As `text_of` gives it: with a common space."""
    return " ".join(kr(amount).split())


def first_pool(page):
    pool, _, _ = page.context["pools"][0]
    return pool


def district_rows(page):
    return [each.row for each in page.context["district_part"]["rows"]]


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
    for _, _, _, amount, _ in by_hand:
        assert kr(amount) in page.text


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


@pytest.fixture
def running(commit, schools, monkeypatch):
    """Pupils who run today in each district, as the floor that grants would say it."""
    counts = dict(zip(schools.values(), (5, 5, 2, 5, 8), strict=True))
    activities = {}
    for school, count in counts.items():
        commit(school.name, count, tariff=150_000)
        activities[school.district_id] = rules.Activity(
            count, 1, 365 * count, 365 * count * 150_000
        )
    url = "/budget/prognose/"
    outlook = rules.Outlook(today(), activities, url, url)
    monkeypatch.setattr(dashboard_queries, "outlook_of", lambda year: outlook)
    return outlook


def test_the_page_says_in_words_how_it_stands(running, client_for, chief):
    text = text_of(client_for(chief).get(BUDGET))
    assert "25 elever har en bevilling, der løber i dag; der forventes 25-30 ad gangen." in text
    assert f"5 er begyndt i {YEAR}, og hele året giver " in text
    assert "plads til mindst 3 mere i Måløvhøj Skole." in text
    assert "Skovvejens Skole har 8: flere end de forventede 5-6." in text


def test_what_is_left_and_what_is_asked_for_are_one_sentence(running):
    pools = books_queries.pools([YEAR, NEXT])
    text = sentences.of_year_end(pools, {YEAR: 4_600_000, NEXT: 6_100_000})
    text = " ".join(text.split())
    left, demand = plain(400_000), plain(6_100_000)
    assert f"Af puljen for {YEAR} ventes {left} ubrugt, og efterspørgslen på puljen" in text
    assert f"{NEXT} ventes at blive 122 % af den ({demand})" in text


def test_the_average_tariff_of_grants_at_one_tariff_is_that_tariff(running, client_for, chief):
    page = client_for(chief).get(BUDGET)
    assert "Gennemsnitstakst" in page.text
    part = page.context["district_part"]
    assert {each.activity.average_tariff for each in [*part["rows"], part["total"]]} == {150_000}
    assert "153 af " in page.text


def test_an_amount_stands_once_and_figures_come_before_the_ways_on(running, client_for, chief):
    text = text_of(client_for(chief).get(BUDGET))
    [pool] = books_queries.pools([YEAR])
    # Free of the whole pool; the frames' own parts are other amounts.
    assert text.count(plain(pool.free)) == 1
    assert text.index(f"Fri i {YEAR}") < text.index("Regnskabsbevis")


def test_what_the_schools_owe_stands_on_the_page(pools, client_for, chief, monkeypatch):
    desk = dashboard_queries.Desk([], 49_402, Standing(None, 0))
    monkeypatch.setattr(dashboard_queries, "desk_of", lambda user: desk)
    text = text_of(client_for(chief).get(BUDGET))
    assert f"Skolerne skylder {plain(49_402)}" in text


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


# -- who sees what -------------------------------------------------------------------------
FOUR_DISTRICTS = ("Baltorpskolen", "Hedegårdsskolen", "Måløvhøj Skole", "Skovlunde Skole")


@pytest.fixture
def commit_before(commit, monkeypatch):
    """Commit in a quarter that is over; the decisions were released at once."""
    monkeypatch.setattr(links, "_releases", [])

    def commit_then(*args, **kwargs):
        with time_machine.travel(latest_quarters(2)[1].first_day, tick=False):
            commit(*args, **kwargs)

    return commit_then


def test_the_implementation_group_sees_the_districts_when_none_is_small(
    commit_before, client_for, follower
):
    for school in FOUR_DISTRICTS:
        commit_before(school, 5, tariff=100_000)

    page = client_for(follower).get(BUDGET)
    assert len(district_rows(page)) == 5
    assert "Måløvhøj Skole" in page.text
    assert f"ved udgangen af {latest_quarters(2)[1].name}" in page.text


def test_one_small_district_hides_all_five_from_the_implementation_group(
    commit_before, client_for, follower, schools
):
    for school in FOUR_DISTRICTS:
        commit_before(school, 5, tariff=100_000)
    commit_before("Skovvejens Skole", 4, tariff=100_000)

    page = client_for(follower).get(BUDGET)
    assert district_rows(page) == []
    assert not any(school in page.text for school in schools)
    assert "I mindst ét distrikt er 1-4 elever kommet til" in page.text
    assert f"24 elever har en bevilling i løbet af {YEAR}" in page.text


def test_of_a_small_total_nothing_is_shown(commit_before, client_for, follower, schools):
    commit_before("Baltorpskolen", 1, tariff=200_000)

    page = client_for(follower).get(BUDGET)
    assert page.context["district_part"]["pool"].total.places == 0
    assert "Der er endnu ikke vist noget om elever og forbrug" in page.text
    assert not any(school in page.text for school in schools)
    # The same amount is the highest average tariff of 25 pupils, which anybody may know.
    assert kr(200_000) not in page.text.replace(f"højst {kr(200_000)}", "")


def test_what_comes_in_a_quarter_is_not_shown_before_it_is_over(
    commit_before, commit, client_for, follower
):
    for school in FOUR_DISTRICTS:
        commit_before(school, 5, tariff=100_000)
        commit(school, 5, tariff=100_000)

    page = client_for(follower).get(BUDGET)
    assert f"20 elever har en bevilling i løbet af {YEAR}" in page.text


def test_everybody_else_sees_small_districts(commit, client_for, member, chief, follower):
    commit("Skovvejens Skole", 4)
    Membership.objects.create(user=follower, role=Role.COMMITTEE_MEMBER, centre="C-BUR")

    for user in (member, chief, follower):
        assert len(district_rows(client_for(user).get(BUDGET))) == 5


def test_a_role_that_sees_nothing_of_the_pool_does_not_lift_the_rule(
    commit_before, client_for, follower
):
    commit_before("Skovvejens Skole", 4)
    Membership.objects.create(user=follower, role=Role.ADVISER, centre="C-BUR")

    assert district_rows(client_for(follower).get(BUDGET)) == []


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
        audit.log_access(AccessEntry.Kind.VIEW, number, by=member)
    page = client_for(admin).get("/konto/adgangslog/", {"sag": "sf-2026-0042"})
    assert [person for _, person, _ in page.context["rows"]] == [admin, member]
    assert "Mads Medlem" in page.text
    assert "SF-2026-0043" not in page.text


def test_an_empty_access_log_says_so(client_for, admin, chief):
    assert "Loggen er tom" in client_for(admin).get("/konto/adgangslog/").text
    assert client_for(chief).get("/konto/adgangslog/").status_code == 403


def test_what_waits_for_the_chief_stands_first(pools, sources, chief, chief_bur, client_for):
    part = proposals.FrameYear(NEXT, sources[0])
    proposals.propose_allocation(part, 1_000, reason="Behov.", by=chief)
    assert "1 forslag venter på dit svar" in client_for(chief_bur).get("/budget/").text
    assert "venter på dit svar" not in client_for(chief).get("/budget/").text
