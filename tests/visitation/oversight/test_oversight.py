"""Leadership's oversight: every figure counted anew by SQL of its own, and what it leads to."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skolefleks.danish import today
from tests.conftest import text_of
from tests.house.surfaces_caseload import nobody_is_held_up  # noqa: F401
from tests.visitation.evaluation.by_hand import ByHand, standing_of_each
from visitation.efforts.concerns import CONCERNS, of_concern
from visitation.models import Effort
from visitation.recusals import actions as recusals

pytestmark = pytest.mark.long

PAGE = "/indsatser/overblik/"

# Each concern by hand, of the efforts `e`; `live` and `year` stand for what they share.
BY_HAND = {
    "forfalden": "{live} AND EXISTS (SELECT FROM {w} WHERE w.status = 'planned'"
    " AND w.opens_on <= %(today)s)",
    "overskredet": "{live} AND EXISTS (SELECT FROM {w} WHERE w.status = 'planned'"
    " AND w.hold_by < %(today)s)",
    "holdt-sent": "EXISTS (SELECT FROM {w} WHERE {due} AND (w.held_on IS NULL"
    " OR w.held_on > w.hold_by))",
    "givet-sent": "EXISTS (SELECT FROM {w} WHERE {told_due} AND (w.told_at IS NULL"
    " OR (w.told_at AT TIME ZONE 'Europe/Copenhagen')::date > w.tell_by))",
    "udgangspunkt": "{live} AND (NOT EXISTS (SELECT FROM {g}) OR EXISTS"
    " (SELECT FROM {g} WHERE g.baseline IS NULL))",
    "uden-plan": "{live} AND e.ends_on <= %(today)s::date + %(soon)s AND (EXISTS"
    " (SELECT FROM {w} WHERE w.status IN ('planned', 'held')) OR NOT EXISTS"
    " (SELECT FROM {w} WHERE w.status = 'told'))",
    "slutrapport": "EXISTS (SELECT FROM visitation_closingreport r WHERE r.effort_id = e.id"
    " AND r.status = 'awaited' AND r.due_on < %(today)s)",
    "vilkaar": "{live} AND EXISTS (SELECT FROM visitation_effortcondition c"
    " WHERE c.effort_id = e.id AND (c.state = 'not_met'"
    " OR c.state = 'open' AND c.due_on < %(today)s))",
}
# The rule beside the curves is written anew in Python (`tests/visitation/evaluation/by_hand.py`).
STILL = "staar-stille"

DUE = (
    "w.status <> 'cancelled' AND w.hold_by >= %(today)s::date - 365"
    " AND (w.hold_by < %(today)s OR w.held_on IS NOT NULL)"
)
PARTS = {
    "live": "e.status IN ('awaiting', 'running')",
    "w": "(SELECT * FROM visitation_followupwindow x WHERE x.effort_id = e.id) w",
    "g": "(SELECT * FROM visitation_effortgoal x WHERE x.effort_id = e.id AND NOT EXISTS"
    " (SELECT FROM visitation_effortgoal y WHERE y.replaces_id = x.id)) g",
    "due": DUE,
    "told_due": f"{DUE} AND w.held_on IS NOT NULL"
    " AND (w.tell_by < %(today)s OR w.told_at IS NOT NULL)",
}


def by_sql(statement):
    values = {"today": today(), "soon": settings.EFFORT_ENDS_SOON_DAYS}
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**PARTS), values)
        return cursor.fetchall()


def standing_still():
    """The live efforts with a goal that is unchanged, by the rule written anew."""
    sql = ByHand(date(2000, 1, 1), date(2099, 12, 31))
    live = {row[0] for row in by_sql("SELECT id FROM visitation_effort e WHERE {live}")}
    return live & {effort for effort, word in standing_of_each(sql) if word == "Uændret"}


def test_the_efforts_that_stand_still_are_those_of_the_rule(efforts):
    found = of_concern(Effort.objects.all(), STILL).values_list("pk", flat=True)
    assert set(found) == standing_still() != set()


def test_every_concern_is_counted_by_hand():
    assert BY_HAND.keys() | {STILL} == CONCERNS.keys()


def test_every_figure_is_what_sql_of_its_own_counts(efforts, chief, client_for):
    page = client_for(chief).get(PAGE)
    shown = {figure["label"]: figure["value"] for figure in page.context["figures"]}
    counted = {}
    for name, condition in BY_HAND.items():
        [[count]] = by_sql(f"SELECT count(*) FROM visitation_effort e WHERE {condition}")
        counted[CONCERNS[name].label] = count
    assert min(counted.values()) > 0
    counted[CONCERNS[STILL].label] = len(standing_still())
    assert shown == {label: counted[label] for label in shown}
    assert len(shown) == len(counted) - 2


def test_every_schools_figures_are_what_sql_counts(efforts, chief, client_for):
    rows = client_for(chief).get(PAGE).context["rows"]
    names = [name for name in CONCERNS if not name.endswith("sent")]
    for place, name in enumerate(names):
        if name == STILL:
            continue
        counted = by_sql(
            "SELECT s.name, count(*) FROM visitation_effort e JOIN skolefleks_school s"
            f" ON s.id = e.school_id WHERE {BY_HAND[name]} GROUP BY s.name"
        )
        shown = {row["name"]: row["figures"][place]["value"] for row in rows}
        assert {school: n for school, n in shown.items() if n} == dict(counted)


def test_the_shares_are_what_sql_counts(efforts, chief, client_for):
    held, told = client_for(chief).get(PAGE).context["clocks"]
    joined = "SELECT count(*), count(*) FILTER (WHERE {0}) FROM visitation_effort e, LATERAL {{w}}"
    in_time = joined.format("w.held_on <= w.hold_by") + " WHERE {due}"
    assert by_sql(in_time) == [(held["share"].of, held["share"].in_time)]
    told_on = "(w.told_at AT TIME ZONE 'Europe/Copenhagen')::date <= w.tell_by"
    in_time = joined.format(told_on) + " WHERE {told_due}"
    assert by_sql(in_time) == [(told["share"].of, told["share"].in_time)]
    assert 0 < told["share"].in_time < told["share"].of


@pytest.mark.usefixtures("nobody_is_held_up")
def test_each_figure_is_the_number_of_efforts_behind_its_link(efforts, chair, client_for):
    client = client_for(chair)
    page = client.get(PAGE)
    links = [(row["url"], row["value"]) for row in page.context["figures"]]
    for row in page.context["rows"]:
        links += [(figure["url"], figure["value"]) for figure in row["figures"]]
    for url, count in links:
        export = client.get(url.replace("/indsatser/?", "/indsatser/udtraek.csv?"))
        assert len(export.content.decode().strip().splitlines()) - 1 == count
    assert parse_qs(urlsplit(links[0][0]).query) == {"hvad": ["forfalden"]}


def test_a_leader_sees_the_own_school_alone(efforts, leader, client_for, schools):
    page = client_for(leader).get(PAGE)
    assert [row["name"] for row in page.context["rows"]] == ["Baltorpskolen"]
    own = Effort.objects.filter(school=schools["Baltorpskolen"])
    shown = {row["label"]: row["value"] for row in page.context["figures"]}
    for name in ("forfalden", "vilkaar"):
        assert shown[CONCERNS[name].label] == of_concern(own, name).count()


def test_a_chief_sees_no_pupil_no_case_and_no_link_to_one(efforts, chief, client_for):
    page = client_for(chief).get(PAGE)
    assert not re.search(r"SF-\d{4}|A\.B\.|Asta", page.content.decode())
    assert 'href="/indsatser/?' not in page.content.decode()


def test_what_the_chair_is_out_of_is_not_counted_and_not_listed(
    efforts, chair, secretary, client_for
):
    effort = of_concern(Effort.objects.all(), "forfalden")[0]
    client = client_for(chair)
    before = client.get(PAGE).context["figures"][0]["value"]
    recusals.set_recusal(effort.application, chair, reason="Nabo.", by=secretary)
    assert client.get(PAGE).context["figures"][0]["value"] == before - 1


def asked(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("who", ["leader", "chair", "chief"])
def test_oversight_takes_as_many_queries_with_60_efforts_as_with_20(
    who, caseload, client_for, request
):
    client = client_for(request.getfixturevalue(who))
    # Without a single effort nothing is asked of its curves.
    caseload.make(20)
    few = asked(client, PAGE)
    caseload.make(40)
    assert asked(client, PAGE) == few <= 12


def test_the_list_of_a_concern_stays_under_its_ceiling(caseload, committee):
    caseload.make(40)
    for name in CONCERNS:
        assert asked(committee, f"/indsatser/?hvad={name}") <= 13


def test_the_list_says_which_concern_it_shows(efforts, committee):
    page = committee.get("/indsatser/?hvad=vilkaar")
    assert '<option value="vilkaar" selected>' in page.content.decode()
    assert "Vilkår, der ikke er opfyldt" in text_of(page)
