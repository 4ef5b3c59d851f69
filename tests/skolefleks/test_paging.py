"""Page after page of a long list: every row once, there and back, whatever the address says."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import chain

import pytest
from django.http import QueryDict
from django.utils import timezone

from applications.models import Application
from skolefleks.models import AccessEntry
from skolefleks.paging import bounded_count, page_of
from tests.conftest import many

ORDERS = ["submitted_at", "-submitted_at", "requested", "-requested", "-updated_at"]


@pytest.fixture
def cases(schools, leader):
    """23 cases; many were submitted at the same moment and ask for the same amount."""
    many(23, school=schools["Baltorpskolen"], by=leader)
    now = timezone.now()
    for at, pk in enumerate(Application.objects.values_list("pk", flat=True)):
        moment = now - timedelta(days=at % 4)
        Application.objects.filter(pk=pk).update(
            submitted_at=moment, updated_at=moment, requested=at % 3
        )
    return Application.objects.all()


def turn(rows, by, link="", size=5):
    return page_of(rows, QueryDict(link.lstrip("?")), by=by, size=size)


def pages_from(page, rows, by, side):
    """The pages from `page` on, as far as `side` (`next`, `previous`) leads."""
    pages = [page]
    while getattr(pages[-1], side):
        pages.append(turn(rows, by, getattr(pages[-1], side)))
    return pages


def all_rows(pages):
    return list(chain.from_iterable(page.rows for page in pages))


@pytest.mark.parametrize("by", ORDERS)
def test_every_row_comes_once_forwards(cases, by):
    pages = pages_from(turn(cases, by), cases, by, "next")
    field = by.lstrip("-")
    is_descending = by.startswith("-")
    in_order = sorted(cases, key=lambda row: (getattr(row, field), row.pk), reverse=is_descending)
    assert all_rows(pages) == in_order
    assert [len(page) for page in pages] == [5, 5, 5, 5, 3]


@pytest.mark.parametrize("by", ORDERS)
def test_the_same_pages_come_backwards(cases, by):
    there = pages_from(turn(cases, by), cases, by, "next")
    back = pages_from(there[-1], cases, by, "previous")
    assert [page.rows for page in reversed(back)][1:] == [page.rows for page in there][1:]
    assert {row.pk for row in all_rows(back)} == {row.pk for row in cases}


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6])
def test_a_list_has_neighbours_only_where_there_is_more(cases, count):
    rows = Application.objects.filter(pk__in=[row.pk for row in cases[:count]])
    page = turn(rows, "submitted_at")
    assert (len(page), page.previous, bool(page.next)) == (min(count, 5), "", count > 5)


def test_a_row_that_comes_between_moves_nobody(cases, schools, leader):
    first = turn(cases, "submitted_at")
    second = turn(cases, "submitted_at", first.next)
    oldest = timezone.now() - timedelta(days=30)
    many(3, school=schools["Baltorpskolen"], by=leader, first=7001, submitted_at=oldest)
    assert turn(cases, "submitted_at", first.next).rows == second.rows


def test_filters_stay_on_the_way(cases):
    page = turn(cases, "submitted_at", "?skole=3&q=a%26b&efter=x~y")
    assert page.next.startswith("?skole=3&q=a%26b&efter=")
    assert page.next.count("efter") == 1


NOBODY = uuid.UUID(int=0)

NO_POINTERS = ["", "~", "x", "x~y", "2026~x", "æøå~æøå", "2026-01-01~", "\x00~\x00", "~" * 500]

NO_VALUES = [
    "",
    "x",
    "None",
    "1e5",
    "9" * 30,
    "-" + "9" * 30,
    "\x00",
    "x" * 9_000,
    "2026-13-01T00:00",
    "2026-02-30T00:00:00+00:00",
    "24:00",
]

NONSENSE = NO_POINTERS + [f"{value}~{NOBODY}" for value in NO_VALUES]


@pytest.mark.parametrize("side", ["efter", "foer"])
@pytest.mark.parametrize("by", ["submitted_at", "requested"])
def test_a_pointer_that_makes_no_sense_is_the_first_page(cases, by, side):
    first = turn(cases, by).rows
    for text in NONSENSE:
        params = QueryDict(mutable=True)
        params[side] = text
        page = page_of(cases, params, by=by, size=5)
        assert (text, page.rows, page.previous) == (text, first, "")


def test_a_pointer_by_case_number_leads_on_and_its_nonsense_nowhere(cases):
    pages = pages_from(turn(cases, "number"), cases, "number", "next")
    assert all_rows(pages) == sorted(cases, key=lambda row: row.number)
    for text in ("\x00", "x" * 9_000, ""):
        params = QueryDict(mutable=True)
        params["efter"] = f"{text}~{NOBODY}"
        assert page_of(cases, params, by="number", size=5).rows == pages[0].rows


OUT_OF_THIS_WORLD = [
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2026-01-01T00:00:00",
    "1800-01-01 00:00:00",
]


@pytest.mark.parametrize("side", ["efter", "foer"])
@pytest.mark.parametrize("at", OUT_OF_THIS_WORLD)
def test_a_pointer_far_out_is_no_error(cases, at, side):
    params = QueryDict(mutable=True)
    params[side] = f"{at}~{uuid.uuid4()}"
    assert len(page_of(cases, params, by="submitted_at", size=5)) in {0, 5}


@pytest.mark.parametrize("number", ["9" * 30, "-1", "0", "1.5", "1~1~1"])
def test_a_pointer_into_the_log_far_out_is_no_error(db, number):
    AccessEntry.objects.create(user_id=1, kind="view")
    for side in ("efter", "foer"):
        params = QueryDict(f"{side}={number}~{number}")
        assert len(page_of(AccessEntry.objects.all(), params, by="-id")) in {0, 1}


def test_a_page_takes_one_query_wherever_it_lies(cases, django_assert_num_queries):
    page = turn(cases, "submitted_at")
    for _ in range(3):
        with django_assert_num_queries(1):
            page = turn(cases, "submitted_at", page.next)


def test_a_count_stops_at_its_bound(cases, monkeypatch):
    assert bounded_count(cases) == "23"
    monkeypatch.setattr("skolefleks.paging.COUNT_BOUND", 22)
    assert bounded_count(cases) == "mere end 1.000"
