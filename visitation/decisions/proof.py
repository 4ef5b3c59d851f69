"""The part of the books' proof that needs the grants: each commitment is the tariffs by days.

The books know no grant, so they cannot prove it themselves.
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from budget.books.proof import Check
from budget.tariff import by_fiscal_year
from skolefleks.danish import kr
from visitation.lifecycle import GrantStatus
from visitation.models import later_of

# By hand, since the proof is independent of the code that it proves. A row for each grant, beside
# the tariffs that both centres agreed on since and what the books hold for it by fiscal year; a
# posting for what is no grant stands alone.
_GRANTS = """
    WITH held AS (
        SELECT reference, jsonb_object_agg(pool_id, amount) AS amounts, min(text) AS text
        FROM (
            SELECT reference, pool_id, sum(amount) AS amount, min(text) AS text
            FROM budget_posting
            WHERE kind IN ('commitment', 'release', 'claim')
            GROUP BY reference, pool_id
        ) AS years
        GROUP BY reference
    ), decided AS (
        SELECT v.grant_id,
            jsonb_agg(jsonb_build_array(v.from_on, v.tariff) ORDER BY v.from_on) AS tariffs
        FROM visitation_tariffversion v
            JOIN budget_proposal p ON p.id = v.index_id AND p.status = 'approved'
        GROUP BY v.grant_id
    )
    SELECT
        g.tariff,
        coalesce(decided.tariffs, '[]'),
        g.later_tariffs = coalesce(decided.tariffs, '[]'),
        g.starts_on,
        coalesce(g.ended_on, g.ends_on),
        g.status,
        held.amounts,
        held.text,
        a.number
    FROM visitation_grant g
        JOIN visitation_decision d ON d.id = g.decision_id
        JOIN applications_pupilcase c ON c.id = d.pupil_case_id
        JOIN applications_application a ON a.id = c.application_id
        LEFT JOIN decided ON decided.grant_id = g.id
        FULL JOIN held ON held.reference = g.id
    ORDER BY a.number, g.id
"""

# So many rows are in memory at a time.
ROWS_AT_ONCE = 2_000


class _Row(NamedTuple):
    """A row of the answer; a reference that is no grant has its amounts and their text alone."""

    tariff: int | None
    later: str
    is_kept: bool
    starts_on: date
    last_day: date
    status: str
    amounts: str | None
    text: str
    number: str


def of_the_grants() -> list[Check]:
    """Check every grant. Takes one query, and the arithmetic again for each of them."""
    return [
        Check(
            "Hver bevillings disponering er dens takster efter dage",
            _first_difference(),
        )
    ]


def _first_difference() -> str:
    """The first grant that does not fit the books, as a sentence; '' where all do."""
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS)
        rows = cursor.fetchmany(ROWS_AT_ONCE)
        while rows:
            for row in rows:
                difference = _difference(_Row(*row))
                if difference:
                    return difference
            rows = cursor.fetchmany(ROWS_AT_ONCE)
    return ""


def _difference(row: _Row) -> str:
    amounts = json.loads(row.amounts or "{}")
    # A year that is given back whole is as good as none.
    commitments = {int(year): amount for year, amount in amounts.items() if amount}

    if row.tariff is None:
        if commitments:
            return (
                f"{row.text}: der er disponeret til noget, der ikke er en bevilling."
            )
        return ""
    if not row.is_kept:
        return f"{row.number}: taksterne på bevillingen er ikke dem, som begge centre har godkendt."

    due: dict[int, int] = {}
    if row.status != GrantStatus.ANNULLED:
        due = _due(row.tariff, row.starts_on, row.last_day, row.later)

    for year in sorted(commitments.keys() | due.keys()):
        by_tariff = due.get(year, 0)
        by_books = commitments.get(year, 0)
        if by_tariff != by_books:
            return (
                f"{row.number}, {year}: taksten giver {kr(by_tariff)},"
                f" og der er disponeret {kr(by_books)}."
            )
    return ""


@lru_cache(maxsize=10_000)
def _due(tariff: int, starts_on: date, last_day: date, later: str) -> dict[int, int]:
    """Whole DKK by fiscal year. Kept in memory, since many grants have the same terms."""
    parts = by_fiscal_year(tariff, starts_on, last_day, later_of(json.loads(later)))
    return {year: part.amount for year, part in parts.items() if part.amount}
