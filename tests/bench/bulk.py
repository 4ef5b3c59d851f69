"""Years of cases, made by the database itself: most of them closed, with all that follows.

Their texts are noise of a text's size: nobody opens these cases. The ones that the bench opens are
made in `prepared`. SQL by hand, because 100,000 cases made by the product's acts would take hours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, models, transaction

from applications.models import Application, CaseCounter, Invitation, Pupil, PupilCase
from budget.models import Posting, Standing
from skolefleks.encryption import EncryptedTextField
from skolefleks.models import AccessEntry, AuditEntry
from visitation.models import Decision, Grant

YEARS = 7

COMMON = "A.B."  # the initials of every twentieth pupil
UNKNOWN = "Å.Å."  # of none, not of what prepared.py makes either

# Cases that wait for the committee, at least: the queue's first page is full.
ENOUGH_WAITING = 60

# One row a case, the oldest first. The newest are drafts, then come those with the committee, then
# those sent back.
CASES = """
    CREATE TEMPORARY TABLE made AS
    WITH sizes AS (
        SELECT %(cases)s AS n,
            greatest(%(waiting)s, %(cases)s / 200) AS waiting,
            greatest(20, %(cases)s / 100) AS drafts
    ), aged AS (
        SELECT g, n - g AS rank, waiting, drafts,
            now() - (n - g) * interval '1 day' * (365.0 * %(years)s / n) AS at
        FROM sizes, generate_series(1, n) AS g
    ), placed AS (
        SELECT *,
            extract(year FROM at AT TIME ZONE 'Europe/Copenhagen')::int AS year,
            CASE
                WHEN rank < drafts THEN 'draft'
                WHEN rank < drafts + waiting THEN 'submitted'
                WHEN rank < drafts + waiting + waiting / 5 THEN 'sent_back'
                WHEN g %% 33 = 0 THEN 'withdrawn'
                ELSE 'closed'
            END AS status
        FROM aged
    ), leaders AS (
        SELECT school_id, min(user_id) AS leader,
            row_number() OVER (ORDER BY school_id) - 1 AS place
        FROM skolefleks_membership WHERE role = 'school_leader' GROUP BY school_id
    ), numbered AS (
        SELECT *, row_number() OVER (PARTITION BY year ORDER BY g) AS in_year FROM placed
    )
    SELECT numbered.*, school_id, leader, district_id,
        md5('case' || g)::uuid AS id,
        'SF-' || year || to_char(in_year, 'FM-00000') AS number,
        sha256(('a' || g)::bytea) || sha256(('b' || g)::bytea) AS noise
    FROM numbered
    JOIN leaders ON place = g %% 5
    JOIN skolefleks_school s ON s.id = school_id
    ORDER BY g
"""

# One or two pupils a case; the keys are hashes, so that other tables can name them unseen.
PUPILS = f"""
    CREATE TEMPORARY TABLE made_pupil AS
    SELECT made.*, k,
        md5('place' || g || '-' || k)::uuid AS place_id,
        md5('pupil' || g || '-' || k)::uuid AS pupil_id,
        md5('decision' || g || '-' || k)::uuid AS decision_id,
        md5('grant' || g || '-' || k)::uuid AS grant_id,
        CASE WHEN (g * 7 + k * 11) % 20 = 0 THEN '{COMMON}'
            ELSE chr(65 + (g + k * 5) % 26) || '.' || chr(65 + (g / 26) % 24) || '.'
        END AS initials,
        CASE WHEN (g + k) % 3 = 0 THEN 'return' ELSE 'retention' END AS kind,
        (g + k) % 10 AS grade,
        150000 + (g % 14) * 10000 AS tariff,
        make_date(year, 8, 1) AS first,
        make_date(year + 1, 7, 31) AS last,
        CASE WHEN status = 'closed' OR status = 'submitted' AND g % 6 = 0 THEN
            CASE WHEN (g + k) % 3 = 0 THEN 'rejected' ELSE 'granted' END
        END AS outcome
    FROM made, generate_series(1, 1 + (g % 5 < 3)::int) AS k
"""

# What the product sums up of an application's pupils.
CASES_WITH_SUMS = """
    made JOIN LATERAL (
        SELECT array_agg(initials ORDER BY k) AS initials,
            array_agg(DISTINCT kind ORDER BY kind) AS kinds,
            array_agg(DISTINCT grade ORDER BY grade) AS grades,
            count(*) AS pupils,
            sum(tariff) AS requested
        FROM made_pupil WHERE made_pupil.g = made.g
    ) AS of_case ON true
