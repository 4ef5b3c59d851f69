"""The forecast: what is granted to the krone, what may come as a band, and what it may save."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget.books import queries as books_queries
from budget.tariff import Later, cost
from skolefleks.danish import kr, today
from tests.conftest import AFTER, NEXT, YEAR, many, terms
from tests.scenes import kept
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.models import Grant
from visitation.outlook import charts, investment, queries, rules, standing

URL = "/budget/prognose/"

NOTHING = rules.Estimate(0, 0, 0)
HALF = rules.Estimate(0, 50, 100)
ALL = rules.Estimate(100, 100, 100)


def line_of(forecast, year):
    [line] = [line for line in forecast.pools if line.year == year]
    return line


def apply_for(pupil_cases, tariff, starts_on, ends_on):
    for pupil_case in pupil_cases:
        pupil_case.requested_tariff = tariff
        pupil_case.starts_on = starts_on
        pupil_case.ends_on = ends_on
        pupil_case.save(update_fields=["requested_tariff", "starts_on", "ends_on"])


def grant_half_of_next_year(pupil_case, *, by):
    period = terms(200_000, date(NEXT, 1, 1), date(NEXT, 6, 30))
    return decisions.grant(pupil_case, period, grounds="Behov.", by=by)


@pytest.fixture
@kept
def waiting(schools, leader):
    """Three pupils in the queue, each for the whole of next year at 120,000."""
    pupil_cases = many(3, school=schools["Baltorpskolen"], by=leader)
    apply_for(pupil_cases, 120_000, date(NEXT, 1, 1), date(NEXT, 12, 31))
    return pupil_cases


# -- what is granted, and what may come --


def test_what_is_granted_is_what_the_books_say(granted):
    forecast = queries.forecast(NOTHING, NOTHING)

    for year in (YEAR, NEXT):
        [pool] = books_queries.pools([year])
        assert line_of(forecast, year).band.granted == pool.committed + pool.paid
    assert forecast.months[-1].band == line_of(forecast, NEXT).band


def test_a_month_of_the_forecast_ends_on_its_last_day():
    ends = rules.month_ends(2027)

    assert ends[10:14] == [
        date(2027, 11, 30),
        date(2027, 12, 31),
        date(2028, 1, 31),
        date(2028, 2, 29),
    ]
    assert (ends[0], ends[-1], len(ends)) == (date(2027, 1, 31), date(2028, 12, 31), 24)


def test_every_month_adds_to_its_year_and_new_year_begins_at_nothing(granted):
    months = queries.forecast(NOTHING, NOTHING).months

    assert [month.last_day for month in months] == rules.month_ends(YEAR)
    next_year = [month.band.granted for month in months[12:]]
    assert next_year == sorted(next_year)
    assert (months[11].band.granted, next_year[-1]) == (0, 215_000)


def test_the_queue_counts_at_what_it_applies_for_and_the_share_that_is_set(waiting, pools):
    forecast = queries.forecast(NOTHING, HALF)

    assert line_of(forecast, NEXT).band == (0, 0, 180_000, 360_000)
    assert forecast.queued_pupils == 3


def test_a_decided_pupil_is_in_the_queue_no_more(case, granted, chair):
    [other] = granted.decision.application.pupil_cases.exclude(pk=case.pk)
    assert queries.forecast(NOTHING, ALL).queued_pupils == 1

    decisions.reject(other, grounds="Nej.", by=chair)
    assert queries.forecast(NOTHING, ALL).queued_pupils == 0


def test_a_grant_that_ends_next_year_may_go_on_at_its_own_tariff(case, pools, chair):
    grant_half_of_next_year(case, by=chair)
    forecast = queries.forecast(HALF, NOTHING)

    band = line_of(forecast, NEXT).band
    second_half = cost(200_000, date(NEXT, 7, 1), date(NEXT, 12, 31))
    assert (band.low, band.high) == (band.granted, band.granted + second_half)
    assert forecast.ending_grants == 1


def test_a_grant_that_ends_goes_on_from_the_day_after_and_for_a_year_at_most(case, pools, chair):
    grant = grant_half_of_next_year(case, by=chair)
    far_away = date(NEXT + 9, 12, 31)

    [extension] = queries.extensions(far_away)
    assert extension.starts_on == grant.ends_on + timedelta(days=1)
    assert extension.ends_on == grant.ends_on + timedelta(days=365)


def test_a_grant_on_the_last_day_of_the_horizon_does_not_end_before_it(case, pools, chair):
    grant = grant_half_of_next_year(case, by=chair)

    assert queries.extensions(grant.ends_on) == []
    assert len(queries.extensions(grant.ends_on + timedelta(days=1))) == 1


def test_a_grant_past_the_horizon_or_ended_early_does_not_go_on(released, chair):
    horizon = date(NEXT, 12, 31)
    assert queries.extensions(horizon) == []

    grant = Grant.objects.get()
    corrections.end_early(grant, on=date(NEXT, 3, 1), grounds="Flyttet.", by=chair)
    assert queries.extensions(horizon) == []


def test_a_pupil_with_a_new_case_in_the_queue_is_not_counted_twice(case, pools, chair, waiting):
    grant_half_of_next_year(case, by=chair)
    waiting[0].pupil = case.pupil
    waiting[0].save(update_fields=["pupil"])

    assert queries.forecast(ALL, NOTHING).ending_grants == 0


@pytest.mark.parametrize(
    ("percent", "warning"), [(79, None), (80, 80), (94, 80), (95, 95), (100, 95)]
)
def test_it_warns_at_80_and_95_per_cent(waiting, pools, percent, warning):
    # The pool is 5 million, and two of the three pupils apply for 240,000 together.
    tariff = percent * 50_000 - 240_000
    apply_for(waiting[:1], tariff, date(NEXT, 1, 1), date(NEXT, 12, 31))

    line = line_of(queries.forecast(NOTHING, ALL), NEXT)
    assert (line.percent, line.warning) == (percent, warning)


def test_a_share_of_a_pool_without_money_is_a_dash_and_not_a_percentage():
    band = rules.Band(0, 0, 50, 50)
    assert rules.Line("Puljen", NEXT, 200, band).percent_text == "25 %"
    assert rules.Line("Puljen", NEXT, 0, band).percent_text == "–"


def test_a_district_is_held_against_its_even_share(waiting, pools):
    districts = queries.forecast(NOTHING, ALL).districts
    lines = [line for line in districts if line.year == NEXT]

    figures = [(line.name, line.room, line.band.expected) for line in lines]
    assert figures[:2] == [("Baltorpskolen", 1_000_000, 360_000), ("Hedegårdsskolen", 1_000_000, 0)]
    assert sum(line.band.expected for line in lines) == 360_000


def test_the_picture_has_every_figure_in_its_table(waiting, pools):
    chart = charts.forecast_chart(queries.forecast(NOTHING, HALF))

    amounts = [kr(amount) for amount in (0, 0, 180_000, 360_000, 5_000_000)]
    assert len(chart.rows) == 24
    assert chart.rows[-1] == [f"dec. {NEXT}", *amounts]
    assert "style" not in chart.wide
    assert "<script" not in chart.wide


# -- the page --


def test_the_shares_stand_in_the_address(waiting, pools, client_for, chief):
    address = {"bevilges_lav": "0", "bevilges": "10", "bevilges_hoej": "20"}
    page = client_for(chief).get(URL, address)
    assert page.context["forecast"].approval == (0, 10, 20)
    assert "bevilges 0-20 %, forventet 10 %" in page.text

    usual = client_for(chief).get(URL)
    assert usual.context["forecast"].approval == (40, 70, 100)


@pytest.mark.parametrize(
    "wrong", [{"bevilges": "101"}, {"bevilges": "x"}, {"bevilges": "10"}, {"henvisning": "1.2"}]
)
def test_assumptions_that_make_no_sense_are_named(pools, client_for, chief, wrong):
    page = client_for(chief).get(URL, wrong)

    assert page.status_code == 422
    assert "regnet med de sædvanlige" in page.text
    assert page.context["forecast"].approval == (40, 70, 100)


@pytest.mark.usefixtures("pools")
@pytest.mark.parametrize(
    ("who", "status"),
    [("chief", 200), ("member", 200), ("follower", 403), ("leader", 403), ("admin", 403)],
)
def test_the_forecast_is_for_chiefs_and_committee(who, status, request, client_for):
    user = request.getfixturevalue(who)
    assert client_for(user).get(URL).status_code == status


def count_queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_it_takes_as_many_queries_with_many_cases(pools, schools, leader, client_for, chief):
    client = client_for(chief)
    client.get(URL)
    before = count_queries(client, URL)

    pupil_cases = many(30, school=schools["Baltorpskolen"], by=leader)
    apply_for(pupil_cases, 100_000, date(NEXT, 1, 1), date(NEXT, 7, 31))
    assert count_queries(client, URL) == before
    assert before <= 16


# -- the investment --


def test_it_is_a_range_and_says_where_it_breaks_even(granted):
    referral = rules.Estimate(40, 60, 80)
    price = investment.Price("Henvisning", 265_000, NEXT)
    [alternative] = queries.alternatives(NEXT, [price], referral)

    assert (alternative.unit_cost, alternative.pupils) == (215_000, 1.0)
    assert alternative.per_pupil == (-109_000, -56_000, -3_000)
    assert alternative.in_all == alternative.per_pupil
    assert alternative.break_even == 82


def test_the_prices_are_the_data_s_own_and_can_be_changed(case, pools, chair, client_for, chief):
    call_command("load_figures", verbosity=0)
    period = terms(200_000, today(), today() + timedelta(days=60))
    decisions.grant(case, period, grounds="Behov.", by=chair)

    alternatives = client_for(chief).get(URL).context["alternatives"]
    assert [alternative.price for alternative in alternatives] == [265_000, 292_022]

    changed = client_for(chief).get(URL, {"henvisning": "300.000"})
    assert changed.context["alternatives"][0].price == 300_000
    assert "Et regnestykke på antagelser" in changed.text


def test_without_a_pool_or_a_pupil_there_is_no_claim(pools, client_for, chief):
    prices = [investment.Price("Henvisning", 265_000, NEXT)]
    assert queries.alternatives(NEXT + 50, prices, HALF) == []
    assert investment.alternatives(prices, unit_cost=None, pupils=0.0, referral=HALF) == []
    assert "ikke noget at sammenligne" in client_for(chief).get(URL).text


def test_prices_of_other_years_are_brought_to_this_years_by_an_index(granted):
    old = investment.Price("Henvisning", 200_000, 2022)
    assert old.in_this_years_prices == 200_000
    assert "kan ikke sammenlignes" in investment.levels_in_words([old])
    indexed = old._replace(factor=Decimal("1.1"))
    [alternative] = queries.alternatives(NEXT, [indexed], HALF)
    assert (alternative.source_price.amount, alternative.price) == (200_000, 220_000)
    assert investment.levels_in_words([indexed]) == ""


def test_the_index_is_typed_with_a_comma_and_stands_in_the_address(case, pools, chair, committee):
    period = terms(200_000, today(), today() + timedelta(days=60))
    decisions.grant(case, period, grounds="Behov.", by=chair)
    page = committee.get(URL, {"henvisning_indeks": "1,25"})
    assert page.context["alternatives"][0].price == 331_250
    assert "331.250" in page.text
    assert committee.get(URL, {"henvisning_indeks": "nul"}).status_code == 422


def test_pupils_who_come_back_have_their_own_assumption():
    referral, stayed = rules.Estimate(40, 60, 80), rules.Estimate(100, 100, 100)
    assert investment.weighed(referral, stayed, returning=1, others=3) == (55, 70, 85)
    assert investment.weighed(referral, stayed, returning=0, others=3) == referral
    assert investment.weighed(referral, stayed, returning=0, others=0) == referral


def test_the_dashboard_says_of_the_year_what_the_forecast_says(released, case, waiting, pools):
    usual = [
        rules.Estimate(*settings.FORECAST_EXTENDED),
        rules.Estimate(*settings.FORECAST_GRANTED),
    ]
    lines = queries.forecast(*usual).pools
    expected = {line.year: line.band.expected for line in lines}
    assert standing.of_year(YEAR).demand == standing.of_year(NEXT).demand == expected


def test_running_started_and_the_average_are_counted_from_the_grants(granted):
    years = {year: standing.of_year(year).total for year in (YEAR, NEXT, AFTER)}
    counted = [(total.running, total.started) for total in years.values()]
    # It runs from New Year: of years to come, the first day is looked at.
    assert counted == [(0, 0), (1, 1), (1, 0)]
    assert years[NEXT].average_tariff == years[AFTER].average_tariff == granted.tariff
    assert years[AFTER].days == granted.by_fiscal_year()[AFTER].days


def test_a_step_down_weighs_each_tariff_by_its_days():
    later = [Later(date(2027, 7, 1), 100_000)]
    stream = rules.Stream(
        rules.Kind.GRANTED, 1, 200_000, date(2027, 1, 1), date(2027, 12, 31), later
    )
    row = standing.Row(stream, may_go_on=False, goes_on_from=False)
    activity = standing.activity_of(row, date(2027, 8, 1))
    assert activity.tariff_days == 181 * 200_000 + 184 * 100_000
    assert activity.average_tariff == 149_589
