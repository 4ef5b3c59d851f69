"""Years of cases, made by the database itself: most of them closed, their decisions, grants,
postings and trail.

Their texts are noise of a text's size: nobody opens these cases. The ones that the bench opens
are made in `build`.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, models, transaction

from applications.models import Application, CaseCounter, Invitation, Pupil, PupilCase
from budget.models import Posting, Standing
from skolefleks.encryption import EncryptedTextField
from skolefleks.models import AccessEntry, AuditEntry
from visitation.models import Decision, Grant

YEARS = 7


COMMON, UNKNOWN = "A.B.", "Æ.Ø."  # initials of every twentieth pupil, and of none


ENOUGH_WAITING = 60  # cases that wait for the committee, at least: the queue's first page is full


# One row a case, the oldest first; the newest are drafts, then those with the committee, then
# those sent back.
_CASES = """
    CREATE TEMPORARY TABLE made AS
    WITH sizes AS (
        SELECT %(cases)s AS n, greatest(%(waiting)s, %(cases)s / 200) AS waiting, greatest(20, %(cases)s / 100) AS drafts
    ), aged AS (
        SELECT g, n - g AS rank, waiting, drafts, now() - (n - g) * interval '1 day' * (365.0 * %(years)s / n) AS at
        FROM sizes, generate_series(1, n) AS g
    ), placed AS (
        SELECT *, extract(year FROM at AT TIME ZONE 'Europe/Copenhagen')::int AS year, CASE
            WHEN rank < drafts THEN 'draft'
            WHEN rank < drafts + waiting THEN 'submitted'
            WHEN rank < drafts + waiting + waiting / 5 THEN 'sent_back'
            WHEN g %% 33 = 0 THEN 'withdrawn'
            ELSE 'closed' END AS status
        FROM aged
    ), leaders AS (
        SELECT school_id, min(user_id) AS leader, row_number() OVER (ORDER BY school_id) - 1 AS place
        FROM skolefleks_membership WHERE role = 'school_leader' GROUP BY school_id
    )
    SELECT placed.*, md5('case' || g)::uuid AS id, school_id, leader, district_id,
        'SF-' || year || to_char(row_number() OVER (PARTITION BY year ORDER BY g), 'FM-00000') AS number,
        sha256(('a' || g)::bytea) || sha256(('b' || g)::bytea) AS noise
    FROM placed JOIN leaders ON place = g %% 5 JOIN skolefleks_school s ON s.id = school_id ORDER BY g
"""


_PUPILS = """
    CREATE TEMPORARY TABLE made_pupil AS
    SELECT made.*, k, md5('place' || g || '-' || k)::uuid AS place_id, md5('pupil' || g || '-' || k)::uuid AS pupil_id,
        md5('decision' || g || '-' || k)::uuid AS decision_id, md5('grant' || g || '-' || k)::uuid AS grant_id,
        CASE WHEN (g * 7 + k * 11) %% 20 = 0 THEN '{common}'
             ELSE chr(65 + (g + k * 5) %% 26) || '.' || chr(65 + (g / 26) %% 24) || '.' END AS initials,
        CASE WHEN (g + k) %% 3 = 0 THEN 'return' ELSE 'retention' END AS kind,
        (g + k) %% 10 AS grade, 150000 + (g %% 14) * 10000 AS tariff,
        make_date(year, 8, 1) AS first, make_date(year + 1, 7, 31) AS last,
        CASE WHEN status = 'closed' OR status = 'submitted' AND g %% 6 = 0
             THEN CASE WHEN (g + k) %% 3 = 0 THEN 'rejected' ELSE 'granted' END END AS outcome
    FROM made, generate_series(1, 1 + (g %% 5 < 3)::int) AS k
""".replace("{common}", COMMON)


_SUMMED = """
    made JOIN LATERAL (
        SELECT array_agg(initials ORDER BY k) AS initials, array_agg(DISTINCT kind ORDER BY kind) AS kinds,
            array_agg(DISTINCT grade ORDER BY grade) AS grades, count(*) AS pupils, sum(tariff) AS requested
        FROM made_pupil WHERE made_pupil.g = made.g
    ) AS of_case ON true
