"""The proof of what came since the last one: under a second, however large the books are.

It trusts what was proved before, and asks only about new postings, new lines of the trail and what
they touch; the guards and the kept heads are looked at every time. Writes nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from budget.books.proof import Check
from budget.proving import both_ways, guards, leaving
from skolefleks import audit
from skolefleks.danish import kr
from skolefleks.operations import heads

if TYPE_CHECKING:
    from uuid import UUID

    from budget.models import BookProof


# How far the books have come: the last posting, the last seal, and the sums. One statement, so that
# all three are of the same moment.
_MOMENT = """
    SELECT
        coalesce((SELECT max(id) FROM budget_posting), 0),
        coalesce((SELECT max(position) FROM skolefleks_auditseal), 0),
        coalesce((
            SELECT jsonb_agg(jsonb_build_array(
                pool_id, district_id, source_id, allocated, committed, paid, places, days
            )) FROM budget_standing
        ), '[]')::text
"""

# New postings: those with a higher number, and those that new lines of the trail tell of. One set
# of numbers, so that each is looked up: with an OR all postings would be read.
_NEW = """
    SELECT p.* FROM budget_posting p
    WHERE p.id IN (
        SELECT n.id FROM budget_posting n WHERE n.id > %(posting)s
        UNION
        SELECT e.object_id::bigint
        FROM skolefleks_auditseal s JOIN skolefleks_auditentry e ON e.id = s.entry_id
        WHERE s.position > %(position)s AND e.object_type = 'budget.posting'
            AND e.verb <> 'take_up'
    )
"""

_TOUCHED = f"""
    SELECT
        count(*),
        array_agg(DISTINCT reference) FILTER (WHERE kind <> 'allocation')
    FROM ({_NEW}) AS new
"""  # noqa: S608

# The sums of the last proof with the new postings, against the sums that the database keeps.
_SUMS = f"""
    WITH row AS (
        SELECT
            (r->>0)::int AS pool_id, (r->>1)::bigint AS district_id, (r->>2)::bigint AS source_id,
            (r->>3)::bigint AS allocated, (r->>4)::bigint AS committed, (r->>5)::bigint AS paid,
            (r->>6)::bigint AS places, (r->>7)::bigint AS days
        FROM jsonb_array_elements(%(standings)s::jsonb) AS r
        UNION ALL
        SELECT
            pool_id, district_id, source_id,
            CASE kind WHEN 'allocation' THEN amount ELSE 0 END,
            CASE kind
                WHEN 'commitment' THEN amount
                WHEN 'release' THEN amount
                WHEN 'payment' THEN -amount
                WHEN 'carried' THEN -amount
                ELSE 0
            END,
            CASE WHEN kind IN ('payment', 'carried') THEN amount ELSE 0 END,
            places, days
        FROM ({_NEW}) AS new
    ), added AS (
        SELECT
            pool_id, district_id, source_id, sum(allocated) AS allocated,
            sum(committed) AS committed, sum(paid) AS paid, sum(places) AS places, sum(days) AS days
        FROM row GROUP BY pool_id, district_id, source_id
    )
    SELECT coalesce(a.pool_id, k.pool_id) AS year, coalesce(d.name, s.name) AS place
    FROM added a FULL JOIN budget_standing k
            ON a.pool_id = k.pool_id
                AND coalesce(a.district_id, 0) = coalesce(k.district_id, 0)
                AND coalesce(a.source_id, 0) = coalesce(k.source_id, 0)
        LEFT JOIN skolefleks_district d ON d.id = coalesce(a.district_id, k.district_id)
        LEFT JOIN budget_fundingsource s ON s.id = coalesce(a.source_id, k.source_id)
    WHERE (a.allocated, a.committed, a.paid, a.places, a.days)
        IS DISTINCT FROM (k.allocated, k.committed, k.paid, k.places, k.days)
    ORDER BY year LIMIT 1
"""  # noqa: S608

_OVERDRAWN = """
    SELECT pool_id AS year, sum(allocated - committed - paid) AS free
    FROM budget_standing GROUP BY pool_id
    HAVING sum(allocated - committed - paid) < 0 ORDER BY pool_id LIMIT 1
