"""A paper waits in quarantine until the scanner says that it is clean; without a scanner it waits for nothing."""

from __future__ import annotations

import socket
import socketserver
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.models import Application, Paper
from applications.papers import actions as papers
from applications.papers import checking, scanning
from applications.reading import queries as reading_queries
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks import outbox
from skolefleks.models import AuditEntry, Notice, OutboxMessage
from skolefleks.refusals import Refusal
from tests.applications.papers.test_papers import EICAR, image, on, pdf
from tests.conftest import text_of


class Clamd(socketserver.StreamRequestHandler):
    """Speaks INSTREAM as clamd documents it; finds EICAR, and is quiet about what says HUSH."""

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
        if b"HUSH" not in content:
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
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        settings.CLAMAV = f"127.0.0.1:{taken.getsockname()[1]}"
        yield


@pytest.fixture(autouse=True)
def _shelf(tmp_path, settings):
    settings.PAPERS_DIR = tmp_path / "papers"


def lay(draft, leader, content=None):
    checked = checking.check("Plan for Anna.pdf", pdf())
    return papers.add_paper(
        draft,
        checking.Checked(checked.name, checked.kind, content or checked.content, False),
        by=leader,
    )


def scan():
    return outbox.deliver(OutboxMessage.objects.get(topic="paper.scan").pk)


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"", ""), (b"x" * 200_000, ""), (b"x" * 70_000 + EICAR, "Eicar-Signature")],
)
def test_the_scanner_is_told_the_whole_file_and_believed(content, found, scanner):
    assert scanning.malware_in(content) == found


def test_a_scanner_that_says_nothing_has_not_said_that_it_is_clean(scanner):
    with pytest.raises(scanning.NotScanned):
        scanning.malware_in(b"HUSH")


@pytest.mark.parametrize("place", ["/nowhere/clamd.sock", "127.0.0.1:1"])
def test_a_scanner_that_is_away_is_not_clean_either(place, settings):
    settings.CLAMAV = place
    with pytest.raises(scanning.NotScanned):
        scanning.malware_in(b"x")


def test_without_a_scanner_a_paper_is_there_at_once(draft, leader):
    assert not lay(draft, leader).is_waiting
    assert not OutboxMessage.objects.filter(topic="paper.scan").exists()


def test_a_clean_paper_leaves_its_quarantine(draft, leader, scanner):
    assert lay(draft, leader).is_waiting
    to_leader = Application.objects.marked_for(leader).get(pk=draft.pk)
    assert reading_queries.papers_of(to_leader) == []
    scan()
    assert [paper.is_waiting for paper in reading_queries.papers_of(to_leader)] == [False]
    assert (
        AuditEntry.objects.filter(verb="clear_paper", subject=draft.number).count() == 1
    )


def test_a_harmful_paper_is_removed_and_who_laid_it_on_is_told(
    draft, leader, scanner, settings
):
    lay(draft, leader, EICAR)
    scan()
    assert not Paper.objects.exists()
    outbox.deliver(OutboxMessage.objects.get(topic="paper.removed").pk)
    assert list(settings.PAPERS_DIR.glob("??/*")) == []
    told = Notice.objects.get(topic="paper.refused")
    assert (told.user, "skadelig kode" in told.text, "Anna" in told.text) == (
        leader,
        True,
        False,
    )


def test_while_the_scanner_is_away_the_paper_waits_and_is_tried_again(
    draft, leader, scanner_away
):
    lay(draft, leader)
    with pytest.raises(scanning.NotScanned):
        scan()
    assert draft.papers.get().is_waiting
    message = OutboxMessage.objects.get(topic="paper.scan")
    assert (message.done_at, message.attempts) == (None, 1)


def test_a_paper_that_waits_is_seen_by_the_school_and_opened_by_nobody(
    draft, leader, adviser, scanner_away, client_for
):
    writing.invite(draft, adviser=adviser, by=leader)
    paper = lay(draft, leader)
    shown = text_of(client_for(leader).get(on(draft)))
    assert "Plan for Anna.pdf" in shown
    assert "Bliver undersøgt" in shown
    assert (
        "Plan for Anna"
        not in client_for(adviser).get(draft.get_absolute_url()).content.decode()
    )
    for person in (leader, adviser):
        for name in ("paper", "paper_preview", "paper_picture"):
            assert (
                client_for(person)
                .get(reverse(name, args=[draft.number, paper.pk]))
                .status_code
                == 404
            )


def test_a_case_is_not_submitted_while_a_paper_waits(draft, leader, scanner):
    lay(draft, leader)
    with pytest.raises(Refusal, match="bliver stadig undersøgt"):
        submission.submit(draft, by=leader)
    scan()
    submission.submit(draft, by=leader)


def test_a_paper_that_waits_may_be_taken_off_again(draft, leader, scanner_away):
    papers.remove_paper(lay(draft, leader), by=leader)
    assert scan()


def test_when_the_scanner_is_given_up_what_waited_is_let_out(
    draft, leader, scanner_away, settings
):
    lay(draft, leader)
    settings.CLAMAV = ""
    scan()
    assert not draft.papers.get().is_waiting


def test_the_database_lets_a_paper_out_of_quarantine_and_never_back(
    draft, leader, scanner
):
    paper = lay(draft, leader)
    scan()
    with pytest.raises(Exception, match="Cannot update"):
        Paper.objects.filter(pk=paper.pk).update(is_waiting=True)


def test_an_upload_says_that_it_is_being_looked_at(draft, school, scanner_away, post):

    answer = post(school, on(draft), {"file": SimpleUploadedFile("a.png", image())})
    assert (
        "bliver undersøgt for skadelig kode" in school.get(answer.url).content.decode()
    )