"""

# A school year touches two fiscal years: 153 days and five months of the first, the rest of the
# second. `used` is rounded as budget/tariff.py rounds it.
PARTS = """
    made_pupil
    CROSS JOIN LATERAL (
        SELECT last - first + 1 AS length
    ) AS period
    CROSS JOIN LATERAL (
        SELECT (2 * tariff * 153 + length) / (2 * length) AS used
    ) AS first_part
    CROSS JOIN LATERAL (VALUES
        (year, used, 153, 5),
        (year + 1, tariff - used, length - 153, 7)
    ) AS part (pool, amount, days, months)
"""

# Paid by the month: with the two commitments fourteen lines a grant.
PAID_MONTHS = f"""
    {PARTS} CROSS JOIN LATERAL generate_series(1, months) AS month
    WHERE outcome = 'granted' AND pool < extract(year FROM now())
    ORDER BY g, pool, month
"""

# What the triggers of the trail would have written: each seal is of its entry and the seal before.
SEALS = """
    DO $$
    DECLARE
        entry skolefleks_auditentry;
        last bytea := coalesce(
            (SELECT hash FROM skolefleks_auditseal ORDER BY position DESC LIMIT 1), ''
        );
    BEGIN
        FOR entry IN
            SELECT * FROM skolefleks_auditentry
            WHERE id > coalesce((SELECT max(entry_id) FROM skolefleks_auditseal), 0)
            ORDER BY id
        LOOP
            last := sha256(last || convert_to(audit_text(entry), 'UTF8'));
            INSERT INTO skolefleks_auditseal (entry_id, hash) VALUES (entry.id, last);
        END LOOP;
    END $$
"""

# The steps of a case; some only of a case that ended so.
EVENTS = """
    made CROSS JOIN LATERAL (VALUES
        (1, 'start', ''),
        (2, 'add_pupil', ''),
        (3, 'write', ''),
        (4, 'write', ''),
        (5, 'submit', ''),
        (6, 'grant', 'closed'),
        (7, 'close', 'closed'),
        (8, 'send_back', 'sent_back'),
        (9, 'withdraw', 'withdrawn')
    ) AS event (step, verb, only_when)
    WHERE only_when IN ('', status) AND (step < 5 OR status <> 'draft')
    ORDER BY g, step
"""

ADVISERS = """
    (SELECT array_agg(user_id) AS ids FROM skolefleks_membership WHERE role = 'adviser')
"""
CHAIR = "(SELECT min(user_id) FROM skolefleks_membership WHERE role = 'committee_chair')"
CHIEF = "(SELECT min(user_id) FROM skolefleks_membership WHERE role = 'centre_chief')"


def fill(case_count: int, *more: Callable[[], None]) -> None:
    """Make that many cases and all that belongs to them; `more` reads the same tables.

    The database has people, schools and pools already.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # Triggers and foreign keys are left out: what they would have written is made here.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(CASES, {"cases": case_count, "waiting": ENOUGH_WAITING, "years": YEARS})
        cursor.execute(PUPILS)
        # The tables are read by every step that follows.
        cursor.execute("CREATE INDEX ON made_pupil (g)")
        cursor.execute("ANALYZE made")
        cursor.execute("ANALYZE made_pupil")

        add_applications()
        add_pupils()
        add_decisions()
        add_postings()
        for add in more:
            add()
        add_trail()
        cursor.execute("DROP TABLE made_pupil")
        cursor.execute("DROP TABLE made")


def add_applications() -> None:
    """The applications, some with an adviser, and the counters of their numbers."""
    insert(
        Application,
        f"{CASES_WITH_SUMS} ORDER BY made.g",
        id="made.id",
        number="number",
        school_id="school_id",
        status="made.status",
        created_by_id="leader",
        created_at="at",
        updated_at="at + interval '9 days'",
        submitted_by_id="CASE WHEN made.status <> 'draft' THEN leader END",
        submitted_at="CASE WHEN made.status <> 'draft' THEN at + interval '2 hours' END",
        closed_at="CASE WHEN made.status = 'closed' THEN at + interval '9 days' END",
        legal_basis="'section_9_4'",
        initials="of_case.initials",
        kinds="kinds",
        grades="of_case.grades",
        pupil_count="pupils",
        requested="requested",
        filled="30 - g % 4",
        expected="30",
    )
    insert(
        Invitation,
        f"made, {ADVISERS} AS advisers WHERE g % 10 = 0",
        application_id="id",
        invited_by_id="leader",
        user_id="ids[1 + g / 10 % cardinality(ids)]",
        invited_at="at",
    )
    insert(CaseCounter, "made GROUP BY year", year="year", last="count(*)")


