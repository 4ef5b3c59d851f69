"""Writing with others at the same time: saved while typing, nothing overwritten unseen."""

from __future__ import annotations

import json
import re

import pytest

from applications.models import TriedMeasure
from applications.writing import actions as writing
from skolefleks.models import AuditEntry
from tests.applications.writing.desk import at, at_pupil, autosave, marked, typed


@pytest.fixture
def cooperation(draft):
    return at("cooperation", draft)


# -- while typing --
def test_what_is_typed_is_stored_and_the_rest_stays(desk, post, draft, cooperation):
    page = desk.get(cooperation)
    answer = autosave(post, desk, cooperation, page, ppr_setup="Midt i en sætn")
    before = draft.ppr_daily
    revision = draft.revision

    draft.refresh_from_db()
    assert (draft.ppr_setup, draft.ppr_daily) == ("Midt i en sætn", before)
    assert (draft.revision, answer["revision"]) == (revision + 1, revision + 1)
    assert re.fullmatch(r"\d\d\.\d\d", answer["saved"])


def test_a_malformed_field_stops_no_other(desk, post, pupil_case):
    url = at_pupil(pupil_case)
    words = {"description": "Nyt billede.", "requested_tariff": "mange"}
    answer = autosave(post, desk, url, desk.get(url), **words)

    pupil_case.refresh_from_db()
    assert pupil_case.description == "Nyt billede."
    assert pupil_case.requested_tariff == 200_000
    assert list(answer["errors"]) == ["requested_tariff"]


def test_a_period_that_ends_before_it_begins_is_refused_and_not_stored(desk, post, pupil_case):
    first_day = pupil_case.starts_on
    url = at_pupil(pupil_case)
    words = {"starts_on": "01.08.2030", "name": "Anna Maria Berg"}
    answer = autosave(post, desk, url, desk.get(url), **words)

    pupil_case.refresh_from_db()
    assert pupil_case.starts_on == first_day
    assert pupil_case.name == "Anna Maria Berg"
    assert list(answer["errors"]) == ["starts_on"]


def test_nothing_new_writes_nothing(desk, post, draft, cooperation):
    lines = AuditEntry.objects.count()
    autosave(post, desk, cooperation, desk.get(cooperation), ppr_setup=draft.ppr_setup)
    assert AuditEntry.objects.count() == lines


def test_a_new_row_saved_while_typing_and_by_the_button_is_one_row(desk, post, draft):
    url = at("environment", draft)
    page = desk.get(f"{url}?ny=1")
    marks = {}
    for text in ("To-", "To-lærer"):
        answer = autosave(post, desk, url, page, **marks, **{"tried-1-what": text})
        marks = {name: json.dumps(stored) for name, stored in answer["marks"].items()}
    words = {"tried-1-what": "To-lærerordning", "tried-1-outcome": "Ro"}
    post(desk, url, marked(page, **marks, **words))

    old, new = draft.tried_measures.all()
    assert (old.what, new.what) == ("Co-teaching", "To-lærerordning")


def test_a_row_emptied_while_typing_is_not_yet_gone(desk, post, draft):
    url = at("environment", draft)
    nothing = {"tried-0-what": "", "tried-0-outcome": ""}
    autosave(post, desk, url, desk.get(url), **nothing)
    assert draft.tried_measures.count() == 1


def test_anothers_row_cannot_be_taken_by_its_key(desk, post, draft, leader, schools):
    other = writing.start(school=schools["Baltorpskolen"], by=leader)
    foreign = TriedMeasure.objects.create(application=other, what="Andres")
    url = at("environment", draft)
    page = desk.get(f"{url}?ny=1")
    data = typed(page, **{"tried-1-what": "Min", "tried-1-key": str(foreign.pk)})
    assert post(desk, url, data).status_code == 422
    foreign.refresh_from_db()
    assert (foreign.what, foreign.application_id) == ("Andres", other.pk)


def test_typing_after_submission_is_refused_and_changes_nothing(desk, post, submitted):
    words = {"only": "ppr_setup", "ppr_setup": "For sent", "then": "autosave"}
    answer = post(desk, at("cooperation", submitted), words)
    assert "hos udvalget" in answer.json()["refused"]
    submitted.refresh_from_db()
    assert submitted.ppr_setup != "For sent"


