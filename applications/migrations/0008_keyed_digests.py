"""A paper's digest is keyed: computed anew from the bytes that lie encrypted."""

from django.db import migrations, models

from skolefleks import storage
from skolefleks.encryption import key_ring


def compute_anew(apps, schema_editor):
    Paper = apps.get_model("applications", "Paper")
    # The database refuses to change a paper. Its owner runs this, and lets it for
    # so long.
    schema_editor.execute("ALTER TABLE applications_paper DISABLE TRIGGER USER")
    for paper in Paper.objects.only("pk", "stored_as").iterator():
        context = f"applications_paper.content.{paper.pk}"
        try:
            content = storage.fetch(paper.stored_as, context=context)
        except FileNotFoundError:
            digest = ""
        else:
            digest = key_ring().digest(content, context)
        Paper.objects.filter(pk=paper.pk).update(digest=digest)
    schema_editor.execute("ALTER TABLE applications_paper ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [("applications", "0007_a_case_is_dealt_with")]

    operations = [
        migrations.RenameField("paper", "sha256", "digest"),
        migrations.AlterField(
            "paper",
            "digest",
            models.CharField(max_length=64, verbose_name="kontroltal"),
        ),
        migrations.RunPython(compute_anew, migrations.RunPython.noop),
    ]
