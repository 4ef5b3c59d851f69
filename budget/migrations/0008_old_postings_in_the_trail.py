"""Gives each posting and run that is older than the proof both ways its line in the trail."""

from django.db import migrations

# As the proof reckons it (budget/proving/sql.py), copied: a migration stays as it was.
TAKE_UP = r"""
    INSERT INTO skolefleks_auditentry
        (at, actor_id, verb, object_type, object_id, subject, payload)
    SELECT
        now(), p.made_by_id, 'take_up', 'budget.posting', p.id::text, '',
        jsonb_build_object('digest', encode(sha256(convert_to(concat_ws('|',
            p.pool_id, p.kind, p.amount,
            coalesce(p.source_id::text, '-'), coalesce(p.district_id::text, '-'),
            coalesce(p.reference::text, '-'), p.places, p.days,
            coalesce(p.proposal_id::text, '-'), coalesce(p.reverses_id::text, '-'),
            p.made_by_id, (extract(epoch FROM p.made_at) * 1000000)::bigint, p.text
        ), 'UTF8')), 'hex'))
    FROM budget_posting p ORDER BY p.id;

    INSERT INTO skolefleks_auditentry
        (at, actor_id, verb, object_type, object_id, subject, payload)
    SELECT
        now(), NULL, 'take_up', 'budget.paymentrun', r.id::text, r.number,
        jsonb_build_object('digest', encode(sha256(convert_to(coalesce((
            SELECT string_agg(
                concat_ws('|', i.id, i.payee, i.account, i.amount), E'\n' ORDER BY i.id)
            FROM budget_instalment i WHERE i.run_id = r.id), ''
        ), 'UTF8')), 'hex'))
    FROM budget_paymentrun r ORDER BY r.number;

    -- Sealed now: a later migration may not change a table with lines that wait for their seals.
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("budget", "0007_proofs"),
        ("skolefleks", "0011_marks_of_the_trail"),
    ]

    operations = [migrations.RunSQL(TAKE_UP, migrations.RunSQL.noop)]
