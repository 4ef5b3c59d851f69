"""Whether all that the implementation group sees of the pool tells of a single pupil.

Whoever wants to know reads every quarter of every year: dashboard, spreadsheet and quarterly page.
Each figure is an equation of what happened in the quarters before it.
"""

from __future__ import annotations

import io
import random
import uuid
from datetime import date
from itertools import product
from typing import NamedTuple

import pytest
import time_machine
from openpyxl import load_workbook

from budget.books import actions as books
from budget.books import public
from budget.models import links
from budget.quarterly import report
from budget.quarterly.rules import Quarter
from budget.tariff import by_fiscal_year
from skolefleks import suppression
from skolefleks.danish import whole
from tests.conftest import SCHOOLS, YEAR
from tests.visitation.evaluation.solver import Solver

QUARTERS = [Quarter(*one) for one in product((YEAR - 2, YEAR - 1), (1, 2, 3, 4))]


class Event(NamedTuple):
    """One pupil joins a district in a quarter with an amount, or leaves it again."""

    quarter: Quarter
    district: int
    pupil: uuid.UUID
    amount: int
    places: int


def history(seed):
    """Two years of joining, now and then of leaving; most pupils come with a school year."""
    chance = random.Random(seed)
    events = []
    for quarter in QUARTERS:
        for district in range(5):
            joining = chance.choice((0, 0, 1, 2))
            if quarter.number == 2:
                joining = chance.choice((0, 4, 5, 6, 7))
            for _ in range(joining):
                pupil = uuid.UUID(int=chance.getrandbits(128))
                amount = chance.randrange(20_000, 240_000)
                events.append(Event(quarter, district, pupil, amount, 1))
                is_leaving = chance.random() < 0.1 and quarter != QUARTERS[-1]
                if is_leaving:
                    later = QUARTERS[QUARTERS.index(quarter) + 1]
                    events.append(Event(later, district, pupil, amount, -1))
    return events


def changes_of(events):
    by_quarter = {}
    for event in events:
        amounts = public.Amounts(event.places * event.amount, 0, event.places, event.places)
        changes = by_quarter.setdefault(event.quarter, {})
        key = (event.district, event.pupil)
        changes[key] = changes.get(key, public.NOTHING).plus(amounts)
    return by_quarter


class Reader:
    """What follows from all figures together: how many came and went, and what each costs."""

    def __init__(self, events):
        self.events = events
        self.counts, self.money = Solver(), Solver()

    def learn(self, quarter, district, places, amount):
        """`district` None: of all."""
        before = [
            event
            for event in self.events
            if not public._in_order(event.quarter) > public._in_order(quarter)
        ]
        if district is not None:
            before = [event for event in before if event.district == district]
        counted, costs = {}, {}
        for event in before:
            name = (event.quarter, event.district, event.places)
            counted[name] = event.places
            costs[event] = event.places
        if before:
            self.counts.learn(counted, places)
            self.money.learn(costs, amount)

    def known_counts(self):
        """Who came or went in a quarter, where it is certain and 1-4."""
        certain = self.counts.certain()
        return {name: count for name, count in certain.items() if suppression.is_small(count)}

    def known_amounts(self):
        certain = self.money.certain()
        assert all(event.amount == amount for event, amount in certain.items())
        return certain


def read_all(events, monkeypatch):
    """All that is shown in the years, by who was there at each end of a quarter."""
    changes = changes_of(events)
    monkeypatch.setattr(public, "_changes_by_quarter", lambda _: changes)
    reader = Reader(events)
    for quarter in QUARTERS:
        shown = public.shown_on(YEAR, quarter.last_day)
        if shown.quarter is None:
            continue
        reader.learn(shown.quarter, None, shown.total.places, shown.total.committed)
        for district, amounts in (shown.districts or {}).items():
            reader.learn(shown.quarter, district, amounts.places, amounts.committed)
    return reader


@pytest.mark.parametrize("seed", range(6))
def test_no_history_gives_a_small_count_or_an_amount_back(seed, monkeypatch):
    reader = read_all(history(seed), monkeypatch)
    assert reader.known_counts() == {}
    assert reader.known_amounts() == {}


