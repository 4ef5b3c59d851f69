"""While the database is away: a page in Danish within three seconds, and what was typed is kept."""

from __future__ import annotations

import time
import uuid
from html import unescape

import pytest
from django.db import OperationalError, connection

from skolefleks.models import Session
from skolefleks.operations import away, start
from tests.conftest import text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(client_for, leader):
    """A person's browser, which sees the page where a test would see the exception."""
    client = client_for(leader)
    client.raise_request_exception = False
    return client


@pytest.fixture
def database():
    """The suite's connection, whose address a test may spoil; it is right again afterwards."""
    host = connection.settings_dict["HOST"]
    yield connection
    connection.settings_dict["HOST"] = host
    connection.close()
    away.Database.failed_at = float(-away.REST_SECONDS)


def take_away(database):
    database.close()
    database.settings_dict["HOST"] = "/nowhere"


def come_back(database, host):
    database.settings_dict["HOST"] = host
    away.Database.failed_at = float(-away.REST_SECONDS)


def test_a_page_says_so_in_danish_and_tries_again_by_itself(browser, database):
    take_away(database)
    answer = browser.get("/ansoegninger/?fane=alle")
    assert answer.status_code == 503
    assert "Vi er straks tilbage" in text_of(answer)
    assert '<meta http-equiv="refresh" content="5">' in answer.text
    assert answer["Cache-Control"] == "no-store"
    assert "'unsafe" not in answer["Content-Security-Policy"]


def test_it_comes_within_three_seconds_and_then_at_once(browser, database):
    # An address where nobody answers, as a machine that is off: nothing is refused.
    database.close()
    database.settings_dict["HOST"] = "192.0.2.1"
    began = time.monotonic()
    assert browser.get("/").status_code == 503
    first = time.monotonic() - began
    assert browser.get("/").status_code == 503
    second = time.monotonic() - began - first
    assert (first < 3, second < 0.5) == (True, True), (first, second)


def test_when_it_is_back_the_page_is_there(browser, database):
    host = database.settings_dict["HOST"]
    take_away(database)
    assert browser.get("/").status_code == 503
    come_back(database, host)
    assert browser.get("/").status_code == 200


def test_what_was_typed_stands_on_the_page_to_be_sent_again(browser, database):
    take_away(database)
    words = 'Anna går hjem, "midt i timen" & <igen>'
    answer = browser.post("/ansoegninger/ny/?a=1", {"worry": words, "idempotency_key": "k"})
    assert answer.status_code == 503
    assert f'name="worry" value="{words}"' in unescape(answer.text)
    # The same key: sent twice it counts once.
    assert 'name="idempotency_key" value="k"' in answer.text
    assert 'action="/ansoegninger/ny/?a=1"' in answer.text
    assert "http-equiv" not in answer.text


def test_gone_as_the_session_is_stored_it_is_the_same_page(browser, monkeypatch):
    monkeypatch.setattr(Session, "save", lost)
    answer = browser.post("/ansoegninger/ny/", {"idempotency_key": str(uuid.uuid4())})
    assert (answer.status_code, "Vi er straks tilbage" in text_of(answer)) == (503, True)
    away.Database.failed_at = float(-away.REST_SECONDS)


def lost(*_args, **_kwargs):
    raise OperationalError


def test_a_password_is_never_sent_back_to_the_page(browser, database):
    take_away(database)
    answer = browser.post("/konto/login/", {"login": "x@demo.example", "password": "hemmelig"})
    assert (answer.status_code, "hemmelig" in answer.text) == (503, False)


@pytest.mark.parametrize(
    ("sqlstate", "is_away"),
    [("57P01", True), ("53100", True), ("08006", True), (None, True), ("40P01", False)],
    ids=["shut down", "disk full", "lost", "no answer", "deadlock"],
)
def test_what_counts_as_away(sqlstate, is_away):
    error = OperationalError()
    error.__cause__ = type("Cause", (Exception,), {"sqlstate": sqlstate})()
    assert away.is_away(error) is is_away


def test_a_site_that_started_without_the_database_is_examined_before_it_serves(client, monkeypatch):
    monkeypatch.setattr(start.Start, "is_pending", True)
    assert client.get("/konto/login/").status_code == 200
    assert start.Start.is_pending is False


def test_with_the_wrong_keys_it_serves_nobody(client, monkeypatch, settings, tmp_path):
    from skolefleks.encryption import key_ring

    settings.ENCRYPTION_KEYS_FILE = str(tmp_path / "keys.json")
    (tmp_path / "keys.json").write_text("{")
    key_ring.cache_clear()
    monkeypatch.setattr(start.Start, "is_pending", True)
    assert client.get("/konto/login/").status_code == 503
    key_ring.cache_clear()
