"""The questions about what left the house: what is owed, carried on, came back; and closed years.

By hand, as in `sql.py`. Each is answered with the first difference or nothing.
"""

from __future__ import annotations

from budget.proving.sql import sha256

# What is claimed of each grant and year, against what is planned to be set off; of `references`, or
# (NULL) of all.
OWED = """
    WITH claimed AS (
        SELECT reference, pool_id, min(text) AS text, sum(amount) AS amount
        FROM budget_posting
        WHERE kind = 'claim'
            AND (%(references)s::uuid[] IS NULL OR reference = ANY (%(references)s))
        GROUP BY reference, pool_id
    ), planned AS (
        SELECT reference, pool_id, min(text) AS text, sum(amount) AS amount
        FROM budget_instalment
        WHERE status = 'planned' AND amount < 0
            AND (%(references)s::uuid[] IS NULL OR reference = ANY (%(references)s))
        GROUP BY reference, pool_id
    )
    SELECT
        pool_id AS year, coalesce(c.text, p.text) AS text,
        coalesce(c.amount, 0) AS claimed, coalesce(p.amount, 0) AS planned
    FROM claimed c FULL JOIN planned p USING (reference, pool_id)
    WHERE coalesce(c.amount, 0) <> coalesce(p.amount, 0)
    ORDER BY pool_id LIMIT 1
"""


# What one grant gave on, another has: a line taken for each line given, of the same amount. Not by
# their text: a grant may follow one of another case.
CARRIED = """
    SELECT pool_id AS year, min(text) AS text, sum(amount) AS amount
    FROM budget_posting WHERE kind = 'carried'
    GROUP BY pool_id, abs(amount) HAVING sum(amount) <> 0
    ORDER BY pool_id LIMIT 1
"""


# What a return says, with its lines: as PaymentReturn.proved_content writes it.
_RETURN = """concat_ws('|', r.proposal_id, r.run_id, r.returned_on, (
                SELECT coalesce(string_agg(l.instalment_id::text, ',' ORDER BY l.instalment_id), '')
                FROM budget_returnline l WHERE l.payment_return_id = r.id))"""


# What a subject keeps of its proposals, against what the trail says was proposed.
TERMS = f"""
    WITH line AS (
        SELECT object_type, object_id, actor_id, payload->>'digest' AS digest
        FROM skolefleks_auditentry
        WHERE payload ? 'digest' AND object_type IN (
            'budget.paymentreturn', 'budget.accountchange', 'budget.yearclosing')
    ), kept AS (
        SELECT 'budget.paymentreturn' AS object_type, r.id::text AS object_id, r.proposal_id,
            {sha256(_RETURN)} AS digest
        FROM budget_paymentreturn r
        UNION ALL
        SELECT 'budget.accountchange', a.id::text, a.proposal_id,
            {sha256("concat_ws('|', a.proposal_id, a.school_id, a.before, a.account)")}
        FROM budget_accountchange a
        UNION ALL
        SELECT 'budget.yearclosing', c.id::text, c.proposal_id,
            {sha256("concat_ws('|', c.proposal_id, c.pool_id)")}
        FROM budget_yearclosing c
    )
    SELECT coalesce(p.text, object_type || ' ' || object_id) AS text
    FROM kept FULL JOIN line USING (object_type, object_id)
        LEFT JOIN budget_proposal p ON p.id = kept.proposal_id
    WHERE kept.digest IS DISTINCT FROM line.digest
        OR p.proposed_by_id IS DISTINCT FROM line.actor_id
    ORDER BY 1 LIMIT 1
"""  # noqa: S608