"""

_PAID = """
    SELECT year, text, committed, paid FROM (
        SELECT pool_id AS year, min(text) AS text,
            coalesce(sum(amount) FILTER (WHERE kind IN ('commitment', 'release')), 0) AS committed,
            coalesce(sum(amount) FILTER (WHERE kind IN ('payment', 'carried')), 0) AS paid
        FROM budget_posting
        WHERE reference = ANY (%(references)s) AND kind <> 'allocation'
        GROUP BY reference, pool_id
    ) AS of_references
    WHERE paid NOT BETWEEN 0 AND committed
    ORDER BY year LIMIT 1
"""


class Moment(NamedTuple):
    """How far the books have come, and their sums."""

    posting: int
    position: int
    standings: list[Any]


class News(NamedTuple):
    """What came since a proof: how many postings, and the references that they touch."""

    posting_count: int
    references: list[UUID]


def now() -> Moment:
    with connection.cursor() as cursor:
        cursor.execute(_MOMENT)
        posting, position, standings = cursor.fetchone()
    return Moment(posting, position, json.loads(standings))


def news_since(last: BookProof) -> News:
    values = {"posting": last.posting, "position": last.position}
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, values)
        count, references = cursor.fetchone()
    return News(count, references or [])


def checks_since(last: BookProof, news: News) -> list[Check]:
    """What the books and the payments say of what came since `last`."""
    posting, position = last.posting, last.position
    return [
        Check(
            "Summerne er de sidst beviste med det nye lagt til",
            _difference_of_sums(last),
        ),
        Check("Ingen pulje er overtrukket", _overdraft()),
        Check(
            "For ingen bevilling er der udbetalt mere, end der er disponeret",
            _paid(news),
        ),
        Check(
            "Hver ny postering står i sporet med samme indhold, tid og person, og omvendt",
            both_ways.difference_of_postings(posting=posting, position=position),
        ),
        Check(
            "Hver ny udbetaling er én rate i én betalt kørsel",
            both_ways.wrong_payment(posting=posting),
        ),
        Check(
            "Hver kørsel siden da er, som den blev foreslået, godkendt og afleveret",
            both_ways.wrong_run(position=position),
        ),
        Check(
            "Hvad der nu er udbetalt for meget, er det, der modregnes",
            leaving.wrong_claim(news.references),
        ),
        Check(
            "Hvert regnskabsår er lukket eller åbent som godkendt",
            leaving.wrong_year(),
        ),
        Check("Sporets kæde er ubrudt siden da", _broken_chain(last)),
        Check(
            "Hver ny linje i sporet er skrevet af systemet selv",
            both_ways.forged_line(position=position),
        ),
        Check(
            "Sporet er det, hvis sidste led er underskrevet og gemt uden for databasen",
            heads.difference(),
        ),
        *guards.of_the_database(),
    ]


def _difference_of_sums(last: BookProof) -> str:
    values = {
        "posting": last.posting,
        "position": last.position,
        "standings": json.dumps(last.standings),
    }
    row = both_ways.first_row(_SUMS, **values)
    if row is None:
        return ""
    place = row["place"] or "hele puljen"
    return f"{row['year']}, {place}: summen er ikke den sidst beviste med det nye lagt til."


def _overdraft() -> str:
    row = both_ways.first_row(_OVERDRAWN)
    if row is None:
        return ""
    return f"{row['year']}: der er {kr(row['free'])} fri."


def _paid(news: News) -> str:
    row = both_ways.first_row(_PAID, references=news.references)
    if row is None:
        return ""
    committed = kr(row["committed"])
    paid = kr(row["paid"])
    return f"{row['year']}, {row['text']}: disponeret {committed} og udbetalt {paid}"


def _broken_chain(last: BookProof) -> str:
    verdict = audit.verify(after=last.position)
    if verdict.broken_at is not None:
        return f"Kæden er brudt ved led {verdict.broken_at}."
    if verdict.unsealed_entry is not None:
        return f"Linje {verdict.unsealed_entry} i sporet er ikke forseglet."
    return ""