"""


# A school year touches two fiscal years: 153 days and five months of the first, the rest of the
# second (budget.tariff).
_PARTS = """
    made_pupil CROSS JOIN LATERAL (SELECT (2 * tariff * 153 + last - first + 1) / (2 * (last - first + 1)) AS used) AS was
    CROSS JOIN LATERAL (VALUES
        (year, used, 153, 5), (year + 1, tariff - used, last - first + 1 - 153, 7)
    ) AS part (pool, amount, days, months)
"""


# Paid by the month: with the two commitments fourteen lines a grant.
_PAID = f"""
    {_PARTS} CROSS JOIN LATERAL generate_series(1, months) AS month
    WHERE outcome = 'granted' AND pool < extract(year FROM now()) ORDER BY g, pool, month
"""


_CHAIN = """
    DO $$
    DECLARE
        entry skolefleks_auditentry;
        last bytea := coalesce((SELECT hash FROM skolefleks_auditseal ORDER BY position DESC LIMIT 1), '');
    BEGIN
        FOR entry IN SELECT * FROM skolefleks_auditentry
            WHERE id > coalesce((SELECT max(entry_id) FROM skolefleks_auditseal), 0) ORDER BY id
        LOOP
            last := sha256(last || convert_to(audit_text(entry), 'UTF8'));
            INSERT INTO skolefleks_auditseal (entry_id, hash) VALUES (entry.id, last);
        END LOOP;
    END $$
"""


_EVENTS = """
    made CROSS JOIN LATERAL (VALUES
        (1, 'start', ''), (2, 'add_pupil', ''), (3, 'write', ''), (4, 'write', ''), (5, 'submit', ''),
        (6, 'grant', 'closed'), (7, 'close', 'closed'), (8, 'send_back', 'sent_back'), (9, 'withdraw', 'withdrawn')
    ) AS event (step, verb, only_when)
"""


def fill(cases: int) -> None:
    """Make `cases` cases and all that belongs to them, in a database that has people, schools and
    pools.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # Triggers and foreign keys are left out, and what they would have written is made in the
        # same way.
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL work_mem = '256MB'")
        cursor.execute(_CASES, {"cases": cases, "waiting": ENOUGH_WAITING, "years": YEARS})
        cursor.execute(_PUPILS % ())
        cursor.execute("CREATE INDEX ON made_pupil (g); ANALYZE made; ANALYZE made_pupil")
        _applications()
        _decisions()
        _books()
        _trail()
        cursor.execute("DROP TABLE made_pupil; DROP TABLE made")


def _applications() -> None:
    submitted = "made.status <> 'draft'"
    _insert(
        Application, f"{_SUMMED} ORDER BY made.g", id="made.id", number="number", school_id="school_id",
        status="made.status", created_by_id="leader", created_at="at", updated_at="at + interval '9 days'",
        submitted_by_id=f"CASE WHEN {submitted} THEN leader END",
        submitted_at=f"CASE WHEN {submitted} THEN at + interval '2 hours' END",
        closed_at="CASE WHEN made.status = 'closed' THEN at + interval '9 days' END", legal_basis="'section_9_4'",
        initials="of_case.initials", kinds="kinds", grades="of_case.grades", pupil_count="pupils",
        requested="requested", filled="30 - g % 4", expected="30",
    )  # fmt: skip
    _insert(
        Pupil,
        "made_pupil ORDER BY g",
        id="pupil_id",
        cpr="noise",
        cpr_index="sha256(uuid_send(pupil_id))",
    )
    _insert(
        PupilCase, "made_pupil ORDER BY g", id="place_id", application_id="id", position="k", pupil_id="pupil_id",
        initials="initials", grade="grade", kind="kind", support_hours="4", parents_informed="'yes'",
        parents_informed_on="at::date", requested_tariff="tariff", starts_on="first", ends_on="last",
    )  # fmt: skip
    advisers = "(SELECT array_agg(user_id) AS ids FROM skolefleks_membership WHERE role = 'adviser') AS advisers"
    _insert(
        Invitation, f"made, {advisers} WHERE g % 10 = 0", application_id="id", invited_by_id="leader",
        user_id="ids[1 + g / 10 % cardinality(ids)]", invited_at="at",
    )  # fmt: skip
    _insert(CaseCounter, "made GROUP BY year", year="year", last="count(*)")


