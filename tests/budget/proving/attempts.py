"""What an auditor tries behind the acts' back: a table of raw writes, by what each is to do.

`{grant}` is a released grant, `{owing}` one of which the school owes, `{free_grant}` one that the
school does not know of yet, `{more}` the commitments that a higher tariff would take; the rest are
ids of the books' own rows.
"""

from __future__ import annotations

_POST = """
    INSERT INTO budget_posting (pool_id, kind, amount, source_id, district_id, reference,
        places, days, text, made_by_id, made_at)
    VALUES ({next}, %s, %s, %s, %s, %s, %s, %s, 'SF', {chief}, now())
"""


def posted(kind, amount, *, source="NULL", district="NULL", reference="NULL", places=0, days=0):
    """One posting, written by hand."""
    return _POST % (f"'{kind}'", amount, source, district, reference, places, days)


def of_grant(kind, amount, *, district="{district}", places=0, days=0):
    return posted(kind, amount, district=district, reference="'{grant}'", places=places, days=days)


ALLOCATED = posted("allocation", 100_000, source="{source}")
PAID = of_grant("payment", 1_000)

# What the trail would say of the newest posting.
FORGED = """
    INSERT INTO skolefleks_auditentry
        (at, actor_id, verb, object_type, object_id, subject, payload)
    SELECT now(), p.made_by_id, 'allocate', 'budget.posting', p.id, '', jsonb_build_object(
        'year', p.pool_id, 'amount', p.amount,
        'digest', encode(sha256(convert_to(concat_ws('|',
            p.pool_id, p.kind, p.amount, coalesce(p.source_id::text, '-'),
            coalesce(p.district_id::text, '-'), coalesce(p.reference::text, '-'),
            p.places, p.days, '-', '-', p.made_by_id,
            (extract(epoch FROM p.made_at) * 1000000)::bigint, p.text), 'UTF8')), 'hex'))
    FROM budget_posting p WHERE p.id = (SELECT max(id) FROM budget_posting)
"""

PLANNED = """
    INSERT INTO budget_instalment (id, reference, pool_id, district_id, school_id, text,
        covers_from, covers_to, due_on, amount, status, run_id, payee, account)
    SELECT gen_random_uuid(), reference, pool_id, district_id, school_id, text,
        covers_from, covers_to + 1, due_on, 1000, 'planned', {run}, payee, account
    FROM budget_instalment
    WHERE reference = '{grant}' AND status = 'planned' AND run_id IS {filter}
    LIMIT 1
"""

RESEAL = """
    DO $$
    DECLARE
        seal record;
        last bytea := '';
    BEGIN
        FOR seal IN
            SELECT s.position, audit_text(e) AS words
            FROM skolefleks_auditseal s JOIN skolefleks_auditentry e ON e.id = s.entry_id
            ORDER BY s.position
        LOOP
            last := sha256(last || convert_to(seal.words, 'UTF8'));
            UPDATE skolefleks_auditseal SET hash = last WHERE position = seal.position;
        END LOOP;
    END $$
"""

CUT = [
    "DELETE FROM skolefleks_auditentry WHERE id IN (SELECT entry_id FROM skolefleks_auditseal ORDER BY position DESC LIMIT 2)",
    "DELETE FROM skolefleks_auditseal WHERE entry_id NOT IN (SELECT id FROM skolefleks_auditentry)",
]

IGNORE = """
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name)
    RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'
"""
HOLLOW = """
    CREATE OR REPLACE FUNCTION audit_text(e skolefleks_auditentry)
    RETURNS text LANGUAGE sql STABLE AS 'SELECT e.id::text'
"""
NO_BODY = """
    CREATE OR REPLACE FUNCTION {overdraft_function}() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RETURN NEW; END'
"""
RUN = "UPDATE budget_paymentrun SET"
WAITS = "WHERE status = 'proposed'"
INSTALMENT = "UPDATE budget_instalment SET"
POSTING = "UPDATE budget_posting SET"
OLDEST = "WHERE id = (SELECT min(id) FROM budget_posting WHERE kind = 'commitment')"
PROPOSAL = "UPDATE budget_proposal SET"
TRAIL = "UPDATE skolefleks_auditentry SET"

YEAR_OF = "UPDATE budget_pool SET closed_at ="


def of_owing(kind, amount):
    return posted(kind, amount, district="{district}", reference="'{owing}'")