def add_pupils() -> None:
    """The pupils, and what each application says of them."""
    insert(
        Pupil,
        "made_pupil ORDER BY g",
        id="pupil_id",
        cpr="noise",
        cpr_index="sha256(uuid_send(pupil_id))",
    )
    insert(
        PupilCase,
        "made_pupil ORDER BY g",
        id="place_id",
        application_id="id",
        position="k",
        pupil_id="pupil_id",
        initials="initials",
        grade="grade",
        kind="kind",
        support_hours="4",
        parents_informed="'yes'",
        parents_informed_on="at::date",
        requested_tariff="tariff",
        starts_on="first",
        ends_on="last",
    )


def add_decisions() -> None:
    """Of a closed case released, of a submitted one provisional; two of three are grants."""
    insert(
        Decision,
        "made_pupil WHERE outcome IS NOT NULL ORDER BY g",
        id="decision_id",
        pupil_case_id="place_id",
        status="CASE WHEN status = 'closed' THEN 'released' ELSE 'provisional' END",
        outcome="outcome",
        has_grounds="true",
        # As the decisions from before this was asked.
        basis="'before'",
        decided_by_id=CHAIR,
        decided_at="at + interval '7 days'",
        weight="1 + g % 5",
        age="6 + g % 12",
        released_at="CASE WHEN status = 'closed' THEN at + interval '9 days' END",
    )
    insert(
        Grant,
        "made_pupil WHERE outcome = 'granted' ORDER BY g",
        id="grant_id",
        decision_id="decision_id",
        pupil_id="pupil_id",
        district_id="district_id",
        status="'running'",
        tariff="tariff",
        later_tariffs="'[]'",
        starts_on="first",
        ends_on="last",
    )


def add_postings() -> None:
    """Commitments, what is paid of earlier years, and what they add up to."""
    common = {
        "pool_id": "pool",
        "district_id": "district_id",
        "reference": "grant_id",
        "text": "number",
        "made_by_id": CHIEF,
        "made_at": "at + interval '7 days'",
    }
    insert(
        Posting,
        f"{PARTS} WHERE outcome = 'granted' ORDER BY g",
        kind="'commitment'",
        amount="amount",
        places="1",
        days="days",
        **common,
    )
    insert(
        Posting,
        PAID_MONTHS,
        kind="'payment'",
        # The difference of two rounded sums: the months add up to the whole.
        amount="amount * month / months - amount * (month - 1) / months",
        places="0",
        days="0",
        **common,
    )

    paid = "coalesce(sum(amount) FILTER (WHERE kind = 'payment'), 0)"
    insert(
        Standing,
        "budget_posting WHERE district_id IS NOT NULL GROUP BY pool_id, district_id",
        pool_id="pool_id",
        district_id="district_id",
        allocated="0",
        # A payment is taken from what is committed, and `sum` has counted it as added.
        committed=f"sum(amount) - 2 * {paid}",
        paid=paid,
        places="sum(places)",
        days="sum(days)",
    )


def add_trail() -> None:
    """The trail with its seals, and three readings of each case in the access log."""
    insert(
        AuditEntry,
        EVENTS,
        at="at + step * interval '20 minutes'",
        actor_id="leader",
        verb="verb",
        object_type="'applications.application'",
        object_id="id::text",
        subject="number",
        payload="'{}'",
    )
    run(SEALS)
    insert(
        AccessEntry,
        "made, generate_series(1, 3) AS reading ORDER BY g",
        at="at + reading * interval '1 day'",
        user_id="leader",
        kind="'view'",
        subject="number",
    )


# -- SQL -----------------------------------------------------------------------------------
def insert(model: type[models.Model], source: str, **columns: str) -> None:
    """Insert the rows that `source` gives: the text after FROM.

    A column that is not named is noise, empty or null.
    """
    names = []
    values = []
    for column_field in model._meta.concrete_fields:
        column = column_field.column
        # A key that is not named is given out by the database.
        if column_field.primary_key and column not in columns:
            continue
        names.append(connection.ops.quote_name(column))
        values.append(columns.get(column) or empty_value(column_field))

    run(
        f"INSERT INTO {model._meta.db_table} ({', '.join(names)})"
        f" SELECT {', '.join(values)} FROM {source}"
    )


def empty_value(column_field: models.Field[Any, Any]) -> str:
    """What stands in a column that nobody asks for."""
    if isinstance(column_field, EncryptedTextField):
        return "noise"
    if column_field.null:
        return "NULL"
    if isinstance(column_field, models.IntegerField):
        return "0"
    if isinstance(column_field, models.JSONField):
        return "'{}'"
    if column_field.empty_strings_allowed:
        return "''"
    return "false"


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
