"""A case that was sent back: what is asked, what changed, and the copy of each submission."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from applications.models import Submission, SubmissionChanges
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.comparing import Budget, compare
from tests.applications.writing.desk import at
from tests.scenes import kept
from visitation.cases import actions as cases


@pytest.fixture
@kept
def sent_back(submitted, chair):
    cases.send_back(
        submitted, note="Skriv mere.", asks={"cooperation": "Hvor tit er PPR med?"}, by=chair
    )
    submitted.refresh_from_db()
    return submitted


def test_what_is_asked_stands_at_its_step_alone(desk, sent_back):
    its_step = desk.get(at("cooperation", sent_back)).content.decode()
    another_step = desk.get(at("leadership", sent_back)).content.decode()
    assert 'id="ask-cooperation"' in its_step
    assert 'id="ask-cooperation"' not in another_step


def test_the_committee_asks_by_step_on_its_page(submitted, client_for, chair, post):
    send_back = reverse("send_back", args=[submitted.number])
    words = {"note": "Mere.", "ask_plan": "Hvilke tal?"}
    post(client_for(chair), send_back, words)
    submitted.refresh_from_db()
    assert submitted.asks == {"plan": "Hvilke tal?"}


@pytest.fixture
@kept
def again(sent_back, leader):
    """Corrected, and submitted a second time."""
    sent_back.ppr_daily = "PPR er med hver tirsdag."
    writing.write(sent_back, fields=["ppr_daily"], step="cooperation", by=leader)
    submission.submit(sent_back, by=leader)
    return sent_back


def test_until_it_is_compared_both_texts_stand_side_by_side(again, client_for, chair):
    changes = reverse("changes", args=[again.number])
    page = client_for(chair).get(changes).content.decode()
    assert "PPR er med hver tirsdag." in page
    assert "Opdigtet tekst om ppr_daily." in page
    assert "Før" in page


def test_what_changed_is_compared_once(again):
    second = again.submissions.last()
    for _ in range(2):
        submission.compare(second.pk)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        SubmissionChanges.objects.update(submission=second)


def test_both_sides_see_what_changed(again, client_for, leader, chair):
    submission.compare(again.submissions.last().pk)
    changes = reverse("changes", args=[again.number])
    for user in (leader, chair):
        page = client_for(user).get(changes).content.decode()
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
            pk=uuid.uuid4(), application=again, number=1, at=first.at, by=first.by, content="[]"
        )


def test_a_protected_name_is_in_no_copy(draft, leader):
    pupil_case = draft.pupil_cases.select_related("pupil").first()
    pupil_case.is_protected = True
    writing.write_pupil(pupil_case, cpr=pupil_case.pupil.cpr, by=leader)
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
    assert compare(old, new, Budget(100)) == marks