def test_something_is_shown_all_the_same(monkeypatch):
    counts = []
    for seed in range(6):
        changes = changes_of(history(seed))
        monkeypatch.setattr(public, "_changes_by_quarter", lambda _, changes=changes: changes)
        shown = [public.shown_on(YEAR, quarter.last_day) for quarter in QUARTERS]
        counts.append(
            (len({each.quarter for each in shown}), any(each.districts for each in shown))
        )
    assert min(quarters for quarters, _ in counts) >= 3
    assert sum(has_districts for _, has_districts in counts) >= 1


def test_shown_as_they_are_small_counts_and_amounts_are_given_back(monkeypatch):
    monkeypatch.setattr(public, "_may_show", lambda _: True)
    reader = read_all(history(1), monkeypatch)
    assert len(reader.known_counts()) > 5
    assert len(reader.known_amounts()) > 5


# -- the real pages ------------------------------------------------------------------------
@pytest.fixture
def booked(pools, sources, schools, chief, chair, monkeypatch):
    """A history in the books; every decision is released at once."""
    monkeypatch.setattr(links, "_releases", [])
    books.allocate(year=YEAR, source=sources[0], amount=50_000_000, by=chief)
    events = history(3)
    districts = [schools[name].district for name in SCHOOLS]
    for event in events:
        period = (date(YEAR, 1, 1), date(YEAR, 12, 31))
        with time_machine.travel(event.quarter.first_day, tick=False):
            district = districts[event.district]
            if event.places > 0:
                parts = by_fiscal_year(event.amount, *period)
                books.commit(event.pupil, parts, district=district, by=chair)
            else:
                books.release(event.pupil, keep={}, years=[YEAR], by=chair)
    return events


def read_pages(events, sign_in):
    """The spreadsheet as it is each quarter, and the dashboard, which says the same."""
    reader = Reader(events)
    for quarter in QUARTERS:
        with time_machine.travel(quarter.next.first_day, tick=False):
            client = sign_in()
            page = client.get(f"/budget/?aar={YEAR}")
            answer = client.get(f"/budget/regneark/?aar={YEAR}")
        [pool, *_] = [pool for pool, *_ in page.context["pools"]]
        sheet = load_workbook(io.BytesIO(answer.content))["Distrikter"]
        rows = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] == YEAR]
        for _, name, places, full_year, committed, paid, *_ in rows:
            if isinstance(places, int):
                district = None if name == "I alt" else SCHOOLS.index(name)
                reader.learn(pool.quarter, district, places, committed + paid)
                assert full_year == round(full_year, 1)
                assert whole(places) in page.text
    return reader


def test_neither_dashboard_nor_spreadsheet_gives_them_back(booked, client_for, follower):
    reader = read_pages(booked, lambda: client_for(follower))
    assert reader.counts.equations
    assert (reader.known_counts(), reader.known_amounts()) == ({}, {})


def test_the_quarterly_page_says_what_the_dashboard_says(booked, client_for, follower):
    quarter = Quarter(YEAR, 1)
    with time_machine.travel(quarter.next.first_day, tick=False):
        page = report.public_content(quarter, None)
        answer = client_for(follower).get(f"/budget/?aar={YEAR}")
    [pool, *_] = [pool for pool, *_ in answer.context["pools"]]
    assert pool.total.places > 20
    assert page["districts"] == [report.district_row(row) for row in pool.districts]
    assert page["publication"] == pool.publication


def test_a_decision_that_is_not_released_is_not_counted(pools, schools, chair):
    parts = by_fiscal_year(200_000, date(YEAR, 1, 1), date(YEAR, 12, 31))
    for _ in range(9):
        with time_machine.travel(QUARTERS[0].first_day, tick=False):
            books.commit(uuid.uuid4(), parts, district=schools[SCHOOLS[0]].district, by=chair)
    assert public.shown_on(YEAR, QUARTERS[-1].last_day) == public.Shown()
