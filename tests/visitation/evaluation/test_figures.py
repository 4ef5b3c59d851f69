"""Every figure of an evaluation, counted anew by SQL of its own from 300 efforts."""

from __future__ import annotations

import pytest

from tests.conftest import YEAR
from tests.visitation.evaluation import by_hand
from visitation.evaluation import queries
from visitation.evaluation.rules import Period, Span
from visitation.models import Exam, Now

pytestmark = pytest.mark.long

PERIODS = [Period(Span.FISCAL, YEAR - 1), Period(Span.FISCAL, YEAR), Period(Span.SCHOOL, YEAR - 1)]

EMPTY = Period(Span.FISCAL, YEAR - 9)


@pytest.fixture(params=PERIODS, ids=lambda period: period.slug)
def counted(request, three_hundred, db):
    """The tables of a year by their names, and what SQL says of the same year."""
    figures = queries.figures_now(request.param)
    tables = {table["key"]: table for table in figures["tables"]}
    return tables, by_hand.ByHand(request.param.first_day, request.param.last_day)


def cells_of(table):
    return {row["name"]: row["cells"] for row in table["rows"] if any(row["cells"])}


def test_the_frames_are_what_sql_adds_up(counted):
    tables, sql = counted
    shown = {key: table for key, table in tables.items() if key.startswith("frames_")}
    assert shown
    for key, table in shown.items():
        allocated, used = sql.pool(int(key.removeprefix("frames_")))
        assert table["total"]["cells"][1:] == [allocated, used, allocated - used]
        assert sum(row["cells"][2] for row in table["rows"]) == used


def test_pupils_days_and_amounts_are_what_sql_counts(counted):
    tables, sql = counted
    rows = sql.pupils()
    pupils, days, amount = len(rows), sum(row[1] for row in rows), sum(row[2] for row in rows)
    [row] = tables["price"]["rows"]
    assert pupils > 50
    assert row["cells"][:3] == [pupils, pytest.approx(days / sql.length), amount]
    assert row["cells"][3] == round(amount * sql.length / days)


@pytest.mark.parametrize(
    ("key", "column"), [("districts", "district"), ("ages", "age_group"), ("kinds", "kind")]
)
def test_each_group_of_pupils_is_what_sql_counts(counted, key, column):
    tables, sql = counted
    by_sql = {}
    for name, (pupils, days, amount) in sql.pupils_by(column).items():
        by_sql[name] = [pupils, pytest.approx(days / sql.length), amount]
    shown = {name: cells[:3] for name, cells in cells_of(tables[key]).items()}
    assert shown == by_sql
    assert tables[key]["total"]["cells"] == tables["price"]["rows"][0]["cells"]


def test_the_measures_are_what_sql_counts(counted):
    tables, sql = counted
    shown = cells_of(tables["measures"])
    for name, efforts, hours, cost in sql.measures():
        number, share, of_hours, of_cost = shown.pop(name)
        assert (number, of_hours, of_cost) == (efforts, pytest.approx(float(hours)), cost)
        assert share == pytest.approx(100 * efforts / sql.efforts())
    assert shown == {}


def test_the_waits_are_what_sql_counts(counted):
    tables, sql = counted
    decision, at_school, begin = tables["waiting"]["rows"]
    number, median, median_at_school, in_time = sql.waits_to_decision()
    assert decision["cells"][:3] == [number, float(median), in_time]
    assert at_school["cells"][:2] == [number, float(median_at_school)]
    number, median = sql.waits_to_begin()
    assert begin["cells"][:2] == [number, float(median)]


def test_what_each_voice_sees_is_what_sql_counts(counted):
    tables, sql = counted
    for voice in ("pupil", "parents", "school", "ppr"):
        table = tables[f"voice_{voice}"]
        shown = {row["name"]: row["cells"][0] for row in table["rows"]}
        assert {name: n for name, n in shown.items() if n} == dict(sql.views(voice))
        measured = sum(n for name, n in shown.items() if name != "For få målinger")
        forward = shown["Nået"] + shown["På vej"]
        assert table["total"]["cells"][:2] == [forward, pytest.approx(100 * forward / measured)]


def test_the_rule_is_counted_over_the_same_goals(counted):
    tables, sql = counted
    table = tables["standings"]
    assert table["total"]["cells"][0] == sql.goals()
    assert sum(row["cells"][0] for row in table["rows"]) == sql.goals()
    shown = {row["name"]: row["cells"][0] for row in table["rows"]}
    assert {name: n for name, n in shown.items() if n} == dict(by_hand.standings(sql))


def test_the_kinds_of_measures_are_judged_by_the_goals_of_their_efforts(counted):
    tables, sql = counted
    expected = by_hand.by_measure(sql)
    for row in tables["by_measure"]["rows"]:
        assert row["cells"][:3] == expected[row["name"]]


def test_where_the_pupils_are_afterwards_is_what_sql_counts(counted):
    tables, sql = counted
    labels = {"": "Ikke besvaret endnu", **dict(Now.choices)}
    for months in (6, 12):
        by_sql = {labels[now]: number for now, number in sql.whereabouts(months)}
        table = tables[f"whereabouts_{months}"]
        shown = {name: cells[0] for name, cells in cells_of(table).items()}
        assert shown == by_sql
        assert table["total"]["cells"][0] == sum(by_sql.values())


def test_the_exams_are_what_sql_counts(counted):
    tables, sql = counted
    by_sql = {dict(Exam.choices)[answer]: number for answer, number in sql.exams()}
    shown = {name: cells[0] for name, cells in cells_of(tables["exam"]).items()}
    assert shown == by_sql


def test_the_follow_ups_are_what_sql_counts(counted):
    tables, sql = counted
    shown = cells_of(tables["process"])
    for name, *numbers in sql.process():
        due, in_time, share, to_tell, in_time_told, _ = shown.pop(name)
        assert [due, in_time, to_tell, in_time_told] == numbers
        assert share == pytest.approx(100 * in_time / due)
    assert shown == {}


def test_day_treatment_is_what_was_read_in(counted):
    tables, sql = counted
    shown = {row["name"]: row["cells"][0] for row in tables["day_treatment"]["rows"]}
    assert shown == {str(year): float(pupils) for year, pupils in sql.day_treatment()}


@pytest.mark.usefixtures("three_hundred")
def test_a_year_without_efforts_has_figures_too(db):
    tables = {table["key"]: table for table in queries.figures_now(EMPTY)["tables"]}
    assert tables["price"]["rows"][0]["cells"] == [0, 0.0, 0, None]
    assert tables["voice_pupil"]["total"]["cells"] == [0, None, None, None]
    assert tables["alternatives"]["rows"] == []
