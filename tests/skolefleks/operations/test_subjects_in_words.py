"""What was seen is said in Danish in every log, and never in a short word of the code."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.operations.subjects_in_words import SUBJECTS, first_word, words_of
from tests.conftest import text_of
from tests.house.sources import CODE

KIND = AccessEntry.Kind

# Where the code writes a subject as a text: to the log, or where a subject is named.
WRITTEN = (
    re.compile(r'(?:log_access|workbook)\((?:[\w.]+),\s*"([^"]+)"'),
    re.compile(r'\bsubject = "([a-z]+)"'),
    re.compile(r'def subject\(self\) -> str:\n(?:\s+""".*?"""\n)?\s+return f"([a-z]+) '),
)


def test_every_subject_that_the_code_writes_has_its_danish_words():
    subjects = set()
    for path in CODE:
        for pattern in WRITTEN:
            subjects |= set(pattern.findall(path.read_text()))
    assert {"oekonomi", "posteringer", "maaltal", "kvartal", "evaluering"} <= subjects
    assert {first_word(subject) for subject in subjects} <= set(SUBJECTS)


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("oekonomi", "Økonomien som regneark"),
        ("oekonomi-2026-den-2026-03-01", "Økonomien som regneark, som den stod 1. marts 2026"),
        ("posteringer", "Posteringerne som regneark"),
        ("maaltal", "Måltallene for dagbehandling"),
        ("kvartal 2026-3", "Kvartalsopfølgning, 3. kvartal 2026"),
        ("evaluering school 2026", "Evaluering af skoleåret 2026/27"),
        ("evaluering fiscal 2026, version 2", "Evaluering af regnskabsåret 2026, version 2"),
        ("U-2026-0001", "Udbetalingskørsel U-2026-0001"),
        ("SF-2026-0042", "SF-2026-0042"),
        ("", ""),
    ],
)
def test_a_subject_is_said_in_danish(subject, words):
    assert words_of(subject) == words


@pytest.mark.parametrize("page", ["who_saw_what", "access_log"])
def test_no_log_shows_a_short_word_of_the_code(page, admin, chair, client_for):
    audit.log_access(KIND.EXPORT, "oekonomi", by=chair)
    audit.log_access(KIND.VIEW, "SF-2026-0001", by=chair)
    browser = client_for(admin)
    words = text_of(browser.get(reverse(page)))
    assert "Økonomien som regneark" in words
    assert "oekonomi" not in words
    file = browser.get(reverse(f"export_{page}", args=["csv"])).text
    assert "Økonomien som regneark" in file
    assert "oekonomi" not in file


def test_an_extract_is_not_counted_as_a_case(admin, chair, client_for):
    audit.log_access(KIND.EXPORT, "oekonomi", by=chair)
    audit.log_access(KIND.VIEW, "SF-2026-0001", by=chair)
    assert "Sager: 1." in text_of(client_for(admin).get(reverse("who_saw_what")))
