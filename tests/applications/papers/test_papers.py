"""The papers of a case: laid on, kept encrypted, taken off, and who reads them."""

from __future__ import annotations

import errno
import os
import uuid

import pytest
from cryptography.exceptions import InvalidTag
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.urls import reverse

from applications import tasks
from applications.models import Paper
from applications.papers import actions as papers
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks import installation, outbox, storage
from skolefleks.encryption import key_ring
from skolefleks.installation import ForeignPapers
from skolefleks.models import AccessEntry, AuditEntry, OutboxMessage
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.uploads import BoundedUploadHandler
from tests.applications.papers.files import image, pdf
from tests.applications.papers.laying import lay_on, opened_once
from tests.conftest import text_of
from visitation.cases import actions as case_actions


@pytest.fixture
def paper(draft, leader):
    return lay_on(draft, "Plan for Anna.pdf", pdf(), by=leader)


@pytest.fixture
def late_paper(draft, leader, chair):
    """Laid on after the committee has sent the application back."""
    submission.submit(draft, by=leader)
    case_actions.send_back(draft, note="Mere.", by=chair)
    draft.refresh_from_db()
    return lay_on(draft, "b.pdf", pdf(), by=leader)


def papers_url(application):
    return reverse("applications:papers", args=[application.number])


def paper_url(application, paper):
    return reverse("paper", args=[application.number, paper.pk])


def upload(client, application, name, content):
    data = {"idempotency_key": str(uuid.uuid4()), "file": SimpleUploadedFile(name, content)}
    return client.post(papers_url(application), data)


# -- laid on --


def deliver():
    """Everything that waits, and what comes of it."""
    while message := OutboxMessage.objects.filter(done_at=None).order_by("created_at").first():
        with opened_once():
            outbox.deliver(message.pk)


def test_an_upload_is_stored_at_once_and_shown_with_its_digest_once_examined(draft, school):
    assert upload(school, draft, "plan.pdf", pdf()).status_code == 302
    page = school.get(papers_url(draft)).content.decode()
    assert "plan.pdf" in page
    assert "Undersøges" in page

    deliver()
    page = school.get(papers_url(draft)).content.decode()
    assert draft.papers.get().digest[:16] in page
    assert "Undersøges" not in page


def test_what_was_sent_is_gone_once_it_is_written_anew(draft, school, settings):
    upload(school, draft, "b.png", image() + b"<?php evil ?>")
    sent = draft.papers.get().stored_as
    deliver()
    paper = draft.papers.get()
    kept = {file.name for file in settings.PAPERS_DIR.glob("??/*")}
    # Made small for paper, so that it is not opened again to be printed.
    assert kept == {paper.stored_as, paper.page_pictures.get().stored_as}
    assert sent not in kept


def test_a_refused_file_leaves_the_others_and_says_why(paper, draft, school):
    answer = upload(school, draft, "virus.png", b"MZ")
    assert answer.status_code == 422
    assert "ikke det, navnet siger" in answer.content.decode()
    assert "Plan for Anna.pdf" in answer.content.decode()
    assert draft.papers.get() == paper


def test_an_upload_without_a_file_says_so(draft, school, post):
    answer = post(school, papers_url(draft))
    assert answer.status_code == 422
    assert "Vælg en fil." in answer.content.decode()


def test_a_file_over_the_limit_is_not_kept(draft, school, settings):
    settings.PAPER_BYTES = 2_000
    answer = upload(school, draft, "stor.pdf", pdf() + b" " * 5_000)
    assert "er for stor" in answer.content.decode()
    assert not settings.PAPERS_DIR.exists()


def test_of_a_large_file_no_more_than_the_limit_is_held(settings):
    settings.PAPER_BYTES = 2_000
    handler = BoundedUploadHandler()
    handler.new_file("file", "a.pdf", "application/pdf", None)
    for start in range(0, 50_000, 1_000):
        handler.receive_data_chunk(b"x" * 1_000, start)

    file = handler.file_complete(50_000)
    assert (len(file.read()), file.size) == (2_000, 50_000)


def test_a_case_holds_so_many_papers_and_no_more(paper, draft, leader, settings):
    settings.PAPER_COUNT = 1
    with pytest.raises(Refusal, match="1 bilag"):
        lay_on(draft, "b.pdf", pdf(), by=leader)


# -- kept --


def test_a_paper_lies_encrypted_under_a_random_name(paper, settings):
    names = {file.name: file.read_bytes() for file in settings.PAPERS_DIR.glob("??/*")}
    assert paper.stored_as in names
    assert str(paper.pk) not in names
    assert not [content for content in names.values() if b"%PDF" in content]


def test_a_paper_says_what_it_is_by_size_and_checksum(paper):
    content = paper.content
    assert content.startswith(b"%PDF")
    assert paper.digest == key_ring().digest(content, paper.context)
    assert paper.size == len(content)


def test_a_paper_put_in_anothers_place_does_not_open(paper, draft, leader):
    other = lay_on(draft, "b.png", image(), by=leader)
    paper.stored_as = other.stored_as
    with pytest.raises(InvalidTag):
        _ = paper.content


def test_the_database_refuses_a_changed_paper(paper):
    with pytest.raises(DatabaseError, match="Cannot update"):
        Paper.objects.filter(pk=paper.pk).update(digest="0" * 64)


def test_neither_trail_nor_outbox_holds_a_papers_name(paper, leader):
    papers.remove_paper(paper, by=leader)
    trail = list(AuditEntry.objects.values_list("payload", flat=True))
    messages = list(OutboxMessage.objects.values_list("payload", flat=True))
    assert "Anna" not in str(trail + messages)


