"""The digests of documents are keyed: computed anew from what lies encrypted."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from skolefleks.encryption import key_ring


def compute_anew(apps, schema_editor):
    Document = apps.get_model("visitation", "Document")
    ring = key_ring()
    for document in Document.objects.iterator(chunk_size=100):
        place = f"visitation_document.source.{document.pk}"
        document.source_digest = ring.digest(document.source.encode(), place)
        if document.sealed_pdf is not None:
            place = f"visitation_document.sealed_pdf.{document.pk}"
            content = ring.open_bytes(bytes(document.sealed_pdf), place)
            document.pdf_digest = ring.digest(content, place)
        document.save(update_fields=["source_digest", "pdf_digest"])


class Migration(migrations.Migration):

    dependencies = [
        ('visitation', '0006_efforts_of_released_grants'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='document',
            name='what_it_says_is_never_changed',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='document',
            name='its_pdf_is_made_once',
        ),
        migrations.RenameField(
            model_name='document',
            old_name='pdf_sha256',
            new_name='pdf_digest',
        ),
        migrations.RenameField(
            model_name='document',
            old_name='source_sha256',
            new_name='source_digest',
        ),
        # The triggers are off between the two lines.
        migrations.RunPython(compute_anew, migrations.RunPython.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='what_it_says_is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT ((OLD.kind, OLD.application_id, OLD.decision_id, OLD.meeting_id, OLD.source, OLD.source_digest, OLD.template, OLD.template_sha256, OLD.is_draft, OLD.recipient, OLD.channel, OLD.made_at) IS NOT DISTINCT FROM (NEW.kind, NEW.application_id, NEW.decision_id, NEW.meeting_id, NEW.source, NEW.source_digest, NEW.template, NEW.template_sha256, NEW.is_draft, NEW.recipient, NEW.channel, NEW.made_at)))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ae97a849440dfc45b993d2f12e9cfdc8737f9034', operation='UPDATE', pgid='pgtrigger_what_it_says_is_never_changed_33454', table='visitation_document', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='its_pdf_is_made_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.pdf_digest <> '' AND (OLD.sealed_pdf, OLD.pdf_digest) IS DISTINCT FROM (NEW.sealed_pdf, NEW.pdf_digest))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='065c66488734296cda20543dbaf14fe9b13bbc15', operation='UPDATE', pgid='pgtrigger_its_pdf_is_made_once_53cfe', table='visitation_document', when='BEFORE')),
        ),
    ]
