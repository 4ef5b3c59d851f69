"""A paper waits in quarantine until the scanner says that it is clean; without one it does not."""

from __future__ import annotations

import dataclasses
import socket
import socketserver
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.urls import reverse

import applications.tasks  # noqa: F401 - registers what the worker does with the outbox
from applications.models import Application, Paper
from applications.papers import actions as papers
from applications.papers import checking, scanning
from applications.reading import queries as reading_queries
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks import outbox
from skolefleks.models import AuditEntry, Notice, OutboxMessage
from skolefleks.refusals import Refusal
from tests.applications.papers.files import EICAR, image, pdf
from tests.conftest import text_of


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


@pytest.fixture(autouse=True)
def _shelf(tmp_path, settings):
    settings.PAPERS_DIR = tmp_path / "papers"


@pytest.fixture
def add(draft, leader):
    """Lays a paper on whose content the checks have let through."""

    def add(content=None):
        checked = checking.check("Plan for Anna.pdf", pdf())
        if content:
            checked = dataclasses.replace(checked, content=content)
        return papers.add_paper(draft, checked, by=leader)

    return add


def scan():
    return outbox.deliver(OutboxMessage.objects.get(topic="paper.scan").pk)


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


def test_without_a_scanner_a_paper_is_there_at_once(add):
    assert not add().is_waiting
    assert not OutboxMessage.objects.filter(topic="paper.scan").exists()


def test_a_clean_paper_leaves_its_quarantine(draft, add, leader, scanner):
    assert add().is_waiting
    to_leader = Application.objects.marked_for(leader).get(pk=draft.pk)
    assert reading_queries.papers_of(to_leader) == []

    scan()
    [paper] = reading_queries.papers_of(to_leader)
    assert not paper.is_waiting
    lines = AuditEntry.objects.filter(verb="clear_paper", subject=draft.number)
    assert lines.count() == 1


def test_a_harmful_paper_is_removed_with_its_bytes(draft, add, scanner, settings):
    add(EICAR)
    scan()
    assert not Paper.objects.exists()
    lines = AuditEntry.objects.filter(verb="refuse_paper", subject=draft.number)
    assert lines.count() == 1

    outbox.deliver(OutboxMessage.objects.get(topic="paper.removed").pk)
    assert list(settings.PAPERS_DIR.glob("??/*")) == []


def test_who_laid_a_harmful_paper_on_is_told(add, leader, scanner):
    add(EICAR)
    scan()
    notice = Notice.objects.get(topic="paper.refused")
    assert notice.user == leader
    assert "skadelig kode" in notice.text
    assert "Anna" not in notice.text


def test_while_the_scanner_is_away_the_paper_waits_and_is_tried_again(draft, add, scanner_away):
    add()
    with pytest.raises(scanning.NotScanned):
        scan()
    assert draft.papers.get().is_waiting
    message = OutboxMessage.objects.get(topic="paper.scan")
    assert (message.done_at, message.attempts) == (None, 1)


def test_a_paper_that_waits_is_seen_by_the_school_alone(
    draft, add, leader, adviser, scanner_away, client_for
):
    writing.invite(draft, adviser=adviser, by=leader)
    add()

    step = reverse("applications:papers", args=[draft.number])
    page = text_of(client_for(leader).get(step))
    assert "Plan for Anna.pdf" in page
    assert "Bliver undersøgt" in page
    case_page = client_for(adviser).get(draft.get_absolute_url())
    assert "Plan for Anna" not in case_page.content.decode()


@pytest.mark.parametrize("who", ["leader", "adviser"])
@pytest.mark.parametrize("name", ["paper", "paper_preview", "paper_picture"])
def test_a_paper_that_waits_is_opened_by_nobody(
    who, name, draft, add, leader, adviser, scanner_away, request, client_for
):
    writing.invite(draft, adviser=adviser, by=leader)
    address = reverse(name, args=[draft.number, add().pk])
    client = client_for(request.getfixturevalue(who))
    assert client.get(address).status_code == 404


def test_a_case_is_not_submitted_while_a_paper_waits(draft, add, leader, scanner):
    add()
    with pytest.raises(Refusal, match="bliver stadig undersøgt"):
        submission.submit(draft, by=leader)
    scan()
    submission.submit(draft, by=leader)


def test_a_paper_that_waits_may_be_taken_off_again(add, leader, scanner_away):
    papers.remove_paper(add(), by=leader)
    assert scan()


def test_when_the_scanner_is_given_up_what_waited_is_let_out(draft, add, scanner_away, settings):
    add()
    settings.CLAMAV = ""
    scan()
    assert not draft.papers.get().is_waiting


def test_the_database_lets_a_paper_out_of_quarantine_and_never_back(add, scanner):
    paper = add()
    scan()
    with pytest.raises(DatabaseError, match="Cannot update"):
        Paper.objects.filter(pk=paper.pk).update(is_waiting=True)


def test_an_upload_says_that_it_is_being_looked_at(draft, school, scanner_away, post):
    step = reverse("applications:papers", args=[draft.number])
    answer = post(school, step, {"file": SimpleUploadedFile("a.png", image())})
    page = school.get(answer.url).content.decode()
    assert "bliver undersøgt for skadelig kode" in page
