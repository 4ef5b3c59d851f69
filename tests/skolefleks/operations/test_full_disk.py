"""No room left: a person is told in words, nothing is half there, and with room it goes on."""

from __future__ import annotations

import subprocess
import tempfile
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from psycopg.conninfo import make_conninfo

from applications.models import Application, Paper
from applications.papers import actions as papers
from skolefleks import outbox
from skolefleks.defaults import Throttle
from skolefleks.development import place
from skolefleks.models import OutboxMessage
from skolefleks.operations import away
from tests.applications.papers.files import pdf
from tests.applications.papers.laying import wait
from tests.conftest import text_of
from tests.skolefleks.operations.desk import owner

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

SIZE = "2m"


@pytest.fixture
def disk():
    """A small disk of its own, which PostgreSQL may enter too."""
    folder = Path(tempfile.mkdtemp(prefix="skolefleks-disk-"))
    size = ["-o", f"size={SIZE}", "-t", "tmpfs", "tmpfs", folder]
    if subprocess.run(["mount", *size], capture_output=True).returncode != 0:
        folder.rmdir()
        pytest.skip("only root can mount a disk that is small enough to be filled")
    place.give(folder)
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


@contextmanager
def full(disk):
    """Until the block ends there is no byte left."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", 0) as file:
        while True:
            file.write(b"0" * 4096)
    yield
    ballast.unlink()


# -- of the papers ---------------------------------------------------------------------


@pytest.fixture
def papers_there(disk, settings):
    settings.PAPERS_DIR, settings.PAPERS_LEAST_FREE = disk / "papers", 4096
    return settings.PAPERS_DIR


def upload(client, case):
    data = {"idempotency_key": str(uuid.uuid4()), "file": SimpleUploadedFile("a.pdf", pdf())}
    return client.post(reverse("applications:papers", args=[case.number]), data)


def test_a_paper_without_room_is_refused_in_words(papers_there, disk, draft, school):
    with full(disk):
        answer = upload(school, draft)
        assert answer.status_code == 422
        assert "Bilaget kan ikke gemmes lige nu" in text_of(answer)
        assert school.get("/healthz/ready").json()["papers"] is False
    assert not Paper.objects.exists()
    assert list(papers_there.glob("??/*")) == []

    assert upload(school, draft).status_code == 302
    assert Paper.objects.get().content


def test_a_paper_that_cannot_be_written_anew_waits_for_room(papers_there, disk, draft, leader):
    paper = wait(draft, "Plan.pdf", pdf(), by=leader)
    message = OutboxMessage.objects.get(topic="paper.examine")
    with full(disk), pytest.raises(papers.NotStored):
        outbox.deliver(message.pk)
    paper.refresh_from_db()
    assert paper.is_waiting
    assert [path.name for path in papers_there.glob("??/*")] == [paper.stored_as]
    assert outbox.deliver(message.pk)
    paper.refresh_from_db()
    assert not paper.is_waiting


# -- of the database -------------------------------------------------------------------


@pytest.fixture
def tight(disk):
    """The applications lie on the small disk."""
    name = f"tight_{uuid.uuid4().hex[:8]}"
    database = make_conninfo(owner(), user="postgres", dbname=connection.settings_dict["NAME"])
    move = "ALTER TABLE applications_application SET TABLESPACE"
    connection.close()
    with psycopg.connect(database, autocommit=True) as administrator:
        administrator.execute(f"CREATE TABLESPACE {name} LOCATION '{disk}'")
        administrator.execute(f"{move} {name}")
        yield
        connection.close()
        administrator.execute(f"{move} pg_default")
        administrator.execute(f"DROP TABLESPACE {name}")


def open_case(client):
    return client.post("/ansoegninger/ny/", {"idempotency_key": str(uuid.uuid4())})


def test_with_the_database_full_a_page_says_so_and_nothing_is_half_there(
    disk, tight, school, monkeypatch
):
    school.raise_request_exception = False
    monkeypatch.setitem(settings.THROTTLES, "case", Throttle(1000, 3600, ""))
    with full(disk):
        answer = fill_up(school)
        assert answer.status_code == 503
        assert "ikke gemt endnu" in text_of(answer)
        there = Application.objects.count()
        assert (OutboxMessage.objects.count(), school.get("/healthz/live").status_code) == (0, 200)
    away.Database.failed_at = float(-away.REST_SECONDS)
    assert open_case(school).status_code == 302
    assert Application.objects.count() == there + 1


def fill_up(client):
    """Open cases until one does not fit any more; its answer."""
    answer = open_case(client)
    while answer.status_code == 302:
        answer = open_case(client)
    return answer
