"""The questions of the proof, each answered with the first difference or nothing, by the database.

Written by hand, and not from the table of posting kinds: the proof is to find a mistake in that
table too. Each sum names every kind; a test makes sure that none is missing
(tests/budget/books/test_posting_kinds.py).
"""

from __future__ import annotations

# The pools and their frames as they stood before a moment, or as they stand.
STOOD = """
    SELECT
        pool_id AS year, source_id,
        coalesce(sum(amount) FILTER (WHERE kind = 'allocation'), 0) AS allocated,
        coalesce(sum(amount) FILTER (WHERE kind IN ('commitment', 'release')), 0)
            - coalesce(sum(amount) FILTER (WHERE kind IN ('payment', 'carried')), 0) AS committed,
        coalesce(sum(amount) FILTER (WHERE kind IN ('payment', 'carried')), 0) AS paid
    FROM budget_posting
    WHERE made_at < %(before)s OR %(before)s::timestamptz IS NULL
    GROUP BY pool_id, source_id ORDER BY pool_id, source_id
"""


# The same for now, of the sums that the database keeps.
STANDS = """
    SELECT
        pool_id AS year, source_id,
        sum(allocated)::bigint AS allocated,
        sum(committed)::bigint AS committed,
        sum(paid)::bigint AS paid
    FROM budget_standing
    GROUP BY pool_id, source_id ORDER BY pool_id, source_id
"""


# What the postings add up to, against the sums that the database keeps.
SUMS = """
    WITH added AS (
        SELECT
            pool_id, district_id, source_id,
            coalesce(sum(amount) FILTER (WHERE kind = 'allocation'), 0) AS allocated,
            coalesce(sum(amount) FILTER (WHERE kind IN ('commitment', 'release')), 0)
                - coalesce(sum(amount) FILTER (WHERE kind IN ('payment', 'carried')), 0)
                AS committed,
            coalesce(sum(amount) FILTER (WHERE kind IN ('payment', 'carried')), 0) AS paid,
            sum(places) AS places,
            sum(days) AS days
        FROM budget_posting GROUP BY pool_id, district_id, source_id
    ), both_sides AS (
        SELECT
            coalesce(a.pool_id, k.pool_id) AS year,
            coalesce(a.district_id, k.district_id) AS district_id,
            coalesce(a.source_id, k.source_id) AS source_id,
            coalesce(a.allocated, 0) AS allocated,
            coalesce(a.committed, 0) AS committed,
            coalesce(a.paid, 0) AS paid,
            coalesce(a.places, 0) AS places,
            coalesce(a.days, 0) AS days,
            coalesce(k.allocated, 0) AS kept_allocated,
            coalesce(k.committed, 0) AS kept_committed,
            coalesce(k.paid, 0) AS kept_paid,
            coalesce(k.places, 0) AS kept_places,
            coalesce(k.days, 0) AS kept_days
        FROM added a FULL JOIN budget_standing k
            ON a.pool_id = k.pool_id
                AND coalesce(a.district_id, 0) = coalesce(k.district_id, 0)
                AND coalesce(a.source_id, 0) = coalesce(k.source_id, 0)
    )
    SELECT b.*, coalesce(d.name, s.name) AS place
    FROM both_sides b
        LEFT JOIN skolefleks_district d ON d.id = b.district_id
        LEFT JOIN budget_fundingsource s ON s.id = b.source_id
    WHERE (allocated, committed, paid, places, days)
        <> (kept_allocated, kept_committed, kept_paid, kept_places, kept_days)
    ORDER BY year, b.source_id, b.district_id LIMIT 1
"""


# The pool's free amount after every posting there ever was.
OVERDRAWN = """
    SELECT pool_id AS year, id AS posting, free FROM (
        SELECT
            pool_id, id,
            sum(CASE kind
                WHEN 'allocation' THEN amount
                WHEN 'commitment' THEN -amount
                WHEN 'release' THEN -amount
                WHEN 'payment' THEN 0
                WHEN 'claim' THEN 0
                WHEN 'carried' THEN 0
            END) OVER (PARTITION BY pool_id ORDER BY id) AS free
        FROM budget_posting
    ) AS story WHERE free < 0 ORDER BY posting LIMIT 1
"""


