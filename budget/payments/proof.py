"""The part of the books' proof about what left the house: what is owed, and what was carried.

The SQL is written by hand, since a proof is independent of the code that it proves.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from budget.books.proof import Check
from skolefleks.danish import kr

# What is claimed of each grant and year, against what is planned to be set off.
_OWED = """
    WITH claimed AS (
        SELECT reference, pool_id, min(text) AS text, sum(amount) AS amount
        FROM budget_posting WHERE kind = 'claim' GROUP BY reference, pool_id
    ), planned AS (
        SELECT reference, pool_id, min(text) AS text, sum(amount) AS amount
        FROM budget_instalment WHERE status = 'planned' AND amount < 0
        GROUP BY reference, pool_id
    )
    SELECT pool_id, coalesce(c.text, p.text), coalesce(c.amount, 0), coalesce(p.amount, 0)
    FROM claimed c FULL JOIN planned p USING (reference, pool_id)
    WHERE coalesce(c.amount, 0) <> coalesce(p.amount, 0)
    ORDER BY pool_id LIMIT 1
"""

# What one grant gave on, the next one has.
_CARRIED = """
    SELECT pool_id, text, sum(amount)
    FROM budget_posting WHERE kind = 'carried'
    GROUP BY pool_id, text HAVING sum(amount) <> 0
    ORDER BY pool_id LIMIT 1
"""


def of_the_payments() -> list[Check]:
    """Two questions, however many postings."""
    return [
        Check("Hvad der er udbetalt for meget, er det, der modregnes", _wrong_claim()),
        Check(
            "Hvad der er ført videre fra en bevilling, har en anden", _wrong_carry()
        ),
    ]


def _wrong_claim() -> str:
    # Negative both: what is owed is planned below nothing.
    row = _first_row(_OWED)
    if row is None:
        return ""
    year, text, claimed, planned = row
    return (
        f"{text}, {year}: der er udbetalt {kr(-claimed)} for meget,"
        f" og der modregnes {kr(-planned)}."
    )


def _wrong_carry() -> str:
    row = _first_row(_CARRIED)
    if row is None:
        return ""
    year, text, amount = row
    return f"{text}, {year}: ompostering på {kr(amount)} uden modpost."


def _first_row(sql: str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
