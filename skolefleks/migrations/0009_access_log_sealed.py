"""The access log becomes a chain: batches of its lines, each sealed with a hash over the one before.

What was written before is sealed by the first runs, as it then stands.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

TEXT = """
CREATE FUNCTION access_text(e skolefleks_accessentry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(
        e.id, extract(epoch FROM e.at)::text, e.user_id, e.kind, e.subject
    )::text
$$
"""

# Of the lines after `after_id` up to `up_to`, and the hash before them.
HASH = """
CREATE FUNCTION access_hash(last bytea, after_id bigint, up_to bigint) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(last || convert_to(
        coalesce(string_agg(access_text(e), E'\\n' ORDER BY e.id), ''), 'UTF8'
    ))
    FROM skolefleks_accessentry e WHERE e.id > after_id AND e.id <= up_to
$$
"""

# A line gets its number under a lock that this one waits for: once it is had, no
# line is on its way whose number is lower than one that is seen. Pages queue up
# behind it, so it waits a moment only, and returns 0 where it was in vain.
SEAL = """
CREATE FUNCTION seal_access_log(at_most integer) RETURNS integer LANGUAGE plpgsql
SET lock_timeout = '200ms' AS $$
DECLARE
    last skolefleks_accessseal;
    up_to bigint;
    entries integer;
BEGIN
    LOCK TABLE skolefleks_accessentry IN SHARE ROW EXCLUSIVE MODE;
    SELECT * INTO last FROM skolefleks_accessseal ORDER BY position DESC LIMIT 1;

    SELECT max(id), count(*) INTO up_to, entries FROM (
        SELECT id FROM skolefleks_accessentry WHERE id > coalesce(last.last_id, 0)
        ORDER BY id LIMIT at_most
    ) AS batch;
    IF entries = 0 THEN
        RETURN 0;
    END IF;

    INSERT INTO skolefleks_accessseal (last_id, hash) VALUES (
        up_to,
        access_hash(coalesce(last.hash, ''::bytea), coalesce(last.last_id, 0), up_to)
    );
    RETURN entries;
EXCEPTION WHEN lock_not_available THEN
    RETURN 0;
END
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('skolefleks', '0008_sessions'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessSeal',
            fields=[
                ('position', models.BigAutoField(primary_key=True, serialize=False)),
                ('last_id', models.BigIntegerField(unique=True)),
                ('hash', models.BinaryField(max_length=32)),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accessseal',
            trigger=pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='008097e20ce29fdd87ba1924c148d952952e308c', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_f9f49', table='skolefleks_accessseal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accessseal',
            trigger=pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='90cf50ad7a4134b1988ee62d54f4f6a571a016c6', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_2321b', table='skolefleks_accessseal', when='BEFORE')),
        ),
        migrations.RunSQL(TEXT, "DROP FUNCTION access_text(skolefleks_accessentry)"),
        migrations.RunSQL(HASH, "DROP FUNCTION access_hash(bytea, bigint, bigint)"),
        migrations.RunSQL(SEAL, "DROP FUNCTION seal_access_log(integer)"),
    ]
