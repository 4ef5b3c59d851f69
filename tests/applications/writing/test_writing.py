"""Writing with others at the same time: saved while typing, nothing overwritten unseen, and what changed is shown."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from applications.fields.blocks import compare_words
from applications.models import Submission, TriedMeasure
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import AuditEntry
from tests.applications.writing.test_pages import at, at_pupil, typed
from visitation.cases import actions as cases


@pytest.fixture
def desk(client_for, leader):
    return client_for(leader)


@pytest.fixture
def desk_of_staff(client_for, staff):
    return client_for(staff)


def marked(page, **changes):
    """What the browser would send, the marks of what the page was opened with among it."""
    forms = [page.context["form"], *(page.context["rows"] or ())]
    return typed(page) | {form.add_prefix("was"): form.was for form in forms} | changes


def autosave(post, client, url, page, **changes):
    """What autosave sends for the fields that were typed in."""
    data = {
        name: value
        for name, value in marked(page).items()
        if re.search(r"-(id|key|\w+_FORMS)$|^(.*-)?was$", name)
    }
    return post(
        client, url, data | changes | {"only": list(changes), "then": "autosave"}
    ).json()


@pytest.fixture
def cooperation(draft):
    return at("cooperation", draft)


# -- while typing --
def test_what_is_typed_is_stored_and_the_rest_stays(desk, post, draft, cooperation):
    answer = autosave(
        post, desk, cooperation, desk.get(cooperation), ppr_setup="Midt i en sætn"
    )
    before, revision = draft.ppr_daily, draft.revision
    draft.refresh_from_db()
    assert (draft.ppr_setup, draft.ppr_daily) == ("Midt i en sætn", before)
    assert (draft.revision, answer["revision"]) == (revision + 1, revision + 1)
    assert re.fullmatch(r"\d\d\.\d\d", answer["saved"])


def test_a_malformed_field_stops_no_other(desk, post, draft):
    case = draft.pupil_cases.first()
    case.application = draft
    url = at_pupil(case)
    answer = autosave(
        post,
        desk,
        url,
        desk.get(url),
        description="Nyt billede.",
        requested_tariff="mange",
    )
    case.refresh_from_db()
    assert (case.description, case.requested_tariff) == ("Nyt billede.", 200_000)
    assert list(answer["errors"]) == ["requested_tariff"]


def test_a_period_that_ends_before_it_begins_is_told_and_not_stored(desk, post, draft):
    case = draft.pupil_cases.first()
    case.application = draft
    begins, url = case.starts_on, at_pupil(case)
    answer = autosave(
        post, desk, url, desk.get(url), starts_on="01.08.2030", name="Anna Maria Berg"
    )
    case.refresh_from_db()
    assert (case.starts_on, case.name) == (begins, "Anna Maria Berg")
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
    post(
        desk,
        url,
        marked(
            page,
            **marks,
            **{"tried-1-what": "To-lærerordning", "tried-1-outcome": "Ro"},
        ),
    )
    assert [row.what for row in draft.tried_measures.all()] == [
        "Co-teaching",
        "To-lærerordning",
    ]


def test_a_row_emptied_while_typing_is_not_yet_gone(desk, post, draft):
    url = at("environment", draft)
    autosave(
        post, desk, url, desk.get(url), **{"tried-0-what": "", "tried-0-outcome": ""}
    )
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


def test_typing_after_submission_is_told_and_changes_nothing(desk, post, submitted):
    url = at("cooperation", submitted)
    answer = post(
        desk, url, {"only": "ppr_setup", "ppr_setup": "For sent", "then": "autosave"}
    ).json()
    assert "hos udvalget" in answer["refused"]
    submitted.refresh_from_db()
    assert submitted.ppr_setup != "For sent"


def test_someone_signed_out_is_sent_to_sign_in(client, post, draft, cooperation):
    answer = post(
        client, cooperation, {"only": "ppr_setup", "ppr_setup": "x", "then": "autosave"}
    )
    assert (answer.status_code, answer.url[:13]) == (302, "/konto/login/")


# -- two at once --
def test_two_who_write_in_different_fields_both_keep_theirs(
    desk, desk_of_staff, post, draft, cooperation
):
    mine, theirs = desk.get(cooperation), desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, marked(theirs, ppr_setup="Peders"))
    assert post(desk, cooperation, marked(mine, ppr_daily="Lenes")).status_code == 302
    draft.refresh_from_db()
    assert (draft.ppr_setup, draft.ppr_daily) == ("Peders", "Lenes")


def test_two_who_write_in_one_field_are_shown_both_texts(
    desk, desk_of_staff, post, draft, cooperation
):
    mine, theirs = desk.get(cooperation), desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, marked(theirs, ppr_setup="Peders"))
    answer = post(
        desk, cooperation, marked(mine, ppr_setup="Lenes", ppr_daily="Også Lenes")
    )
    draft.refresh_from_db()
    assert (answer.status_code, draft.ppr_setup) == (409, "Peders")
    assert {"Peders", "Lenes", "Også Lenes"} <= set(
        re.findall(r"Peders|Også Lenes|Lenes", answer.content.decode())
    )


def test_without_the_marks_the_later_would_win(
    desk, desk_of_staff, post, draft, cooperation
):
    mine, theirs = desk.get(cooperation), desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, typed(theirs, ppr_setup="Peders"))
    post(desk, cooperation, typed(mine, ppr_setup="Lenes"))
    draft.refresh_from_db()
    assert draft.ppr_setup == "Lenes"


def test_who_has_seen_both_texts_may_keep_the_own(
    desk, desk_of_staff, post, draft, cooperation
):
    mine, theirs = desk.get(cooperation), desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, marked(theirs, ppr_setup="Peders"))
    refused = post(desk, cooperation, marked(mine, ppr_setup="Lenes"))
    assert post(desk, cooperation, marked(refused)).status_code == 302
    draft.refresh_from_db()
    assert draft.ppr_setup == "Lenes"


def test_who_has_seen_both_texts_may_take_the_others(
    desk, desk_of_staff, post, draft, cooperation
):
    mine, theirs = desk.get(cooperation), desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, marked(theirs, ppr_setup="Peders"))
    refused = post(desk, cooperation, marked(mine, ppr_setup="Lenes", ppr_daily="Mit"))
    page = post(desk, cooperation, marked(refused, theirs="ppr_setup"))
    assert page.context["form"]["ppr_setup"].value() == "Peders"
    assert post(desk, cooperation, marked(page)).status_code == 302
    draft.refresh_from_db()
    assert (draft.ppr_setup, draft.ppr_daily) == ("Peders", "Mit")


def test_typing_in_a_field_that_another_changed_tells_both_texts(
    desk, desk_of_staff, post, draft, cooperation
):
    mine, theirs = desk.get(cooperation), desk_of_staff.get(cooperation)
    post(desk_of_staff, cooperation, marked(theirs, ppr_setup="Peders"))
    answer = autosave(
        post, desk, cooperation, mine, ppr_setup="Lenes", ppr_daily="Også"
    )
    (conflict,) = answer["conflicts"]
    assert (conflict["name"], conflict["theirs"], conflict["mine"]) == (
        "ppr_setup",
        "Peders",
        "Lenes",
    )
    draft.refresh_from_db()
    assert (draft.ppr_setup, draft.ppr_daily) == ("Peders", "Også")


def test_a_mark_says_nothing_of_the_text(desk, draft, cooperation):
    marks = json.loads(desk.get(cooperation).context["form"].was)
    assert all(re.fullmatch(r"[0-9a-f]{16}", mark) for mark in marks.values())


# -- rows --
@pytest.fixture
def three(draft, leader):
    rows = [TriedMeasure(what=name, outcome="Ro") for name in "ABC"]
    writing.write(
        draft,
        fields=[],
        step="environment",
        by=leader,
        measures=rows,
        removed=list(draft.tried_measures.all()),
    )
    return draft


MOVES = {
    "up:tried:1": "BAC",
    "down:tried:1": "ACB",
    "up:tried:0": "ABC",
    "copy:tried:0": "AABC",
    "remove:tried:1": "AC",
}


@pytest.mark.parametrize(
    ("then", "order"),
    [
        *MOVES.items(),
        ("up:tried:99", "ABC"),
        ("up:æ:0", "ABC"),
        ("copy:tried:²", "ABC"),
    ],
)
def test_rows_are_moved_copied_and_removed_by_buttons(desk, post, three, then, order):
    url = at("environment", three)
    post(
        desk,
        url,
        marked(desk.get(url), learning_environment="Skrevet imens", then=then),
    )
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


# -- sent back --
@pytest.fixture
def sent_back(submitted, chair):
    cases.send_back(
        submitted,
        note="Skriv mere.",
        asks={"cooperation": "Hvor tit er PPR med?"},
        by=chair,
    )
    submitted.refresh_from_db()
    return submitted


def test_what_is_asked_stands_at_its_step_alone(desk, sent_back):
    assert (
        'id="ask-cooperation"'
        in desk.get(at("cooperation", sent_back)).content.decode()
    )
    assert (
        'id="ask-cooperation"'
        not in desk.get(at("leadership", sent_back)).content.decode()
    )


def test_the_committee_asks_by_step_on_its_page(submitted, client_for, chair, post):
    post(
        client_for(chair),
        reverse("send_back", args=[submitted.number]),
        {"note": "Mere.", "ask_plan": "Hvilke tal?"},
    )
    submitted.refresh_from_db()
    assert submitted.asks == {"plan": "Hvilke tal?"}


@pytest.fixture
def again(sent_back, leader):
    """Corrected, and submitted a second time."""
    sent_back.ppr_daily = "PPR er med hver tirsdag."
    writing.write(sent_back, fields=["ppr_daily"], step="cooperation", by=leader)
    submission.submit(sent_back, by=leader)
    return sent_back


def test_both_sides_see_what_changed(again, client_for, leader, chair):
    for user in (leader, chair):
        page = (
            client_for(user)
            .get(reverse("changes", args=[again.number]))
            .content.decode()
        )
        assert re.search(r"<ins>[^<]*tirsdag", page)
        assert "<del>" in page


def test_the_committee_reads_what_was_submitted(sent_back, leader, client_for, chair):
    sent_back.ppr_daily = "Halvvejs"
    writing.write(sent_back, fields=["ppr_daily"], step="cooperation", by=leader)
    url = sent_back.get_absolute_url()
    changes = reverse("changes", args=[sent_back.number])
    assert "Halvvejs" in client_for(leader).get(changes).content.decode()
    for page in (url, changes):
        assert "Halvvejs" not in client_for(chair).get(page).content.decode()
    assert "Opdigtet tekst om ppr_daily." in client_for(chair).get(url).content.decode()


def test_each_submission_is_kept_as_it_was_and_cannot_be_changed(again):
    assert [row.number for row in again.submissions.all()] == [1, 2]
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Submission.objects.update(number=9)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM applications_submission")
        assert all(b"Anna" not in bytes(content) for (content,) in cursor.fetchall())


def test_two_submissions_have_not_one_number(again):
    first = again.submissions.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(
            pk=uuid.uuid4(),
            application=again,
            number=1,
            at=first.at,
            by=first.by,
            content="[]",
        )


def test_a_protected_name_is_in_no_copy(draft, leader):
    case = draft.pupil_cases.select_related("pupil").first()
    case.is_protected = True
    writing.write_pupil(case, cpr=case.pupil.cpr, by=leader)
    submission.submit(draft, by=leader)
    assert "Anna Berg" not in draft.submissions.get().content


@pytest.mark.parametrize(
    ("old", "new", "marks"),
    [
        ("to timer", "tre timer", [("old", "to"), ("new", "tre"), ("same", " timer")]),
        ("", "nyt", [("new", "nyt")]),
        ("væk", "", [("old", "væk")]),
        ("ens", "ens", [("same", "ens")]),
    ],
)
def test_a_difference_is_shown_word_by_word(old, new, marks):
    assert compare_words(old, new) == marks
