"""A file that is made while one waits, and one that is sent, count for the person (`throttles`)."""

from __future__ import annotations

import re

import pytest

from skolefleks.defaults import THROTTLES
from tests.applications.papers.files import pdf
from tests.applications.papers.test_papers import upload
from tests.house.sources import CODE, all_addresses, place

A_FILE = re.compile(r"export|_(xlsx|csv|pdf)$")

# Bytes that lie ready, whose every reading is a line of the access log; and an act.
READY = {"visitation:pack_pdf", "evaluation:version_pdf", "budget:export_payments"}

FILES = {name: view for name, view in all_addresses() if A_FILE.search(name)}

TAKES_FILES = [path for path in CODE if "request.FILES" in path.read_text()]


@pytest.fixture
def few(settings):
    """Two of each in a window."""
    settings.THROTTLES = {what: limit._replace(times=2) for what, limit in THROTTLES.items()}


@pytest.mark.parametrize("name", sorted(FILES.keys() - READY))
def test_a_file_that_is_made_is_counted(name):
    assert getattr(FILES[name], "counts_as", "") in {"export", "print"}


def test_there_are_files_to_be_counted():
    assert len(FILES) > 15
    assert FILES.keys() >= READY


@pytest.mark.parametrize("path", TAKES_FILES, ids=place)
def test_who_takes_files_counts_them(path):
    if place(path) != "skolefleks/idempotency.py":
        assert re.search(r'@throttled\("(file|import)"\)', path.read_text())


def test_who_lays_on_very_many_papers_is_told_to_wait(few, draft, school):
    answers = [upload(school, draft, f"{number}.pdf", pdf()) for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]


def test_who_prints_very_much_is_told_to_wait(few, submitted, committee):
    address = f"/sager/{submitted.number}/resume.pdf"
    assert [committee.get(address).status_code for _ in range(3)] == [200, 200, 429]