# fmt: off
ATTEMPTS = {
    # -- postings --
    "an allocation": [ALLOCATED],
    "an allocation with a line in the trail": [ALLOCATED, FORGED],
    "an allocation for a proposal": [posted("allocation", 700_000, source="{source}", reference="'{proposal}'")],
    "a payment": [PAID],
    "a payment with a line in the trail": [PAID, FORGED],
    "a tariff raised with its commitment": ["UPDATE visitation_grant SET tariff = tariff + 12000 WHERE id = '{free_grant}'", "{more}"],
    "a place": [of_grant("commitment", 1, places=1), of_grant("release", -1)],
    "days": [of_grant("commitment", 1, days=30), of_grant("release", -1)],
    "money moved between districts": [of_grant("release", -50_000), of_grant("commitment", 50_000, district="{other_district}")],
    "a commitment to nobody": [posted("commitment", 5_000, district="{district}", reference="gen_random_uuid()")],
    "a posting's time": [f"{POSTING} made_at = made_at - interval '40 days' {OLDEST}"],
    "a posting's author": [f"{POSTING} made_by_id = {{chief}} {OLDEST}"],
    "a posting's text": [f"{POSTING} text = 'SF-1' {OLDEST}"],
    "a posting's amount": [f"{POSTING} amount = amount + 1 {OLDEST}"],
    "a posting's district": [f"{POSTING} district_id = {{other_district}} {OLDEST}"],
    "a posting's year": [f"{POSTING} pool_id = {{next}} - 1 {OLDEST}"],
    "a posting's proposal": [f"{POSTING} reference = NULL WHERE kind = 'allocation' AND reference IS NOT NULL"],
    "a posting removed": [f"DELETE FROM budget_posting {OLDEST}"],
    "an allocation removed": ["DELETE FROM budget_posting WHERE id = (SELECT min(id) FROM budget_posting)"],
    "a reversal removed": ["UPDATE budget_proposal SET status = 'rejected' WHERE corrects_id IS NOT NULL", "DELETE FROM budget_posting WHERE reverses_id IS NOT NULL"],
    "a sum": ["UPDATE budget_standing SET paid = paid + 1, committed = committed - 1 WHERE paid > 0"],
    # -- runs and their instalments --
    "a run's approver": [f"{RUN} approved_by_id = {{chair}} WHERE status = 'paid'"],
    "a run's proposer": [f"{RUN} proposed_by_id = {{chair}} WHERE status = 'paid'"],
    "a run approved": [f"{RUN} status = 'approved', approved_by_id = {{other_chief}}, approved_centre = 'C-BUR' {WAITS}"],
    "a run turned down": [f"{RUN} status = 'rejected' {WAITS}", f"{INSTALMENT} run_id = NULL, account = '', payee = '' WHERE run_id = '{{run_id}}'"],
    "a paid run opened": [f"{RUN} status = 'exported' WHERE status = 'paid'"],
    "who marked a run as paid": [f"{RUN} marked_by_id = {{chair}} WHERE status = 'paid'"],
    "a run's digest": [f"{RUN} digest = repeat('0', 64) WHERE status = 'paid'"],
    "a run removed": [f"{INSTALMENT} run_id = NULL WHERE run_id = '{{run_id}}'", f"DELETE FROM budget_paymentrun {WAITS}"],
    "planned accounts redirected": [f"{INSTALMENT} account = 'XG-9' WHERE run_id = '{{run_id}}'"],
    "a payee": [f"{INSTALMENT} payee = 'En anden' WHERE run_id = '{{run_id}}'"],
    "a school's account": ["UPDATE budget_schoolaccount SET account = 'XG-9'"],
    "an account for a school without one": ["INSERT INTO budget_schoolaccount (school_id, account) SELECT max(id), 'XG-9' FROM skolefleks_school"],
    "an extra instalment": [PLANNED.replace("{run}", "NULL").replace("{filter}", "NULL")],
    "an extra instalment in a run": [PLANNED.replace("{run}", "'{run_id}'").replace("{filter}", "NOT NULL")],
    "all planned cancelled": [f"{INSTALMENT} status = 'cancelled' WHERE status = 'planned'"],
    "an instalment's amount": [f"{INSTALMENT} amount = amount + 1 WHERE status = 'planned'"],
    "an instalment's school": [f"{INSTALMENT} school_id = (SELECT max(id) FROM skolefleks_school) WHERE status = 'planned'"],
    "an instalment removed": ["DELETE FROM budget_instalment WHERE status = 'planned'"],
    "a paid instalment": [f"{INSTALMENT} amount = amount + 1 WHERE status = 'paid'"],
    # -- proposals and grants --
    "a proposal approved": [f"{PROPOSAL} status = 'approved', answered_by_id = {{other_chief}}, answered_centre = 'C-BUR' WHERE id = '{{proposal}}'"],
    "who approved a proposal": [f"{PROPOSAL} answered_by_id = {{chair}} WHERE status = 'approved'"],
    "a proposal's amount": ["UPDATE budget_proposalline SET amount = 1 WHERE proposal_id = '{proposal}'"],
    "a grant's tariff": ["UPDATE visitation_grant SET tariff = tariff + 12 WHERE id = '{grant}'"],
    "a grant's end": ["UPDATE visitation_grant SET ends_on = ends_on + 30 WHERE id = '{grant}'"],
    "a grant annulled": ["UPDATE visitation_grant SET status = 'annulled' WHERE id = '{grant}'"],
    "a grant removed": ["UPDATE visitation_grant SET district_id = {other_district} WHERE id = '{grant}'"],
    # -- what left the house --
    "a claim": [of_grant("claim", -1_000)],
    "a claim given up": [of_owing("claim", 500), of_owing("release", -500)],
    "money carried on": [of_grant("carried", -1_000), of_owing("carried", 1_000)],
    "a claim's amount": [f"{POSTING} amount = amount + 1 WHERE kind = 'claim'"],
    "a carried line removed": ["DELETE FROM budget_posting WHERE kind = 'carried' AND amount > 0"],
    "a set-off removed": ["DELETE FROM budget_instalment WHERE amount < 0"],
    "a set-off cancelled": [f"{INSTALMENT} status = 'cancelled' WHERE amount < 0"],
    "a set-off made smaller": [f"{INSTALMENT} amount = amount + 1 WHERE amount < 0 AND status = 'planned'"],
    "a collection that pays": [f"{RUN} kind = 'payment' WHERE kind = 'collection'"],
    "a payment that collects": [f"{RUN} kind = 'collection' {WAITS}"],
    "a run that came back": [f"{RUN} status = 'returned' WHERE status = 'paid'"],
    "a run's pay day": [f"{RUN} pays_on = pays_on + 1 {WAITS}"],
    "why a run pays early": [f"{RUN} early_reason = 'En anden.' {WAITS}"],
    "a run's frames": [f"{RUN} frames = jsonb_build_object() WHERE status = 'paid'"],
    "a run's debit account": [f"{RUN} debit_account = 'XG-9' WHERE status = 'paid'"],
    "an instalment that bounced": [f"{INSTALMENT} status = 'returned' WHERE status = 'planned'"],
    "a return's day": ["UPDATE budget_paymentreturn SET returned_on = returned_on - 1"],
    "a return's line": ["DELETE FROM budget_returnline"],
    "a return of more": ["INSERT INTO budget_returnline (payment_return_id, instalment_id) SELECT min(r.id), '{planned}' FROM budget_paymentreturn r"],
    "a return removed": ["DELETE FROM budget_returnline", "DELETE FROM budget_paymentreturn"],
    "a return that nobody agreed to": [f"{PROPOSAL} status = 'rejected' WHERE kind = 'return'"],
    "a proposed account": ["UPDATE budget_accountchange SET account = 'XG-9'"],
    "a proposed account removed": ["DELETE FROM budget_accountchange"],
    "an account proposed by nobody": ["INSERT INTO budget_accountchange (proposal_id, school_id, before, account) SELECT '{proposal}', max(id), '', 'XG-9' FROM skolefleks_school"],
    "a year closed": [f"{YEAR_OF} now() WHERE fiscal_year = {{next}} + 1"],
    "a year opened": [f"{YEAR_OF} NULL"],
    "when a year was closed": [f"{YEAR_OF} closed_at + interval '1 day'"],
    "which year was closed": ["UPDATE budget_yearclosing SET pool_id = {next}"],
    "a closing removed": ["DELETE FROM budget_yearclosing"],
    "an allocation to a closed year": [ALLOCATED.replace("{next}", "{next} - 1")],
    # -- guards --
    "a guard dropped": ["DROP TRIGGER {overdraft} ON budget_posting"],
    "a guard off": ["ALTER TABLE budget_posting DISABLE TRIGGER {overdraft}"],
    "all guards off": ["ALTER TABLE budget_instalment DISABLE TRIGGER USER"],
    "a guard hollowed": [NO_BODY],
    "a rule dropped": ["ALTER TABLE budget_posting DROP CONSTRAINT a_posting_is_never_zero"],
    "a unique rule dropped": ["DROP INDEX the_same_days_are_not_planned_twice"],
    "guards that ask nobody": [IGNORE],
    "a chain that covers nothing": [HOLLOW, RESEAL],
    # -- the trail --
    "the trail's tail cut": CUT,
    "a line changed": [f"{TRAIL} verb = 'x' WHERE id = (SELECT min(id) FROM skolefleks_auditentry)"],
    "the chain rewritten": [f"{TRAIL} verb = 'x' WHERE id = (SELECT min(id) FROM skolefleks_auditentry)", RESEAL],
    "a line's person, the chain rewritten": [f"{TRAIL} actor_id = {{chair}} WHERE verb = 'approve'", RESEAL],
    "a line forged": ["INSERT INTO skolefleks_auditentry (at, actor_id, verb, object_type, object_id, subject, payload) VALUES (now(), {chief}, 'approve', 'budget.paymentrun', '{run_id}', 'U', jsonb_build_object())"],
    "a line with a made-up mark": ["INSERT INTO skolefleks_auditentry (at, actor_id, verb, object_type, object_id, subject, payload, mark) VALUES (now(), {chief}, 'submit', 'applications.application', '1', 'SF', jsonb_build_object(), repeat('a', 64))"],
    "a line without a seal": ["INSERT INTO skolefleks_auditentry (at, actor_id, verb, object_type, object_id, subject, payload) VALUES (now(), {chief}, 'x', 'x', '1', '', jsonb_build_object())", "DELETE FROM skolefleks_auditseal WHERE position = (SELECT max(position) FROM skolefleks_auditseal)"],
    "the trail emptied": ["DELETE FROM skolefleks_auditentry", "DELETE FROM skolefleks_auditseal"],
}
# fmt: on
