"""When a case was first submitted, how long the school had it back, what came of it."""

from django.db import migrations, models
from django.db.models import F, Min, OuterRef, Subquery


def count_from_first_submission(apps, schema_editor):
    """What was sent back waits since the first time, as its copies say."""
    Application = apps.get_model("applications", "Application")
    Submission = apps.get_model("applications", "Submission")
    submitted = Application.objects.filter(submitted_at__isnull=False)
    submitted.update(resubmitted_at=F("submitted_at"))

    own = Submission.objects.filter(application=OuterRef("pk")).order_by()
    first = own.values("application").annotate(at=Min("at")).values("at")
    for application in submitted.filter(submissions__number__gt=1).distinct():
        rows = Application.objects.filter(pk=application.pk)
        rows.update(submitted_at=Subquery(first))


class Migration(migrations.Migration):
    dependencies = [("applications", "0012_words")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="resubmitted_at",
            field=models.DateTimeField(null=True, verbose_name="senest indsendt"),
        ),
        migrations.AddField(
            model_name="application",
            name="sent_back_at",
            field=models.DateTimeField(null=True, verbose_name="sendt tilbage"),
        ),
        migrations.AddField(
            model_name="application",
            name="days_at_school",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, verbose_name="dage hos skolen"
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("granted", "Bevilget"),
                    ("partly", "Delvist bevilget"),
                    ("mixed", "Bevilget og afslag"),
                    ("rejected", "Afslag"),
                    ("postponed", "Udsat"),
                    ("stopped", "Stoppet"),
                ],
                db_default="",
                default="",
                max_length=10,
                verbose_name="svar",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="granted",
            field=models.PositiveIntegerField(
                db_default=0, default=0, verbose_name="bevilget pr. år"
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="granted_from",
            field=models.DateField(null=True, verbose_name="bevilget fra"),
        ),
        migrations.RunPython(
            count_from_first_submission, migrations.RunPython.noop, elidable=True
        ),
    ]
