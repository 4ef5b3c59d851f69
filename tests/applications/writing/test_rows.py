"""Rows of a step: added, moved, copied and removed; what is foreign is never used."""

from __future__ import annotations

import uuid

import pytest

from applications.writing import actions as writing
from tests.applications.writing.desk import at, marked, typed
from tests.filling import fill


def test_one_more_measure_keeps_what_was_typed(desk, post, draft):
    page = desk.get(at("plan", draft))
    words = {"planned-0-what": "Udeskole", "then": "add"}
    answer = post(desk, at("plan", draft), typed(page, **words))

    address, _, _ = answer.headers["Location"].partition("#")
    page = desk.get(address)
    assert [form["what"].value() for form in page.context["rows"]] == ["Udeskole", None]


def test_a_measure_marked_for_removal_is_gone(desk, post, draft):
    page = desk.get(at("environment", draft))
    words = {"tried-0-DELETE": "on", "learning_environment": "To klasser."}
    post(desk, at("environment", draft), typed(page, **words))
    draft.refresh_from_db()
    assert not draft.tried_measures.exists()
    assert draft.learning_environment == "To klasser."


def test_a_wrong_row_keeps_the_whole_page(desk, post, draft):
    page = desk.get(at("environment", draft))
    wrong = {
        "tried-0-started_on": "01.03.2026",
        "tried-0-ended_on": "01.02.2026",
        "learning_environment": "Bliver.",
    }
    answer = post(desk, at("environment", draft), typed(page, **wrong))
    assert answer.status_code == 422
    assert "Bliver." in answer.content.decode()
    assert draft.tried_measures.get().started_on is None


@pytest.mark.parametrize("row", [uuid.uuid4(), "æ", "' OR 1=1", ""])
def test_a_foreign_row_in_the_form_is_never_changed(desk, post, draft, leader, schools, row):
    other = writing.start(school=schools["Baltorpskolen"], by=leader)
    fill(other, "Eva Fog", by=leader)
    row = row or other.planned_measures.get().pk

    page = desk.get(at("plan", draft))
    words = {"planned-0-id": row, "planned-0-what": "Ny"}
    answer = post(desk, at("plan", draft), typed(page, **words))
    assert answer.status_code == 422
    assert other.planned_measures.get().what == "Voksen"
    assert draft.planned_measures.get().what == "Voksen"


@pytest.mark.parametrize("total", ["", "æ", "-1", "31", "1000000"])
def test_a_nonsense_number_of_rows_is_refused(desk, post, draft, total):
    page = desk.get(at("plan", draft))
    words = typed(page, **{"planned-TOTAL_FORMS": total})
    answer = post(desk, at("plan", draft), words)
    assert answer.status_code in {302, 422}
    assert draft.planned_measures.get().what == "Voksen"


MOVES = {
    "up:tried:1": "BAC",
    "down:tried:1": "ACB",
    "up:tried:0": "ABC",
    "copy:tried:0": "AABC",
    "remove:tried:1": "AC",
}


@pytest.mark.parametrize(
    ("then", "order"),
    [*MOVES.items(), ("up:tried:99", "ABC"), ("up:æ:0", "ABC"), ("copy:tried:²", "ABC")],
)
def test_rows_are_moved_copied_and_removed_by_buttons(desk, post, three, then, order):
    url = at("environment", three)
    words = {"learning_environment": "Skrevet imens", "then": then}
    post(desk, url, marked(desk.get(url), **words))
    assert "".join(row.what for row in three.tried_measures.all()) == order
    three.refresh_from_db()
    assert three.learning_environment == "Skrevet imens"


LANDS = {
    "up:tried:1": "tried-0",
    "down:tried:1": "tried-2",
    "up:tried:0": "tried-0",
    "copy:tried:0": "tried-1",
    "remove:tried:1": "tried-1",
    "remove:tried:2": "tried-1",
    "up:tried:99": "div_id_tried",
}


@pytest.mark.parametrize(("then", "lands"), LANDS.items())
def test_after_a_rows_button_one_is_at_that_row(desk, post, three, then, lands):
    url = at("environment", three)
    answer = post(desk, url, marked(desk.get(url), then=then))
    assert answer.url == f"{url}#{lands}"
    assert f'id="{lands}"' in desk.get(url).content.decode()
