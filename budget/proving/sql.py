"""The questions that hold rows and trail against each other, in both directions.

Each is answered with the first difference or nothing. Written by hand, and not from the models: the
proof is to find a mistake in those too. `%(posting)s`, `%(position)s` are the last posting and the
last seal that were proved already, 0 for a proof from the first line on.
"""

from __future__ import annotations

# All that a posting says: as Posting.proved_content writes it.
_POSTING = """concat_ws('|',
            p.pool_id, p.kind, p.amount,
            coalesce(p.source_id::text, '-'), coalesce(p.district_id::text, '-'),
            coalesce(p.reference::text, '-'), p.places, p.days,
            coalesce(p.proposal_id::text, '-'), coalesce(p.reverses_id::text, '-'),
            p.made_by_id, (extract(epoch FROM p.made_at) * 1000000)::bigint, p.text)"""

# Who gets what by a run: as PaymentRun.proved_content writes it.
_RUN = """coalesce((
            SELECT string_agg(
                concat_ws('|', i.id, i.payee, i.account, i.amount), E'\\n' ORDER BY i.id)
            FROM budget_instalment i WHERE i.run_id = r.id), '')"""


def sha256(text: str) -> str:
    """SQL for the digest of a text, in hex, as `audit.digest_of` makes it."""
    return f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"


# The trail's lines since the last proof.
_LINES = """
    SELECT e.* FROM skolefleks_auditseal s JOIN skolefleks_auditentry e ON e.id = s.entry_id
    WHERE s.position > %(position)s
"""


# Postings without a line in the trail, or other than their line says; lines without a posting. One
# that a line of the new part tells of is new, whatever its number: numbers are given out before the
# commit.
POSTINGS = f"""
    WITH line AS (
        SELECT DISTINCT ON (l.object_id)
            l.object_id::bigint AS posting, l.actor_id, l.payload->>'digest' AS digest
        FROM ({_LINES}) AS l
        WHERE l.object_type = 'budget.posting' AND l.payload ? 'digest'
        ORDER BY l.object_id, l.id
    ), made AS (
        SELECT p.id, p.made_by_id, p.amount, {sha256(_POSTING)} AS digest
        FROM budget_posting p
        WHERE p.id > %(posting)s OR p.id IN (SELECT posting FROM line)
    )
    SELECT
        coalesce(made.id, line.posting) AS posting,
        made.amount,
        CASE
            WHEN made.id IS NULL THEN 'no posting'
            WHEN line.posting IS NULL THEN 'no line'
            ELSE 'other'
        END AS problem
    FROM made FULL JOIN line ON line.posting = made.id
    WHERE made.digest IS DISTINCT FROM line.digest
        OR made.made_by_id IS DISTINCT FROM line.actor_id
    ORDER BY 1 LIMIT 1
"""  # noqa: S608


# Lines about what is not there.
NOTHING_THERE = """
    SELECT e.id AS line, e.object_type, e.object_id
    FROM skolefleks_auditentry e
        LEFT JOIN budget_paymentrun r
            ON e.object_type = 'budget.paymentrun' AND r.id::text = e.object_id
        LEFT JOIN budget_instalment i
            ON e.object_type = 'budget.instalment' AND i.id::text = e.object_id
        LEFT JOIN budget_proposal p
            ON e.object_type = 'budget.proposal' AND p.id::text = e.object_id
    WHERE e.object_type IN ('budget.paymentrun', 'budget.instalment', 'budget.proposal')
        AND r.id IS NULL AND i.id IS NULL AND p.id IS NULL
    ORDER BY e.id LIMIT 1
"""


