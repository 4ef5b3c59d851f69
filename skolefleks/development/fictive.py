"""CPR numbers of nobody: for the demo and the tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random


_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def fictive_cpr(dice: random.Random, *, born: int, female: bool | None = None) -> str:
    """Ten digits with a real date in the year `born` (2000-2036) that fail modulus 11 and so belong to nobody.

    Only a few dates, all of them 1 January, have numbers in use without the check: that day is never drawn.
    """
    day = date(born, 1, 2) + timedelta(days=dice.randrange(363))
    while True:
        serial = dice.randrange(4000, 10_000)
        digits = f"{day:%d%m%y}{serial:04d}"
        fits = female is None or (serial % 2 == 0) == female
        if fits and sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11:
            return digits
