"""The table of OWASP ASVS is whole, and what it names is there."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain

from tests.production import PROJECT

PAGES = [PROJECT / "docs/asvs.md", PROJECT / "docs/security.md"]

# Requirements of levels 1 and 2 in ASVS 5.0.0, by chapter.
COUNTS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9}

COUNTS |= {13: 13, 14: 9, 15: 13, 16: 16, 17: 7}

ANSWERS = {"Held", "Partly", "No", "Theirs", "None"}


def rows():
    """(numbers, answer, reason) of each line of the table."""
    for line in PAGES[0].read_text().splitlines():
        if re.match(r"\| \d", line):
            numbers, _, answer, reason = (cell.strip() for cell in line.strip("|").split("|"))
            yield numbers.split(", "), answer, reason


def test_every_requirement_stands_there_once():
    numbers = list(chain.from_iterable(several for several, _, _ in rows()))
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    assert Counter(int(number.split(".")[0]) for number in numbers) == COUNTS


def test_each_has_an_answer_and_what_is_not_held_a_reason():
    assert {answer for _, answer, _ in rows()} == ANSWERS
    assert [
        numbers for numbers, answer, why in rows() if answer in {"No", "Partly"} and not why
    ] == []


def test_what_it_names_is_there():
    text = "".join(page.read_text() for page in PAGES)
    named = re.findall(r"`((?:[\w-]+/)+[\w.-]+\.(?:py|md|html|js|txt))`", text)
    assert len(named) > 100
    assert [path for path in set(named) if not (PROJECT / path).exists()] == []
