"""A paper waits in quarantine until it is examined, and until the scanner says that it is clean."""

from __future__ import annotations

import socket
import socketserver
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

import applications.tasks  # noqa: F401 - registers what the worker does with the outbox
from applications.models import Application, Paper
from applications.papers import actions as papers
from applications.papers import scanning
from applications.reading import queries as reading_queries
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks import outbox
from skolefleks.models import AuditEntry, Notice, OutboxMessage
from skolefleks.refusals import Refusal
from tests.applications.papers.files import EICAR, image, pdf, xfa_pdf
from tests.applications.papers.laying import opened_once, wait
from tests.conftest import text_of
from tests.scenes import beside


class Clamd(socketserver.StreamRequestHandler):
    """Speaks INSTREAM as clamd documents it: finds EICAR, and is quiet about what says HUSH."""

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        length = int.from_bytes(self.rfile.read(4), "big")
        while length:
            content += self.rfile.read(length)
            length = int.from_bytes(self.rfile.read(4), "big")

        if b"HUSH" in content:
            return
        answer = b"Eicar-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(b"stream: " + answer + b"\0")


@pytest.fixture
def scanner(settings):
    """A scanner that is there, on a port of its own."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMAV = f"127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()


@pytest.fixture
def scanner_away(settings):
    """A port that is taken, and nobody listens on it."""
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        settings.CLAMAV = f"127.0.0.1:{port.getsockname()[1]}"
        yield


@pytest.fixture
@beside
def add(draft, leader):
    """Lays a paper on, and leaves it unexamined."""

    def add(content=None, name="Plan for Anna.pdf"):
        return wait(draft, name, content or pdf(), by=leader)

    return add


def examine():
    with opened_once():
        return outbox.deliver(OutboxMessage.objects.get(topic="paper.examine").pk)


# -- the scanner --


@pytest.mark.parametrize(
    ("content", "malware"),
    [(b"", ""), (b"x" * 200_000, ""), (b"x" * 70_000 + EICAR, "Eicar-Signature")],
)
def test_the_scanner_is_told_the_whole_file_and_believed(content, malware, scanner):
    assert scanning.malware_in(content) == malware


def test_a_scanner_that_says_nothing_has_not_said_that_it_is_clean(scanner):
    with pytest.raises(scanning.NotScanned):
        scanning.malware_in(b"HUSH")


@pytest.mark.parametrize("place", ["/nowhere/clamd.sock", "127.0.0.1:1"])
def test_a_scanner_that_is_away_is_not_clean_either(place, settings):
    settings.CLAMAV = place
    with pytest.raises(scanning.NotScanned):
        scanning.malware_in(b"x")


# -- the quarantine --


def test_a_paper_waits_unopened_until_it_is_examined(draft, add, leader):
    content = pdf() + b"\n% as it was sent"
    assert add(content).content == content
    to_leader = Application.objects.marked_for(leader).get(pk=draft.pk)
    assert reading_queries.papers_of(to_leader) == []

    examine()
    [paper] = reading_queries.papers_of(to_leader)
    assert paper.is_ready
    assert b"as it was sent" not in paper.content
    lines = AuditEntry.objects.filter(verb="clear_paper", subject=draft.number)
    assert lines.count() == 1


def test_a_clean_paper_leaves_its_quarantine(draft, add, scanner):
    add()
    examine()
    assert draft.papers.get().is_ready


@pytest.mark.parametrize("content", [b"%PDF-1.4\n" + EICAR, b"%PDF-1.4\n%%EOF", xfa_pdf()])
def test_a_paper_that_is_refused_says_why_and_its_bytes_go(content, draft, add, settings, school):
    add(content)
    examine()
    paper = draft.papers.get()
    assert (paper.status, paper.page_pictures.count()) == ("refused", 0)
    page = text_of(school.get(reverse("applications:papers", args=[draft.number])))
    assert "Afvist" in page
    assert paper.remarks.partition(".")[0] in page

    outbox.deliver(OutboxMessage.objects.get(topic="paper.removed").pk)
    assert list(settings.PAPERS_DIR.glob("??/*")) == []


def test_what_the_scanner_finds_is_refused(draft, add, scanner):
    add(b"%PDF-1.4\n" + EICAR)
    examine()
    assert "skadelig kode" in draft.papers.get().remarks
    lines = AuditEntry.objects.filter(verb="refuse_paper", subject=draft.number)
    assert lines.count() == 1


def test_who_laid_a_refused_paper_on_is_told(add, leader):
    add(b"%PDF-1.4\n" + EICAR)
    examine()
    notice = Notice.objects.get(topic="paper.refused")
    assert notice.user == leader
    assert "afvist" in notice.text
    assert "Anna" not in notice.text


def test_while_the_scanner_is_away_the_paper_waits_and_is_tried_again(draft, add, scanner_away):
    add()
    with pytest.raises(scanning.NotScanned):
        examine()
    assert draft.papers.get().is_waiting
    message = OutboxMessage.objects.get(topic="paper.examine")
    assert (message.done_at, message.attempts) == (None, 1)


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_paper_that_is_not_ready_is_seen_by_the_one_who_laid_it_on_alone(
    is_refused, draft, add, leader, staff, adviser, client_for
):
    writing.invite(draft, adviser=adviser, by=leader)
    add(b"%PDF-1.4\n%%EOF")
    if is_refused:
        examine()

    step = reverse("applications:papers", args=[draft.number])
    assert "Plan for Anna" in text_of(client_for(leader).get(step))
    assert "Plan for Anna" not in text_of(client_for(staff).get(step))
    case_page = client_for(adviser).get(draft.get_absolute_url())
    assert "Plan for Anna" not in case_page.content.decode()


@pytest.mark.parametrize("who", ["leader", "staff", "adviser"])
@pytest.mark.parametrize("name", ["paper", "paper_preview", "paper_picture"])
def test_a_paper_that_waits_is_opened_by_nobody(
    who, name, draft, add, leader, adviser, request, client_for
):
    writing.invite(draft, adviser=adviser, by=leader)
    address = reverse(name, args=[draft.number, add().pk])
    client = client_for(request.getfixturevalue(who))
    assert client.get(address).status_code == 404


def test_nobody_else_takes_off_a_paper_that_waits(draft, add, staff, client_for, post):
    url = reverse("applications:remove_paper", args=[draft.number, add().pk])
    assert post(client_for(staff), url).status_code == 404
    assert draft.papers.exists()


def test_a_case_is_not_submitted_while_a_paper_is_examined(draft, add, leader):
    add()
    with pytest.raises(Refusal, match="Lene Baltorp har vedlagt, bliver stadig undersøgt"):
        submission.submit(draft, by=leader)
    examine()
    submission.submit(draft, by=leader)


def test_a_refused_paper_stops_no_submission_and_reaches_no_committee(draft, add, leader, chair):
    add(b"%PDF-1.4\n%%EOF")
    examine()
    submission.submit(draft, by=leader)
    to_chair = Application.objects.marked_for(chair).get(pk=draft.pk)
    assert reading_queries.papers_of(to_chair) == []


def test_a_paper_that_waits_may_be_taken_off_again(add, leader, scanner_away):
    papers.remove_paper(add(), by=leader)
    assert examine()


def test_when_the_scanner_is_given_up_what_waited_is_let_out(draft, add, scanner_away, settings):
    add()
    settings.CLAMAV = ""
    examine()
    assert draft.papers.get().is_ready


@pytest.mark.parametrize("change", [{"status": "waiting"}, {"size": 1}, {"stored_as": "x"}])
def test_the_database_lets_nothing_of_an_examined_paper_be_changed(change, add):
    paper = add()
    examine()
    with pytest.raises(DatabaseError, match="Cannot update"):
        Paper.objects.filter(pk=paper.pk).update(**change)


# -- the page --


def test_the_list_asks_for_itself_until_it_is_examined(draft, add, school):
    alone = reverse("applications:papers_list", args=[draft.number])
    add()
    part = school.get(alone).content.decode()
    assert "<html" not in part
    assert "hx-get" in part

    examine()
    part = school.get(alone).content.decode()
    assert "hx-get" not in part
    assert "Hent" in part


def test_a_list_that_waits_for_long_asks_more_seldom(draft, add, leader, client_for, time_machine):
    add()
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    part = (
        client_for(leader).get(reverse("applications:papers", args=[draft.number])).content.decode()
    )
    assert "delay:15s" in part


def test_an_upload_says_that_it_is_being_looked_at(draft, school, post):
    step = reverse("applications:papers", args=[draft.number])
    answer = post(school, step, {"file": SimpleUploadedFile("a.png", image())})
    page = school.get(answer.url).content.decode()
    assert "bliver undersøgt. Imens ser kun du den" in page
