"""The forecast: what is granted to the krone, what may come as a band, what it may save; and a school's own figures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.books import queries as books_queries
from budget.tariff import cost
from skolefleks.danish import kr, today
from tests.conftest import AFTER, NEXT, YEAR, many, terms
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.models import Decision, Grant
from visitation.outlook.charts import forecast_chart
from visitation.outlook.forecast import Share, extensions, forecast, investment

URL, OWN = "/budget/prognose/", "/budget/skole/"


NOTHING, HALF, ALL = Share(0, 0, 0), Share(0, 50, 100), Share(100, 100, 100)


def pool(made, year):
    return next(line for line in made.pools if line.year == year)


@pytest.fixture
def waiting(schools, leader):
    """Three pupils in the queue, each for the whole of next year at 120,000."""
    cases = many(3, school=schools["Baltorpskolen"], by=leader)
    for case in cases:
        case.requested_tariff, case.starts_on, case.ends_on = (
            120_000,
            date(NEXT, 1, 1),
            date(NEXT, 12, 31),
        )
        case.save(update_fields=["requested_tariff", "starts_on", "ends_on"])
    return cases


def test_what_is_granted_is_what_the_books_say(granted):
    made = forecast(NOTHING, NOTHING)
    for year in (YEAR, NEXT):
        [books] = books_queries.pools([year])
        assert pool(made, year).band.granted == books.committed + books.paid
    assert made.months[-1].band == pool(made, NEXT).band


def test_every_month_adds_to_its_year_and_new_year_begins_at_nothing(granted):
    months = forecast(NOTHING, NOTHING).months
    assert [month.last_day for month in months][10:14] == [
        date(YEAR, 11, 30), date(YEAR, 12, 31), date(NEXT, 1, 31), date(NEXT, 2, 28 + (NEXT % 4 == 0))
    ]  # fmt: skip
    amounts = [month.band.granted for month in months[12:]]
    assert amounts == sorted(amounts)
    assert (months[11].band.granted, amounts[-1]) == (0, 215_000)


def test_the_queue_counts_at_what_it_asks_for_and_the_share_that_is_set(waiting, pools):
    line = pool(forecast(NOTHING, HALF), NEXT)
    assert line.band == (0, 0, 180_000, 360_000)
    assert forecast(NOTHING, HALF).asked == 3


def test_what_is_decided_is_in_the_queue_no_more(case, granted, chair):
    [other] = granted.decision.application.pupil_cases.exclude(pk=case.pk)
    before = forecast(NOTHING, ALL).asked
    decisions.reject(other, grounds="Nej.", by=chair)
    assert (before, forecast(NOTHING, ALL).asked) == (1, 0)


def test_a_grant_that_ends_next_year_may_go_on_at_its_own_tariff(case, pools, chair):
    decisions.grant(
        case, terms(200_000, date(NEXT, 1, 1), date(NEXT, 6, 30)), grounds="Behov.", by=chair
    )
    line = pool(forecast(HALF, NOTHING), NEXT)
    more = cost(200_000, date(NEXT, 7, 1), date(NEXT, 12, 31))
    assert (line.band.low, line.band.high) == (line.band.granted, line.band.granted + more)
    assert forecast(HALF, NOTHING).ending == 1


def test_a_grant_past_the_horizon_or_ended_early_does_not_go_on(released, chair):
    assert extensions(date(NEXT, 12, 31)) == []
    corrections.end_early(Grant.objects.get(), on=date(NEXT, 3, 1), grounds="Flyttet.", by=chair)
    assert extensions(date(NEXT, 12, 31)) == []


def test_a_pupil_with_a_new_case_in_the_queue_is_not_counted_twice(case, pools, chair, waiting):
    decisions.grant(
        case, terms(200_000, date(NEXT, 1, 1), date(NEXT, 6, 30)), grounds="Behov.", by=chair
    )
    waiting[0].pupil = case.pupil
    waiting[0].save(update_fields=["pupil"])
    assert forecast(ALL, NOTHING).ending == 0


@pytest.mark.parametrize(
    ("tariff", "warning"), [(79, None), (80, 80), (94, 80), (95, 95), (100, 95)]
)
def test_it_warns_at_80_and_95_per_cent(waiting, pools, tariff, warning):
    for case in waiting[:1]:
        case.requested_tariff = tariff * 50_000 - 240_000
        case.save(update_fields=["requested_tariff"])
    line = pool(forecast(NOTHING, ALL), NEXT)
    assert (line.percent, line.warning) == (tariff, warning)


def test_a_district_is_held_against_its_even_share(waiting, pools):
    lines = [line for line in forecast(NOTHING, ALL).districts if line.year == NEXT]
    assert [(line.name, line.room, line.band.expected) for line in lines][:2] == [
        ("Baltorpskolen", 1_000_000, 360_000),
        ("Hedegårdsskolen", 1_000_000, 0),
    ]
    assert sum(line.band.expected for line in lines) == 360_000


def test_the_picture_has_every_figure_in_its_table(waiting, pools):
    chart = forecast_chart(forecast(NOTHING, HALF))
    assert len(chart.rows) == 24
    assert chart.rows[-1] == [f"dec. {NEXT}", *map(kr, (0, 0, 180_000, 360_000, 5_000_000))]
    assert all(word not in chart.wide for word in ("style", "<script"))


def test_the_shares_stand_in_the_address(waiting, pools, client_for, chief):
    address = {"bevilges_lav": "0", "bevilges": "10", "bevilges_hoej": "20"}
    page = client_for(chief).get(URL, address)
    assert page.context["forecast"].granted == (0, 10, 20)
    assert "bevilges 0-20 %, forventet 10 %" in page.text
    usual = client_for(chief).get(URL)
    assert usual.context["forecast"].granted == (40, 70, 100)


@pytest.mark.parametrize(
    "wrong", [{"bevilges": "101"}, {"bevilges": "x"}, {"bevilges": "10"}, {"henvisning": "1.2"}]
)
def test_assumptions_that_make_no_sense_are_named(pools, client_for, chief, wrong):
    page = client_for(chief).get(URL, wrong)
    assert page.status_code == 422
    assert "regnet med de sædvanlige" in page.text
    assert page.context["forecast"].granted == (40, 70, 100)


@pytest.mark.usefixtures("pools")
def test_the_forecast_is_for_chiefs_and_committee(
    client_for, chief, member, follower, leader, admin
):
    statuses = [
        client_for(user).get(URL).status_code for user in (chief, member, follower, leader, admin)
    ]
    assert statuses == [200, 200, 403, 403, 403]


def queries_of(client, url):
    with CaptureQueriesContext(connection) as made:
        assert client.get(url).status_code == 200
    return len(made)


def test_it_takes_as_many_queries_with_many_cases(pools, schools, leader, client_for, chief):
    client = client_for(chief)
    client.get(URL)
    few = queries_of(client, URL)
    for case in many(30, school=schools["Baltorpskolen"], by=leader):
        case.requested_tariff, case.starts_on, case.ends_on = (
            100_000,
            date(NEXT, 1, 1),
            date(NEXT, 7, 31),
        )
        case.save(update_fields=["requested_tariff", "starts_on", "ends_on"])
    assert queries_of(client, URL) == few <= 16


# -- the investment -----------------------------------------------------------------------------------------------------
def test_it_is_a_range_and_says_where_it_breaks_even(granted):
    [row] = investment(books_queries.pools([NEXT])[0], {"Henvisning": 265_000}, Share(40, 60, 80))
    assert (row.unit, row.pupils) == (215_000, 1.0)
    assert row.per_pupil == (-109_000, -56_000, -3_000)
    assert row.in_all == row.per_pupil
    assert row.break_even == 82


def test_the_prices_are_the_data_s_own_and_can_be_changed(case, pools, chair, client_for, chief):
    call_command("load_figures", verbosity=0)
    decisions.grant(
        case, terms(200_000, today(), today() + timedelta(days=60)), grounds="Behov.", by=chair
    )
    rows = client_for(chief).get(URL).context["alternatives"]
    assert [row.price for row in rows] == [265_000, 292_022]
    changed = client_for(chief).get(URL, {"henvisning": "300.000"})
    assert changed.context["alternatives"][0].price == 300_000
    assert "Et regnestykke på antagelser" in changed.text


def test_without_a_pupil_there_is_no_claim(pools, client_for, chief):
    assert investment(None, {"Henvisning": 265_000}, HALF) == []
    assert "ikke noget at sammenligne" in client_for(chief).get(URL).text


# -- a school's own figures ---------------------------------------------------------------------------------------------
def test_a_school_sees_its_released_money_and_places(released, client_for, leader):
    page = client_for(leader).get(OWN)
    shown = [(row.year, row.places, row.amount) for row in page.context["years"]]
    assert shown[0] == (NEXT, 1, 215_000)
    assert [year for year, *_ in shown] == [NEXT, AFTER]
    assert page.context["grants"][0].number == released.number
    assert kr(215_000) in page.text


def test_what_is_not_released_is_not_told(granted, client_for, leader, chair):
    page = client_for(leader).get(OWN)
    assert "Skolen har endnu ingen bevillinger" in page.text
    assert kr(215_000) not in page.text
    assert Decision.objects.get().status == "provisional"


def test_another_school_s_figures_are_not_there(released, client_for, other_leader, staff, chief):
    page = client_for(other_leader).get(OWN)
    assert (page.context["years"], page.context["grants"]) == ([], [])
    assert [client_for(user).get(OWN).status_code for user in (staff, chief)] == [403, 403]
