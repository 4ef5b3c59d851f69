"""The part of the books' proof that needs the grants: each commitment is the tariffs by days.

The books know no grant, so they cannot prove it themselves.
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from budget.books.proof import Check
from budget.tariff import NOTHING, Part, by_fiscal_year
from skolefleks.danish import day, kr
from visitation.lifecycle import GrantStatus
from visitation.models import later_of

if TYPE_CHECKING:
    from uuid import UUID

# By hand, since the proof is independent of the code that it proves. A row for each grant, beside
# the tariffs that follow its first (an index that both centres agreed on, or a step down) and what
# the books hold for it by fiscal year; a posting for what is no grant stands alone.
_GRANTS = """
    WITH held AS (
        SELECT
            reference,
            jsonb_object_agg(pool_id, jsonb_build_array(amount, days)) AS amounts,
            min(text) AS text
        FROM (
            SELECT
                reference, pool_id, sum(amount) AS amount, sum(days) AS days, min(text) AS text
            FROM budget_posting
            WHERE kind IN ('commitment', 'release', 'claim')
                AND (%(references)s::uuid[] IS NULL OR reference = ANY (%(references)s))
            GROUP BY reference, pool_id
        ) AS years
        GROUP BY reference
    ), later AS (
        SELECT v.grant_id, v.from_on, v.tariff
        FROM visitation_tariffversion v
            JOIN budget_proposal p ON p.id = v.index_id AND p.status = 'approved'
        UNION ALL
        SELECT grant_id, from_on, tariff FROM visitation_tariffstep
    ), decided AS (
        SELECT grant_id,
            jsonb_agg(jsonb_build_array(from_on, tariff) ORDER BY from_on) AS tariffs
        FROM later
        GROUP BY grant_id
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
    FROM (
            SELECT * FROM visitation_grant
            WHERE %(references)s::uuid[] IS NULL OR id = ANY (%(references)s)
        ) AS g
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


def of_these_grants(references: list[UUID]) -> list[Check]:
    """Check the grants of these references, for the proof of what came since the last one."""
    return [
        Check(
            "Hver ny disponering er bevillingens takster efter dage",
            _first_difference(references),
        )
    ]


def _first_difference(references: list[UUID] | None = None) -> str:
    """The first grant that does not fit the books, as a sentence; '' where all do.

    Of the grants of `references`; None: of all.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, {"references": references})
        rows = cursor.fetchmany(ROWS_AT_ONCE)
        while rows:
            for row in rows:
                difference = _difference(_Row(*row))
                if difference:
                    return difference
            rows = cursor.fetchmany(ROWS_AT_ONCE)
    return ""


def _difference(row: _Row) -> str:
    commitments = _commitments(row)
    if row.tariff is None:
        if commitments:
            return (
                f"{row.text}: der er disponeret til noget, der ikke er en bevilling."
            )
        return ""
    if not row.is_kept:
        return f"{row.number}: taksterne på bevillingen er ikke dem, som centrene har godkendt."

    due: dict[int, Part] = {}
    if row.status != GrantStatus.ANNULLED:
        due = _due(row.tariff, row.starts_on, row.last_day, row.later)

    for year in sorted(commitments.keys() | due.keys()):
        difference = _difference_of_year(
            due.get(year, NOTHING), commitments.get(year, NOTHING)
        )
        if difference:
            return f"{row.number}, {year}: {difference}"
    return ""


def _commitments(row: _Row) -> dict[int, Part]:
    """By fiscal year; a year that is given back whole is as good as none."""
    booked = json.loads(row.amounts or "{}")
    commitments = {}
    for year, (amount, days) in booked.items():
        if amount or days:
            commitments[int(year)] = Part(amount, days)
    return commitments


def _difference_of_year(by_tariff: Part, by_books: Part) -> str:
    if by_tariff.amount != by_books.amount:
        return (
            f"taksten giver {kr(by_tariff.amount)},"
            f" og der er disponeret {kr(by_books.amount)}."
        )
    if by_tariff.days != by_books.days:
        return f"bevillingen har {by_tariff.days} dage, og der er bogført {by_books.days}."
    return ""


@lru_cache(maxsize=10_000)
def _due(tariff: int, starts_on: date, last_day: date, later: str) -> dict[int, Part]:
    """Whole DKK and days by fiscal year. Kept in memory, since many grants have the same terms."""
    parts = by_fiscal_year(tariff, starts_on, last_day, later_of(json.loads(later)))
    return {year: part for year, part in parts.items() if part.amount}


# Postings of a grant in another district than its own, or for other days than it has; grants of
# which the trail says nothing, or another tariff than was decided.
_PLACES = """
    WITH booked AS (
        SELECT
            reference, district_id,
            sum(amount) FILTER (WHERE kind IN ('commitment', 'release', 'claim')) AS kept,
            sum(amount) FILTER (WHERE kind IN ('payment', 'carried')) AS paid
        FROM budget_posting
        WHERE kind IN ('commitment', 'release', 'claim', 'payment', 'carried')
        GROUP BY reference, district_id
    )
    SELECT a.number
    FROM visitation_grant g
        JOIN visitation_decision d ON d.id = g.decision_id
        JOIN applications_pupilcase c ON c.id = d.pupil_case_id
        JOIN applications_application a ON a.id = c.application_id
        JOIN booked b ON b.reference = g.id AND b.district_id <> g.district_id
            AND (b.kept <> 0 OR b.paid <> 0)
    ORDER BY a.number LIMIT 1
"""

# One place for a pupil and a fiscal year, however many grants; none where nothing is committed.
_COUNTED = """
    WITH booked AS (
        SELECT
            p.reference, p.pool_id, sum(p.places) AS places, sum(p.amount) AS amount
        FROM budget_posting p WHERE p.kind IN ('commitment', 'release', 'claim')
        GROUP BY p.reference, p.pool_id
    )
    SELECT min(a.number) AS number, b.pool_id AS year, sum(b.places) AS places
    FROM visitation_grant g
        JOIN visitation_decision d ON d.id = g.decision_id
        JOIN applications_pupilcase c ON c.id = d.pupil_case_id
        JOIN applications_application a ON a.id = c.application_id
        JOIN booked b ON b.reference = g.id
    GROUP BY g.pupil_id, b.pool_id
    HAVING sum(b.places) <> CASE WHEN sum(b.amount) > 0 THEN 1 ELSE 0 END
    ORDER BY 1, 2 LIMIT 1
"""

_TRAIL = """
    WITH line AS (
        SELECT e.payload->>'grant' AS grant_id, (e.payload->>'tariff')::bigint AS tariff
        FROM skolefleks_auditentry e
        WHERE e.object_type = 'visitation.decision' AND e.verb = 'grant'
    )
    SELECT coalesce(a.number, line.grant_id) AS number
    FROM visitation_grant g
        JOIN visitation_decision d ON d.id = g.decision_id
        JOIN applications_pupilcase c ON c.id = d.pupil_case_id
        JOIN applications_application a ON a.id = c.application_id
        FULL JOIN line ON line.grant_id = g.id::text
    WHERE g.tariff IS DISTINCT FROM line.tariff
    ORDER BY 1 LIMIT 1
"""

# Instalments of what no school knows of, or for another school than the case's.
_PAYEES = """
    SELECT i.text, i.due_on
    FROM budget_instalment i
        LEFT JOIN visitation_grant g ON g.id = i.reference
        LEFT JOIN visitation_decision d ON d.id = g.decision_id
        LEFT JOIN applications_pupilcase c ON c.id = d.pupil_case_id
        LEFT JOIN applications_application a ON a.id = c.application_id
    WHERE i.status <> 'cancelled' AND (
        a.school_id IS DISTINCT FROM i.school_id
        OR d.status = 'provisional'
        OR g.district_id IS DISTINCT FROM i.district_id
    )
    ORDER BY i.due_on LIMIT 1
"""


def of_the_plan() -> list[Check]:
    """What the grants say of districts, places, the trail and the plan of payments."""
    return [
        Check("Hver bevilling er bogført i sit eget distrikt", _wrong_district()),
        Check("Hver elev tæller én plads i hvert regnskabsår", _wrong_place()),
        Check("Hver bevilling står i sporet med sin takst", _missing_line()),
        Check("Hver rate er til den skole, der har bevillingen", _wrong_payee()),
    ]


def _first(sql: str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def _wrong_district() -> str:
    row = _first(_PLACES)
    if row is None:
        return ""
    return f"{row[0]} er bogført i et andet distrikt end sit eget."


def _wrong_place() -> str:
    row = _first(_COUNTED)
    if row is None:
        return ""
    number, year, places = row
    return f"{number}, {year}: eleven tæller {places} pladser."


def _missing_line() -> str:
    row = _first(_TRAIL)
    if row is None:
        return ""
    return f"{row[0]}: bevillingen og sporet siger ikke det samme om taksten."


def _wrong_payee() -> str:
    row = _first(_PAYEES)
    if row is None:
        return ""
    text, due_on = row
    return f"{text}: raten, der forfalder {day(due_on)}, er til en anden skole end bevillingen."