# -- taken off --


def test_a_removed_papers_bytes_go_too(paper, draft, school, post, settings):
    url = reverse("applications:remove_paper", args=[draft.number, paper.pk])
    answer = post(school, url)
    assert "»Plan for Anna.pdf« er fjernet." in school.get(answer.url).content.decode()
    assert not Paper.objects.exists()

    deliver()
    assert list(settings.PAPERS_DIR.glob("??/*")) == []


def test_nothing_is_taken_off_a_case_that_the_committee_has(paper, draft, leader):
    submission.submit(draft, by=leader)
    with pytest.raises(NotPossible):
        papers.remove_paper(draft.papers.get(), by=leader)


def test_what_was_submitted_stays_when_the_case_is_sent_back(paper, draft, leader, chair):
    submission.submit(draft, by=leader)
    case_actions.send_back(draft, note="Mere.", by=chair)
    draft.refresh_from_db()
    with pytest.raises(NotPossible, match="fulgte med"):
        papers.remove_paper(draft.papers.get(), by=leader)


def test_files_that_no_paper_names_are_tidied_away_in_time(paper, settings):
    deliver()
    storage.keep(b"x", context="y")
    tasks.tidy_papers()
    files = list(settings.PAPERS_DIR.glob("??/*"))
    # The paper, the picture of its page, and what nobody names.
    assert len(files) == 3

    for file in files:
        os.utime(file, (0, 0))
    tasks.tidy_papers()
    names = {file.name for file in settings.PAPERS_DIR.glob("??/*")}
    assert names == {paper.stored_as, paper.page_pictures.get().stored_as}


# -- read --


def test_a_paper_is_read_as_an_attachment_and_each_time_logged(paper, draft, school):
    answer = school.get(paper_url(draft, paper))

    assert answer.getvalue() == paper.content
    name = f"{draft.number}-bilag-1.pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    log = AccessEntry.objects.filter(kind="export", subject=draft.number)
    assert log.count() == 1


def test_each_of_a_cases_papers_is_saved_under_its_number_in_the_list(draft, leader, school):
    laid = [lay_on(draft, name, image(), by=leader) for name in ("b.png", "a.png", "b.png")]
    page = text_of(school.get(reverse("applications:papers", args=[draft.number])))
    for number, paper in enumerate(laid, start=1):
        saved_as = school.get(paper_url(draft, paper))["Content-Disposition"]
        assert f'"{draft.number}-bilag-{number}.png"' in saved_as
        assert f" {number}. {paper.name} " in page


def test_a_picture_is_shown_where_nothing_can_run(draft, leader, school):
    picture = lay_on(draft, "b.png", image(), by=leader)
    answer = school.get(reverse("paper_picture", args=[draft.number, picture.pk]))
    assert answer["Content-Type"] == "image/png"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("other_leader", 404), ("adviser", 404), ("member", 404), ("chief", 403)],
)
def test_a_drafts_papers_are_the_schools(who, status, paper, draft, request, client_for):
    client = client_for(request.getfixturevalue(who))
    assert client.get(paper_url(draft, paper)).status_code == status


@pytest.mark.parametrize("who", ["adviser", "member"])
def test_invited_advisers_and_the_committee_read_a_submitted_cases_papers(
    who, paper, draft, leader, adviser, member, request, client_for
):
    writing.invite(draft, adviser=adviser, by=leader)
    submission.submit(draft, by=leader)

    client = client_for(request.getfixturevalue(who))
    assert client.get(paper_url(draft, paper)).status_code == 200


def test_a_paper_laid_on_while_the_school_has_it_is_not_the_committees_yet(
    late_paper, draft, committee
):
    assert committee.get(paper_url(draft, late_paper)).status_code == 404


def test_a_paper_of_another_case_is_not_reached_through_ones_own(paper, leader, schools, school):
    other = writing.start(school=schools["Baltorpskolen"], by=leader)
    assert school.get(paper_url(other, paper)).status_code == 404


def test_the_files_of_another_database_are_not_tidied_away(paper, settings):
    file, *_others = settings.PAPERS_DIR.glob("??/*")
    os.utime(file, (0, 0))
    Paper.objects.all().delete()
    (settings.PAPERS_DIR / "installation").write_text("another\n")

    with pytest.raises(ForeignPapers, match="belong to another"):
        papers.tidy_papers()
    assert file.exists()


def test_a_folder_from_before_there_were_marks_is_ours_by_a_file_we_know(paper, settings):
    mark = settings.PAPERS_DIR / "installation"
    mark.unlink()
    papers.tidy_papers()
    assert mark.read_text().strip() == installation.of_database()

    mark.unlink()
    Paper.objects.all().delete()
    with pytest.raises(ForeignPapers):
        papers.tidy_papers()


def test_a_paper_for_another_databases_folder_is_refused_in_words(draft, school, settings):
    settings.PAPERS_DIR.mkdir()
    (settings.PAPERS_DIR / "installation").write_text("somebody else")
    answer = upload(school, draft, "a.pdf", pdf())
    assert (answer.status_code, "kan ikke gemmes lige nu" in text_of(answer)) == (422, True)
    assert not Paper.objects.exists()


def test_an_upload_that_fails_leaves_nothing_on_the_disk(db, settings, monkeypatch):
    def disk_is_full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(storage.os, "fsync", disk_is_full)
        with pytest.raises(OSError, match="No space"):
            storage.keep(b"x", context="y")
    assert list(settings.PAPERS_DIR.glob("??/*")) == []
    assert storage.fetch(storage.keep(b"x", context="y"), context="y") == b"x"
