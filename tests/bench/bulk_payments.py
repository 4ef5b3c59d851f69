"""The runs that paid the grants of `bulk`, and what is planned of them, made by the database."""

from __future__ import annotations

from budget.models import Instalment, PaymentRun
from tests.bench.bulk import PARTS, insert, run

# The lines of payment with their months: the first a grant has of a year is January's.
PAID_ROWS = """
    CREATE TEMPORARY TABLE made_paid AS
    SELECT p.id AS posting_id, p.amount, p.pool_id AS pool, m.grant_id, m.district_id,
        m.school_id, m.number,
        row_number() OVER (PARTITION BY p.reference, p.pool_id ORDER BY p.id) AS month
    FROM budget_posting p JOIN made_pupil m ON m.grant_id = p.reference
    WHERE p.kind = 'payment'
"""

CHIEFS = """
    (SELECT min(user_id) AS one, max(user_id) AS other
    FROM skolefleks_membership WHERE role = 'centre_chief')
"""


def add_payments() -> None:
    """A run a month that paid what is paid, and what is planned of the years that are not over."""
    run(PAID_ROWS)
    insert(
        PaymentRun,
        f"(SELECT pool, month, sum(amount) AS amount, count(*) AS number FROM made_paid"
        f" GROUP BY pool, month) AS paid, {CHIEFS} AS chiefs ORDER BY pool, month",
        id="md5('run' || pool || '-' || month)::uuid",
        number="'UB-' || pool || '-' || month",
        kind="'payment'",
        status="'paid'",
        pays_on="make_date(pool, month::int, 28)",
        amount="paid.amount",
        count="number",
        proposed_by_id="one",
        proposed_centre="'C-SIK'",
        proposed_at="make_date(pool, month::int, 20)",
        approved_by_id="other",
        approved_centre="'C-BUR'",
        approved_at="make_date(pool, month::int, 21)",
        exported_by_id="one",
        exported_at="make_date(pool, month::int, 22)",
        marked_by_id="one",
        paid_on="make_date(pool, month::int, 28)",
        file_format="1",
    )
    rows = {
        "id": "gen_random_uuid()",
        "reference": "grant_id",
        "pool_id": "pool",
        "district_id": "district_id",
        "school_id": "school_id",
        "text": "number",
    }
    insert(
        Instalment,
        "made_paid",
        covers_from="make_date(pool, month::int, 1)",
        covers_to="make_date(pool, month::int, 27)",
        due_on="make_date(pool, month::int, 27)",
        amount="amount",
        status="'paid'",
        run_id="md5('run' || pool || '-' || month)::uuid",
        payee="'Skolen'",
        account="'XG-1'",
        posting_id="posting_id",
        paid_on="make_date(pool, month::int, 28)",
        **rows,
    )
    insert(
        Instalment,
        f"{PARTS} WHERE outcome = 'granted' AND pool >= extract(year FROM now())",
        covers_from="make_date(pool, 1, 1)",
        covers_to="make_date(pool, 12, 31)",
        due_on="make_date(pool, 12, 28)",
        amount="amount",
        status="'planned'",
        **rows,
    )
    run("DROP TABLE made_paid")
