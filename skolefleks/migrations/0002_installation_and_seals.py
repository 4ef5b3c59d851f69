"""What the database does by itself in SQL: the texts that the chains cover, and the access log's seal."""

from django.db import migrations

# No model: a test that empties the models' tables must not take the installation's name with it.
INSTALLATION = """
CREATE TABLE skolefleks_installation (
    only_one boolean PRIMARY KEY DEFAULT true CONSTRAINT there_is_one_installation CHECK (only_one),
    id uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO skolefleks_installation DEFAULT VALUES;
"""

# What of an entry the chain covers, as one text that the same entry always gives.
AUDIT_TEXT = """
CREATE FUNCTION audit_text(e skolefleks_auditentry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(
        e.id, extract(epoch FROM e.at)::text, e.actor_id, e.verb, e.object_type, e.object_id,
        e.subject, e.payload
    )::text
$$
"""

ACCESS_TEXT = """
CREATE FUNCTION access_text(e skolefleks_accessentry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(
        e.id, extract(epoch FROM e.at)::text, e.user_id, e.kind, e.subject
    )::text
$$
"""

# Of the lines after `after_id` up to `up_to`, and the hash before them.
ACCESS_HASH = """
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
SEAL_ACCESS_LOG = """
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

    replaces = [
        ('skolefleks', '0006_installation'),
        ('skolefleks', '0009_access_log_sealed'),
    ]

    dependencies = [
        ('skolefleks', '0001_tables'),
    ]

    operations = [
        migrations.RunSQL(INSTALLATION, 'DROP TABLE skolefleks_installation'),
        migrations.RunSQL(AUDIT_TEXT, 'DROP FUNCTION audit_text(skolefleks_auditentry)'),
        migrations.RunSQL(ACCESS_TEXT, 'DROP FUNCTION access_text(skolefleks_accessentry)'),
        migrations.RunSQL(ACCESS_HASH, 'DROP FUNCTION access_hash(bytea, bigint, bigint)'),
        migrations.RunSQL(SEAL_ACCESS_LOG, 'DROP FUNCTION seal_access_log(integer)'),
    ]