# Proposals whose answer, or whose terms, are other than the trail says.
PROPOSALS = """
    WITH step AS (
        SELECT e.* FROM skolefleks_auditentry e WHERE e.object_type = 'budget.proposal'
    ), proposed AS (
        SELECT DISTINCT ON (object_id) object_id, actor_id, payload->'lines' AS lines
        FROM step WHERE verb = 'propose' ORDER BY object_id, id
    ), answered AS (
        SELECT DISTINCT ON (object_id) object_id, actor_id, verb
        FROM step WHERE verb IN ('approve', 'turn_down', 'take_back') ORDER BY object_id, id DESC
    )
    SELECT p.id AS proposal, p.status
    FROM budget_proposal p
        LEFT JOIN proposed ON proposed.object_id = p.id::text
        LEFT JOIN answered ON answered.object_id = p.id::text
    WHERE proposed.object_id IS NULL
        OR proposed.actor_id IS DISTINCT FROM p.proposed_by_id
        OR p.status <> CASE coalesce(answered.verb, '')
            WHEN 'approve' THEN 'approved'
            WHEN 'turn_down' THEN 'rejected'
            WHEN 'take_back' THEN 'withdrawn'
            ELSE 'proposed'
        END
        OR (p.status IN ('approved', 'rejected')
            AND answered.actor_id IS DISTINCT FROM p.answered_by_id)
        OR coalesce(proposed.lines, '[]') <> coalesce((
            SELECT jsonb_agg(jsonb_build_array(l.year, l.source_id, l.amount) ORDER BY l.id)
            FROM budget_proposalline l WHERE l.proposal_id = p.id), '[]')
    ORDER BY p.proposed_at LIMIT 1
"""


# Payments in the books without an instalment that was paid by a run, and paid instalments without
# their payment.
PAYMENTS = """
    SELECT p.id AS posting, p.amount, i.id AS instalment, i.amount AS planned
    FROM (
            SELECT * FROM budget_posting
            WHERE kind = 'payment' AND reverses_id IS NULL AND id > %(posting)s
        ) AS p
        LEFT JOIN budget_instalment i ON i.posting_id = p.id
        LEFT JOIN budget_paymentrun r ON r.id = i.run_id
    WHERE i.id IS NULL
        OR i.status <> 'paid'
        OR (i.reference, i.pool_id, i.district_id, i.amount)
            <> (p.reference, p.pool_id, p.district_id, p.amount)
        OR coalesce(r.status, '') NOT IN ('paying', 'paid', 'returned')
        OR r.marked_by_id IS DISTINCT FROM p.made_by_id
        OR r.paid_on IS DISTINCT FROM i.paid_on
    ORDER BY p.id LIMIT 1
"""


# What is planned and paid for a grant in a year, against what is committed to it and not owed back.
# What was carried to it is paid, and what is owed is planned as less than nothing.
PLANNED = """
    WITH planned AS (
        SELECT
            reference, pool_id, min(text) AS text,
            coalesce(sum(amount) FILTER (WHERE status = 'planned'), 0) AS planned
        FROM budget_instalment GROUP BY reference, pool_id
    ), booked AS (
        SELECT
            reference, pool_id,
            coalesce(sum(amount) FILTER (
                WHERE kind IN ('commitment', 'release', 'claim')), 0) AS committed,
            coalesce(sum(amount) FILTER (WHERE kind IN ('payment', 'carried')), 0) AS paid
        FROM budget_posting
        WHERE kind IN ('commitment', 'release', 'claim', 'payment', 'carried')
        GROUP BY reference, pool_id
    )
    SELECT i.pool_id AS year, i.text, i.planned, b.committed, b.paid
    FROM planned i LEFT JOIN booked b ON b.reference = i.reference AND b.pool_id = i.pool_id
    WHERE i.planned + coalesce(b.paid, 0) <> coalesce(b.committed, 0)
    ORDER BY i.pool_id, i.text LIMIT 1
"""


# Instalments that were stopped, paid or not paid by the bank, and the trail does not know it.
INSTALMENTS = """
    SELECT i.text, i.status, i.due_on, i.amount
    FROM budget_instalment i
        LEFT JOIN skolefleks_auditentry e
            ON e.object_type = 'budget.instalment' AND e.object_id = i.id::text
                AND CASE i.status
                    WHEN 'paid' THEN e.verb = 'pay'
                    WHEN 'returned' THEN e.verb = 'bounce'
                    ELSE e.verb IN ('cancel', 'reprice', 'divide')
                END
    WHERE i.status <> 'planned' AND e.id IS NULL
    ORDER BY i.due_on LIMIT 1
"""


