"""CPR numbers of nobody, for the demo and the tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

# What each digit counts in the sum of modulus 11.
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def fictive_cpr(dice: random.Random, *, born: int, female: bool | None = None) -> str:
    """Ten digits with a real date in the year `born` (2000-2036), which belong to nobody.

    They fail modulus 11. A few dates, all of them 1 January, have numbers in
    use that do too: that day is never drawn.
    """
    day = date(born, 1, 2) + timedelta(days=dice.randrange(363))

    while True:
        serial = dice.randrange(4000, 10_000)
        # The last digit is even for a woman.
        has_right_sex = female is None or (serial % 2 == 0) == female

        digits = f"{day:%d%m%y}{serial:04d}"
        if has_right_sex and not _passes_modulus_11(digits):
            return digits


def _passes_modulus_11(digits: str) -> bool:
    weighted = zip(_WEIGHTS, digits, strict=True)
    return sum(weight * int(digit) for weight, digit in weighted) % 11 == 0