def test_someone_signed_out_is_sent_to_sign_in(client, post, draft, cooperation):
    words = {"only": "ppr_setup", "ppr_setup": "x", "then": "autosave"}
    answer = post(client, cooperation, words)
    assert answer.status_code == 302
    assert answer.url.startswith("/konto/login/")


# -- two at once --
def test_two_who_write_in_different_fields_both_keep_theirs(
    desk, desk_of_staff, post, draft, cooperation
):
    mine = desk.get(cooperation)
    theirs = desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, marked(theirs, ppr_setup="Peders"))
    assert post(desk, cooperation, marked(mine, ppr_daily="Lenes")).status_code == 302
    draft.refresh_from_db()
    assert (draft.ppr_setup, draft.ppr_daily) == ("Peders", "Lenes")


def test_two_who_write_in_one_field_are_shown_both_texts(
    desk, desk_of_staff, post, draft, cooperation
):
    mine = desk.get(cooperation)
    theirs = desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, marked(theirs, ppr_setup="Peders"))
    words = marked(mine, ppr_setup="Lenes", ppr_daily="Også Lenes")
    answer = post(desk, cooperation, words)

    draft.refresh_from_db()
    assert answer.status_code == 409
    assert draft.ppr_setup == "Peders"
    texts = re.findall(r"Peders|Også Lenes|Lenes", answer.content.decode())
    assert {"Peders", "Lenes", "Også Lenes"} <= set(texts)


def test_without_the_marks_the_later_would_win(desk, desk_of_staff, post, draft, cooperation):
    mine = desk.get(cooperation)
    theirs = desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, typed(theirs, ppr_setup="Peders"))
    post(desk, cooperation, typed(mine, ppr_setup="Lenes"))
    draft.refresh_from_db()
    assert draft.ppr_setup == "Lenes"


def test_who_has_seen_both_texts_may_keep_the_own(desk, desk_of_staff, post, draft, cooperation):
    mine = desk.get(cooperation)
    theirs = desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, marked(theirs, ppr_setup="Peders"))
    refused_page = post(desk, cooperation, marked(mine, ppr_setup="Lenes"))
    assert post(desk, cooperation, marked(refused_page)).status_code == 302
    draft.refresh_from_db()
    assert draft.ppr_setup == "Lenes"


def test_who_has_seen_both_texts_may_take_the_others(desk, desk_of_staff, post, draft, cooperation):
    mine = desk.get(cooperation)
    theirs = desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, marked(theirs, ppr_setup="Peders"))
    words = marked(mine, ppr_setup="Lenes", ppr_daily="Mit")
    refused_page = post(desk, cooperation, words)
    page = post(desk, cooperation, marked(refused_page, theirs="ppr_setup"))
    assert page.context["form"]["ppr_setup"].value() == "Peders"
    assert post(desk, cooperation, marked(page)).status_code == 302
    draft.refresh_from_db()
    assert (draft.ppr_setup, draft.ppr_daily) == ("Peders", "Mit")


def test_typing_in_a_field_that_another_changed_tells_both_texts(
    desk, desk_of_staff, post, draft, cooperation
):
    mine = desk.get(cooperation)
    theirs = desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, marked(theirs, ppr_setup="Peders"))
    words = {"ppr_setup": "Lenes", "ppr_daily": "Også"}
    answer = autosave(post, desk, cooperation, mine, **words)

    (conflict,) = answer["conflicts"]
    assert conflict["name"] == "ppr_setup"
    assert conflict["theirs"] == "Peders"
    assert conflict["mine"] == "Lenes"
    draft.refresh_from_db()
    assert (draft.ppr_setup, draft.ppr_daily) == ("Peders", "Også")


def test_a_mark_says_nothing_of_the_text(desk, draft, cooperation):
    marks = json.loads(desk.get(cooperation).context["form"].opening_marks)
    assert all(re.fullmatch(r"[0-9a-f]{16}", mark) for mark in marks.values())


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000])
def test_marks_nested_without_an_end_are_a_bad_request(desk, post, cooperation, deep):
    assert post(desk, cooperation, {"was": deep, "then": "autosave"}).status_code == 400