def _decisions() -> None:
    chair = "(SELECT min(user_id) FROM skolefleks_membership WHERE role = 'committee_chair')"
    released = "CASE WHEN status = 'closed' THEN {} ELSE {} END"
    _insert(
        Decision, "made_pupil WHERE outcome IS NOT NULL ORDER BY g", id="decision_id", pupil_case_id="place_id",
        status=released.format("'released'", "'provisional'"), outcome="outcome", has_grounds="true",
        decided_by_id=chair, decided_at="at + interval '7 days'", weight="1 + g % 5", age="6 + g % 12",
        released_at=released.format("at + interval '9 days'", "NULL"),
    )  # fmt: skip
    _insert(
        Grant, "made_pupil WHERE outcome = 'granted' ORDER BY g", id="grant_id", decision_id="decision_id",
        pupil_id="pupil_id", district_id="district_id", status="'running'", tariff="tariff", later_tariffs="'[]'",
        starts_on="first", ends_on="last",
    )  # fmt: skip


def _books() -> None:
    """Commitments, what is paid of earlier years, and what they add up to."""
    chair = "(SELECT min(user_id) FROM skolefleks_membership WHERE role = 'centre_chief')"
    common = {
        "pool_id": "pool", "amount": "amount", "district_id": "district_id", "reference": "grant_id",
        "text": "number", "made_by_id": chair, "made_at": "at + interval '7 days'",
    }  # fmt: skip
    granted = f"{_PARTS} WHERE outcome = 'granted' ORDER BY g"
    _insert(Posting, granted, kind="'commitment'", places="1", days="days", **common)
    one = {"amount": "amount * month / months - amount * (month - 1) / months"}
    _insert(Posting, _PAID, kind="'payment'", places="0", days="0", **(common | one))
    paid = "coalesce(sum(amount) FILTER (WHERE kind = 'payment'), 0)"
    _insert(
        Standing, f"{Posting._meta.db_table} WHERE district_id IS NOT NULL GROUP BY pool_id, district_id",
        pool_id="pool_id", district_id="district_id", allocated="0", committed=f"sum(amount) - 2 * {paid}", paid=paid,
        places="sum(places)", days="sum(days)",
    )  # fmt: skip


def _trail() -> None:
    happened = "only_when IN ('', status) AND (step < 5 OR status <> 'draft')"
    _insert(
        AuditEntry, f"{_EVENTS} WHERE {happened} ORDER BY g, step", at="at + step * interval '20 minutes'",
        actor_id="leader", verb="verb", object_type="'applications.application'", object_id="id::text",
        subject="number", payload="'{}'",
    )  # fmt: skip
    _run(_CHAIN)
    _insert(
        AccessEntry, "made, generate_series(1, 3) AS reading ORDER BY g", at="at + reading * interval '1 day'",
        user_id="leader", kind="'view'", subject="number",
    )  # fmt: skip


def _insert(model: type[models.Model], source: str, **columns: str) -> None:
    """Insert what `source` (the text after FROM) gives; a column that is not named is noise, empty
    or null.
    """
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.column in columns or not field.primary_key
    ]
    values = [columns.get(field.column) or _nothing(field) for field in fields]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    _run(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(values)} FROM {source}")


def _nothing(field: models.Field[Any, Any]) -> str:
    if isinstance(field, EncryptedTextField):
        return "noise"
    if field.null:
        return "NULL"
    if isinstance(field, models.IntegerField):
        return "0"
    return (
        "'{}'"
        if isinstance(field, models.JSONField)
        else "''"
        if field.empty_strings_allowed
        else "false"
    )


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
