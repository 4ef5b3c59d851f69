"""The trail's lines of papers lose the plain hash of the file, and the chain is made anew over them.

The new chain has a line that gives the old one's last hash, by which the heads
kept elsewhere are matched.
"""

from django.db import migrations

TAKE_OUT = """
DO $$
DECLARE
    line record;
    last bytea := ''::bytea;
    old_head text;
BEGIN
    IF NOT EXISTS (SELECT FROM skolefleks_auditentry WHERE payload ? 'sha256') THEN
        RETURN;
    END IF;
    SELECT encode(hash, 'hex') INTO old_head
    FROM skolefleks_auditseal ORDER BY position DESC LIMIT 1;

    ALTER TABLE skolefleks_auditentry DISABLE TRIGGER USER;
    ALTER TABLE skolefleks_auditseal DISABLE TRIGGER USER;
    UPDATE skolefleks_auditentry SET payload = payload - 'sha256' WHERE payload ? 'sha256';
    FOR line IN
        SELECT s.position, audit_text(e) AS words
        FROM skolefleks_auditseal s JOIN skolefleks_auditentry e ON e.id = s.entry_id
        ORDER BY s.position
    LOOP
        last := sha256(last || convert_to(line.words, 'UTF8'));
        UPDATE skolefleks_auditseal SET hash = last WHERE position = line.position;
    END LOOP;
    ALTER TABLE skolefleks_auditentry ENABLE TRIGGER USER;
    ALTER TABLE skolefleks_auditseal ENABLE TRIGGER USER;

    INSERT INTO skolefleks_auditentry
        (at, actor_id, verb, object_type, object_id, subject, payload)
    VALUES (
        now(), NULL, 'reseal_trail', 'skolefleks.auditseal', '', '',
        jsonb_build_object('old_head', old_head)
    );
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("skolefleks", "0002_notices")]

    operations = [migrations.RunSQL(TAKE_OUT, migrations.RunSQL.noop)]
