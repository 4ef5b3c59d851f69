"""How a case number is recognised, whatever the municipality lets it begin with."""

from __future__ import annotations

import re

# The number of a payment run has one letter.
PREFIX = "[A-ZÆØÅ]{2,6}"
PATTERN = PREFIX + r"-[0-9]{4}-[0-9]{4,6}"
CASE_NUMBER = re.compile(PATTERN)
IN_TEXT = re.compile(rf"\b{PATTERN}\b")


def is_case_number(text: str) -> bool:
    return CASE_NUMBER.fullmatch(text) is not None