# Lines of an agreed return that are neither taken out of the books nor noted as not paid; what was
# taken out or noted without such a line.
RETURNED = """
    WITH agreed AS (
        SELECT i.id, i.reference, i.pool_id, i.amount, i.text, i.status, p.id AS proposal_id
        FROM budget_returnline l
            JOIN budget_paymentreturn r ON r.id = l.payment_return_id
            JOIN budget_proposal p ON p.id = r.proposal_id
                AND p.status = 'approved' AND p.kind = 'return'
            JOIN budget_instalment i ON i.id = l.instalment_id AND i.run_id = r.run_id
    ), reversed AS (
        SELECT q.id, q.reference, q.pool_id, q.amount, q.text, q.proposal_id
        FROM budget_posting q JOIN budget_proposal p ON p.id = q.proposal_id AND p.kind = 'return'
        WHERE q.kind = 'payment' AND q.reverses_id IS NOT NULL
    )
    SELECT a.text, a.amount, 'not done' AS problem
    FROM agreed a LEFT JOIN reversed r ON r.proposal_id = a.proposal_id
        AND (r.reference, r.pool_id, -r.amount) = (a.reference, a.pool_id, a.amount)
    WHERE r.id IS NULL AND a.status <> 'returned'
    UNION ALL
    SELECT r.text, -r.amount, 'not agreed'
    FROM reversed r LEFT JOIN agreed a ON r.proposal_id = a.proposal_id
        AND (r.reference, r.pool_id, -r.amount) = (a.reference, a.pool_id, a.amount)
    WHERE a.id IS NULL
    UNION ALL
    SELECT i.text, i.amount, 'not agreed'
    FROM budget_instalment i LEFT JOIN agreed a ON a.id = i.id
    WHERE i.status = 'returned' AND a.id IS NULL
    LIMIT 1
"""


# Runs of which an account would pay into the file; collections that pay somebody.
AGAINST_THEIR_KIND = """
    SELECT r.number FROM budget_paymentrun r JOIN budget_instalment i ON i.run_id = r.id
    WHERE r.status IN ('exported', 'paying', 'paid', 'returned') AND i.status <> 'cancelled'
    GROUP BY r.number, r.kind, i.account
    HAVING r.kind = 'payment' AND sum(i.amount) < 0 OR r.kind = 'collection' AND max(i.amount) > 0
    ORDER BY r.number LIMIT 1
"""


# Years that are closed or open against what both chiefs agreed last, or what the trail says; closed
# ones with something free, something to pay, or a later posting.
YEARS = """
    WITH last AS (
        SELECT DISTINCT ON (object_id) object_id, verb, (payload->>'moment')::bigint AS moment
        FROM skolefleks_auditentry
        WHERE object_type = 'budget.pool' AND verb IN ('close', 'reopen')
        ORDER BY object_id, id DESC
    ), agreed AS (
        SELECT DISTINCT ON (c.pool_id) c.pool_id, p.kind
        FROM budget_yearclosing c
            JOIN budget_proposal p ON p.id = c.proposal_id AND p.status = 'approved'
        ORDER BY c.pool_id, c.id DESC
    ), free AS (
        SELECT pool_id, sum(allocated - committed - paid) AS amount
        FROM budget_standing GROUP BY pool_id
    )
    SELECT year, problem FROM (
        SELECT
            w.fiscal_year AS year,
            CASE
                WHEN (w.closed_at IS NOT NULL) <> (coalesce(last.verb, '') = 'close')
                    OR w.closed_at IS NOT NULL AND last.moment IS DISTINCT FROM
                        (extract(epoch FROM w.closed_at) * 1000000)::bigint
                    THEN 'trail'
                WHEN (w.closed_at IS NOT NULL) <> (coalesce(agreed.kind, '') = 'closing')
                    THEN 'agreed'
                WHEN w.closed_at IS NOT NULL AND coalesce(free.amount, 0) <> 0 THEN 'free'
                WHEN w.closed_at IS NOT NULL AND EXISTS (
                    SELECT FROM budget_instalment i
                    WHERE i.pool_id = w.fiscal_year AND i.status = 'planned') THEN 'planned'
                WHEN EXISTS (
                    SELECT FROM budget_posting p
                    WHERE p.pool_id = w.fiscal_year AND p.made_at > w.closed_at) THEN 'later'
            END AS problem
        FROM budget_pool w
            LEFT JOIN last ON last.object_id = w.fiscal_year::text
            LEFT JOIN agreed ON agreed.pool_id = w.fiscal_year
            LEFT JOIN free ON free.pool_id = w.fiscal_year
    ) AS judged
    WHERE problem IS NOT NULL ORDER BY year LIMIT 1
"""