# What is paid for each reference, against what is committed to it. A claim changes neither: what it
# names is committed until it is paid back.
PAID = """
    SELECT year, text, committed, paid FROM (
        SELECT
            pool_id AS year,
            min(text) AS text,
            coalesce(sum(amount) FILTER (WHERE kind IN ('commitment', 'release')), 0) AS committed,
            coalesce(sum(amount) FILTER (WHERE kind IN ('payment', 'carried')), 0) AS paid
        FROM budget_posting
        WHERE kind IN ('commitment', 'release', 'payment', 'carried') GROUP BY reference, pool_id
    ) AS of_references
    WHERE paid NOT BETWEEN 0 AND committed
    ORDER BY year LIMIT 1
"""


# Reversals that are not the opposite of the one posting they reverse, or that nobody agreed to.
REVERSALS = """
    SELECT
        r.id AS posting, r.amount,
        r.reverses_id AS corrected_posting, f.amount AS corrected_amount,
        p.id IS NOT NULL AS is_approved
    FROM budget_posting r
        LEFT JOIN budget_posting f ON f.id = r.reverses_id
        LEFT JOIN budget_proposal p ON p.status = 'approved'
            AND (p.corrects_id = r.reverses_id OR p.id = r.proposal_id AND p.kind = 'return')
    WHERE r.reverses_id IS NOT NULL AND (
        p.id IS NULL
        OR (r.pool_id, r.kind, r.amount, r.places, r.days,
            r.source_id, r.district_id, r.reference)
            IS DISTINCT FROM
           (f.pool_id, f.kind, -f.amount, -f.places, -f.days,
            f.source_id, f.district_id, f.reference)
    )
    ORDER BY r.id LIMIT 1
"""


# Approved lines against allocations that name a proposal; corrections that were never made; one
# centre alone, or without one whose money it is; postings of a proposal that nobody agreed to.
PROPOSALS = """
    WITH agreed AS (
        SELECT l.proposal_id, l.year, l.source_id, l.amount
        FROM budget_proposalline l
            JOIN budget_proposal p ON p.id = l.proposal_id WHERE p.status = 'approved'
    ), booked AS (
        SELECT reference, pool_id, source_id, sum(amount) AS amount FROM budget_posting
        WHERE kind = 'allocation' AND reference IS NOT NULL AND reverses_id IS NULL
        GROUP BY reference, pool_id, source_id
    )
    SELECT
        coalesce(a.proposal_id, b.reference) AS proposal, coalesce(a.year, b.pool_id) AS year,
        'amount' AS problem, NULL::bigint AS posting,
        coalesce(a.amount, 0) AS approved_amount, coalesce(b.amount, 0) AS booked_amount
    FROM agreed a FULL JOIN booked b
        ON a.proposal_id = b.reference AND a.year = b.pool_id AND a.source_id = b.source_id
    WHERE coalesce(a.amount, 0) <> coalesce(b.amount, 0)
    UNION ALL
    SELECT p.id, NULL, 'missing', p.corrects_id, NULL, NULL
    FROM budget_proposal p
    WHERE p.status = 'approved' AND p.corrects_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM budget_posting r WHERE r.reverses_id = p.corrects_id)
    UNION ALL
    SELECT p.id, NULL, 'centres', NULL, NULL, NULL
    FROM budget_proposal p
    WHERE p.status = 'approved' AND (
        p.answered_by_id IS NULL
        OR p.answered_by_id = p.proposed_by_id
        OR p.answered_centre IN ('', p.proposed_centre)
        OR EXISTS (
            SELECT FROM budget_proposalline l
                JOIN budget_fundingsource s ON s.id = l.source_id
            WHERE l.proposal_id = p.id
                AND s.centre NOT IN (p.proposed_centre, p.answered_centre)
                AND s.centre NOT IN (
                    SELECT centre FROM budget_proposalconsent WHERE proposal_id = p.id
                )
        )
    )
    UNION ALL
    SELECT p.id, l.pool_id, 'unapproved', min(l.id), NULL, NULL
    FROM budget_posting l
        JOIN budget_proposal p ON p.id = l.proposal_id
    WHERE p.status <> 'approved' GROUP BY p.id, l.pool_id
    ORDER BY proposal, year LIMIT 1
"""


# What the audit trail says was posted: a line that was taken out of the books with its sum is still
# in the trail.
TRAIL = """
    SELECT
        e.object_id AS posting,
        (e.payload->>'amount')::bigint AS trail_amount,
        p.amount AS booked_amount
    FROM skolefleks_auditentry e
        LEFT JOIN budget_posting p ON p.id = e.object_id::bigint
    WHERE e.object_type = 'budget.posting'
        AND e.verb IN ('allocate', 'pay', 'correct', 'claim', 'carry')
        AND p.amount IS DISTINCT FROM (e.payload->>'amount')::bigint
    ORDER BY e.id LIMIT 1
"""
