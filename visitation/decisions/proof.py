"""What the books cannot prove, since they know no grant: each grant's commitment is its tariffs by days."""

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

# Every grant beside the tariffs that both centres agreed on since, and what the books hold for it, by fiscal year; a
# posting for what is no grant stands alone.
_GRANTS = """
    WITH held AS (
        SELECT reference, jsonb_object_agg(pool_id, amount) AS amounts, min(text) AS text FROM (
            SELECT reference, pool_id, sum(amount) AS amount, min(text) AS text FROM budget_posting
            WHERE kind IN ('commitment', 'release') GROUP BY reference, pool_id
        ) AS years GROUP BY reference
    ), decided AS (
        SELECT v.grant_id, jsonb_agg(jsonb_build_array(v.from_on, v.tariff) ORDER BY v.from_on) AS tariffs
        FROM visitation_tariffversion v JOIN budget_proposal p ON p.id = v.index_id AND p.status = 'approved'
        GROUP BY v.grant_id
    )
    SELECT g.tariff, coalesce(decided.tariffs, '[]'), g.later_tariffs = coalesce(decided.tariffs, '[]'),
        g.starts_on, coalesce(g.ended_on, g.ends_on), g.status, held.amounts, held.text, a.number
    FROM visitation_grant g
        JOIN visitation_decision d ON d.id = g.decision_id
        JOIN applications_pupilcase c ON c.id = d.pupil_case_id
        JOIN applications_application a ON a.id = c.application_id
        LEFT JOIN decided ON decided.grant_id = g.id
        FULL JOIN held ON held.reference = g.id
    ORDER BY a.number, g.id
"""


class _Row(NamedTuple):
    """A line of the answer; a reference that is no grant has its amounts and their text alone."""

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
    """One query, and the arithmetic again for every grant."""
    return [Check("Hver bevillings disponering er dens takster efter dage", _first_difference())]


def _first_difference() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS)
        while rows := cursor.fetchmany(2_000):
            for row in rows:
                if difference := _difference(_Row(*row)):
                    return difference
    return ""


def _difference(row: _Row) -> str:
    held = {int(year): amount for year, amount in json.loads(row.amounts or "{}").items() if amount}
    if row.tariff is None:
        return f"{row.text}: der er disponeret til noget, der ikke er en bevilling." if held else ""
    if not row.is_kept:
        return f"{row.number}: taksterne på bevillingen er ikke dem, som begge centre har godkendt."
    annulled = row.status == GrantStatus.ANNULLED
    due = {} if annulled else _due(row.tariff, row.starts_on, row.last_day, row.later)
    for year in sorted(held.keys() | due.keys()):
        if held.get(year, 0) != due.get(year, 0):
            said = f"taksten giver {kr(due.get(year, 0))}, og der er disponeret {kr(held.get(year, 0))}"
            return f"{row.number}, {year}: {said}."
    return ""


@lru_cache(maxsize=10_000)
def _due(tariff: int, starts_on: date, last_day: date, later: str) -> dict[int, int]:
    """Whole DKK by fiscal year. Kept, since many grants have the same terms."""
    parts = by_fiscal_year(tariff, starts_on, last_day, later_of(json.loads(later)))
    return {year: part.amount for year, part in parts.items() if part.amount}
