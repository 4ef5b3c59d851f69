"""What looks like a CPR number in a text, however it is written: found, and struck out.

The log needs it while the settings are read, so nothing of Django is imported here.
"""

from __future__ import annotations

import re
from datetime import date

STRUCK = "xxxxxx-xxxx"

# Between the date and the last four digits: hyphens and dashes of all kinds (the
# soft one and the minus sign too), spaces that break and that do not, and
# characters that cannot be seen.
_DASHES = "\\-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d_/.\u00b7"
_SPACES = "\\s\u200b-\u200d\u2060\ufeff"
_BETWEEN = f"[{_DASHES}{_SPACES}]{{0,3}}"
# Within the date: `02 01 15-6789` and `02.01.15-6789`. Within the last four only
# a space: two dates with a dash between them (`01.08.26-31.12.26`) are no number.
_IN_DATE = f"[{_DASHES}{_SPACES}]?"
_IN_SERIAL = f"[{_SPACES}]?"

# Every repetition has an upper bound: the time is linear in the text's length.
_LIKE_A_CPR = re.compile(
    rf"(?<!\d)(\d\d){_IN_DATE}(\d\d){_IN_DATE}(\d\d){_BETWEEN}\d\d{_IN_SERIAL}\d\d(?!\d)"
)

# A row's id is random: its digits may look like a CPR number by chance.
ROW_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")

# So may those of any id in hexadecimal that a machine made up: a row's, or 16 characters
# and more with a letter among them.
ID = re.compile(rf"{ROW_ID.pattern}|\b(?=[0-9]*[a-f])[0-9a-f]{{16,}}\b", re.IGNORECASE)

# A replacement number is a real one with so much added to the day (cpr.dk).
_REPLACEMENT = 60

# Years that a two-digit year can stand for; which of them depends on the last
# four digits.
_CENTURIES = (1800, 1900, 2000)


def is_held_in(text: str) -> bool:
    """Whether something in the text has the shape of a CPR number and a date that exists."""
    return any(_has_a_date(match) for match in _LIKE_A_CPR.finditer(text))


def struck_from(text: str) -> str:
    """The text with whatever has the shape of a CPR number struck out, its date real or not."""
    return _LIKE_A_CPR.sub(STRUCK, text)


def _has_a_date(match: re.Match[str]) -> bool:
    day, month, year = (int(match[place]) for place in (1, 2, 3))
    if day > _REPLACEMENT:
        day -= _REPLACEMENT
    return any(_exists(century + year, month, day) for century in _CENTURIES)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