# Runs whose status, people, payees or amounts are other than the trail says.
RUNS = f"""
    WITH step AS (
        SELECT e.id, e.object_id, e.verb, e.actor_id, e.payload
        FROM skolefleks_auditentry e WHERE e.object_type = 'budget.paymentrun'
    ), last AS (
        SELECT DISTINCT ON (object_id) object_id, verb FROM step
        WHERE verb IN ('propose', 'approve', 'reject', 'export', 'mark_paid', 'finish',
            'come_back', 'stand')
        ORDER BY object_id, id DESC
    ), digest AS (
        SELECT DISTINCT ON (object_id) object_id, payload->>'digest' AS digest FROM step
        WHERE payload ? 'digest' ORDER BY object_id, id DESC
    ), terms AS (
        SELECT DISTINCT ON (object_id) object_id, payload->>'terms' AS digest FROM step
        WHERE payload ? 'terms' ORDER BY object_id, id DESC
    ), actor AS (
        SELECT
            object_id,
            max(actor_id) FILTER (WHERE verb = 'propose') AS proposed_by,
            max(actor_id) FILTER (WHERE verb = 'approve') AS approved_by,
            max(actor_id) FILTER (WHERE verb = 'export') AS exported_by,
            max(actor_id) FILTER (WHERE verb = 'mark_paid') AS marked_by,
            max(payload->>'kind') FILTER (WHERE verb = 'propose') AS kind
        FROM step GROUP BY object_id
    )
    SELECT number, problem FROM (
        SELECT
            r.number,
            CASE
                WHEN r.status IS DISTINCT FROM CASE last.verb
                    WHEN 'propose' THEN 'proposed'
                    WHEN 'approve' THEN 'approved'
                    WHEN 'reject' THEN 'rejected'
                    WHEN 'export' THEN 'exported'
                    WHEN 'mark_paid' THEN 'paying'
                    WHEN 'finish' THEN 'paid'
                    WHEN 'come_back' THEN 'returned'
                    WHEN 'stand' THEN 'paid'
                END THEN 'status'
                WHEN (r.proposed_by_id, r.approved_by_id, r.exported_by_id, r.marked_by_id)
                    IS DISTINCT FROM
                    (actor.proposed_by, actor.approved_by, actor.exported_by, actor.marked_by)
                    THEN 'people'
                -- Runs from before there were collections are payments.
                WHEN r.kind <> coalesce(actor.kind, 'payment') THEN 'kind'
                WHEN r.status <> 'rejected' AND digest.digest IS DISTINCT FROM {sha256(_RUN)}
                    THEN 'payees'
                -- Of older runs the trail does not say when and why.
                WHEN terms.digest <> {sha256("concat_ws('|', r.pays_on, r.early_reason)")}
                    THEN 'terms'
            END AS problem
        FROM budget_paymentrun r
            LEFT JOIN last ON last.object_id = r.id::text
            LEFT JOIN digest ON digest.object_id = r.id::text
            LEFT JOIN actor ON actor.object_id = r.id::text
            LEFT JOIN terms ON terms.object_id = r.id::text
        WHERE %(position)s = 0 OR r.id::text IN (
            SELECT object_id FROM ({_LINES}) AS l WHERE object_type = 'budget.paymentrun'
        )
    ) AS judged
    WHERE problem IS NOT NULL ORDER BY number LIMIT 1
"""  # noqa: S608


# Schools whose account is another than the last one that was set.
ACCOUNTS = """
    WITH line AS (
        SELECT DISTINCT ON (object_id) object_id, payload->>'account' AS account
        FROM skolefleks_auditentry
        WHERE object_type = 'skolefleks.school' AND verb = 'set_account'
        ORDER BY object_id, id DESC
    )
    SELECT s.name AS school
    FROM skolefleks_school s
        LEFT JOIN budget_schoolaccount a ON a.school_id = s.id
        LEFT JOIN line ON line.object_id = s.id::text
    WHERE coalesce(a.account, '') <> coalesce(line.account, '')
    ORDER BY s.name LIMIT 1
"""
