"""The log: one line a request, with its time and who asked; no CPR number, and whole ids."""

from __future__ import annotations

import json
import logging
import uuid

import pytest
from django.test import Client

from skolefleks import logs
from skolefleks.client_address import client_address

OURS = "10.0.0.7"

LIAR = "203.0.113.9"


@pytest.fixture
def lines():
    """What the log's own formatter makes of every event, as JSON."""
    heard = []
    settings = logs.settings("INFO", requests="WARNING")
    formatter = settings["formatters"]["json"]

    class Ear(logging.Handler):
        def emit(self, record):
            heard.append(json.loads(self.format(record)))

    ear = Ear()
    options = {name: value for name, value in formatter.items() if name != "()"}
    ear.setFormatter(formatter["()"](**options))
    root = logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.INFO)
    yield heard
    root.removeHandler(ear)
    root.setLevel(level)


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_milliseconds(lines):
    Client().get("/konto/login/?next=/budget/")
    [line] = [line for line in lines if "request" in line]
    assert (line["event"], line["code"]) == ("request_finished", 200)
    assert line["request"] == "GET /konto/login/"
    assert 0 < line["ms"] < 60_000
    assert line["ip"] == "127.0.0.1"


def test_the_reason_of_a_line_stands_in_it_and_the_request_does_not(lines, rf):
    request = rf.get("/?q=Anna+Berg")
    extra = {"reason": "unknown", "request": request}
    logging.getLogger("skolefleks.signin").warning("sign_on.refused", extra=extra)
    [line] = lines
    assert (line["event"], line["reason"]) == ("sign_on.refused", "unknown")
    assert "Anna" not in str(line)


IDS = [
    "3f010115-1234-4abc-9def-0101151234ab",
    "a0101151234",
    "deadbeef0101151234cafe",
    "0f" * 6 + "0101151234" + "a" * 10,
]


@pytest.mark.parametrize("text", [IDS[0], IDS[2], IDS[3], str(uuid.UUID(int=10**38))])
def test_an_id_in_hexadecimal_stays_whole(text):
    event = {"outbox_id": text, "event": f"message {text} put off"}
    assert logs.without_cpr(None, "info", event) == event


@pytest.mark.parametrize("text", ["010115-1234", "0101151234", "x 010115 1234.", IDS[1]])
def test_a_cpr_number_is_struck_out_beside_an_id_too(text):
    event = logs.without_cpr(None, "info", {"event": f"{IDS[0]} {text}"})
    assert event["event"].startswith(IDS[0])
    assert "1234" not in event["event"].removeprefix(IDS[0])


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, LIAR, OURS),
        (1, "198.51.100.4", "198.51.100.4"),
        (1, f"{LIAR}, 198.51.100.4", "198.51.100.4"),
        (2, f"{LIAR}, 198.51.100.4, 10.0.0.8", "198.51.100.4"),
        (2, LIAR, OURS),
        (1, "", OURS),
        (1, "<script>", OURS),
    ],
)
def test_only_our_own_proxies_are_believed(rf, settings, proxies, header, address):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR=OURS, HTTP_X_FORWARDED_FOR=header)
    assert client_address(request) == address


@pytest.mark.django_db
def test_a_made_up_header_gives_no_new_tries_at_a_password(settings, leader):
    settings.TRUSTED_PROXIES = 1
    codes = set()
    for number in range(40):
        header = f"203.0.113.{number}, 198.51.100.4"
        form = {"login": leader.email, "password": "forkert"}
        answer = Client().post("/konto/login/", form, headers={"X-Forwarded-For": header})
        codes.add(answer.status_code)
    assert 429 in codes
