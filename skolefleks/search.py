"""What is typed in the search box of a list, read once for all lists.

A list uses the parts that it can search by: the school's list a number, a grade
or initials, the committee's queue a number, initials or the school's name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from skolefleks.danish import today
from skolefleks.numbers import is_case_number
from skolefleks.setup import trade

MOST_LETTERS = 40

SERIAL_DIGITS = 4

NOT_BY_CPR = (
    "Der søges ikke på CPR-numre, og nummeret er ikke gemt. "
    "Søg på sagsnummer, elevens navn eller initialer."
)

# Letters in a row without full stops; more are a word.
MOST_INITIALS = 3

# Characters of a pupil's initials, full stops included.
INITIALS_LENGTH = 12

_SERIAL = re.compile(r"[\s-]{0,3}([0-9]{1,4})")

# A case number or its beginning, in any spelling: `SF 2026 0042`, `sf2026-42`.
_NUMBER = re.compile(r"[\s-]{0,3}(20[0-9]{2})[\s-]{0,3}([0-9]{0,4})")

_GRADE = re.compile(
    r"(?:KLASSE\s*)?(\d{1,2})\s*\.?\s*(?:KL\.?|KLASSE|KLASSETRIN)|KLASSE\s*(\d{1,2})"
)

# Letters that no accent is taken off. The Danish ones have two spellings: who
# types `aase`, `soren` or `soeren` means Åse and Søren.
_ONE_SPELLING = str.maketrans("åøœđðłı", "aooddli") | {
    ord("æ"): "ae",
    ord("þ"): "th",
}
_APOSTROPHES = dict.fromkeys(map(ord, "'`´\u2018\u2019"))
_HYPHENS = dict.fromkeys(map(ord, "-\u2010\u2011\u2013"), " ")


@dataclass(frozen=True)
class Search:
    """What was typed. A case number, its last part and a grade exclude each other and all else."""

    # The beginning of a case number: `AB-2026-00`.
    number: str = ""
    # The last part of a case number alone: 42.
    serial: int | None = None
    grade: int | None = None
    initials: str = ""  # as a case stores them: `A.B.`
    # In capitals; empty where the text is as short as initials are.
    words: str = ""

    @property
    def is_for_number(self) -> bool:
        return bool(self.number) or self.serial is not None

    @property
    def whole_number(self) -> str:
        """`AB-2026-0042` for `AB-2026-42`: a last part without its zeros."""
        start, _, last = self.number.rpartition("-")
        return f"{start}-{last.zfill(SERIAL_DIGITS)}"

    def numbers(self, *, years: int = 1) -> list[str]:
        """The case numbers that end with `serial`, of this year first; of `years` years in all."""
        this_year = today().year
        last_years = range(this_year, this_year - years, -1)
        prefix = trade.now().number_prefix
        return [f"{prefix}-{year}-{self.serial:04d}" for year in last_years]


def parse(typed: str) -> Search:
    """Read `AB-2026-0042`, `ab 2026 42`, `2026`, `42`, `4. klasse`, `A.B.`, `ab` or words.

    What cannot be printed is left out: PostgreSQL stores no NUL and answers it
    with an error.
    """
    printable = [letter for letter in typed[:MOST_LETTERS] if letter.isprintable()]
    text = "".join(printable).strip().upper()

    # Before the numbers: `4. klasse` begins with a digit too.
    grade = _GRADE.fullmatch(text)
    if grade:
        return Search(grade=int(grade[1] or grade[2]))

    prefix = trade.now().number_prefix
    number = _NUMBER.fullmatch(text.removeprefix(prefix))
    if number:
        parts = [part for part in number.groups() if part]
        return Search(number="-".join((prefix, *parts)))
    serial = _SERIAL.fullmatch(text.removeprefix(prefix))
    if serial:
        return Search(serial=int(serial[1]))

    # Of a case that was begun under another prefix: the whole number.
    if text.startswith(f"{prefix}-") or is_case_number(text):
        return Search(number=text)
    if text[:1].isdigit():
        return Search(number=f"{prefix}-{text}")

    return Search(initials=initials_in(text), words=_words_in(text))


def folded(name: str) -> str:
    """A name as it is compared with what was typed: `nguyen` for `Nguyễn`, `ase` for `Åse`.

    Both sides are folded. What two spellings share is enough: nobody who
    searches should have to know how another wrote the name.
    """
    # Composed first: `å` may have come as an `a` with a ring after it.
    small = unicodedata.normalize("NFC", name).casefold()
    apart = unicodedata.normalize(
        "NFKD", small.translate(_ONE_SPELLING | _APOSTROPHES | _HYPHENS)
    )
    letters = [letter for letter in apart if not unicodedata.combining(letter)]
    return "".join(letters).replace("aa", "a").replace("oe", "o")


def initials_in(text: str) -> str:
    """`A.B.` for `ab`, `A. B.` or `a.b.`."""
    letters = [f"{letter}." for letter in text.upper() if letter.isalpha()]
    return "".join(letters)[:INITIALS_LENGTH]


def _words_in(text: str) -> str:
    if "." in text or len(text) <= MOST_INITIALS:
        return ""
    return text
