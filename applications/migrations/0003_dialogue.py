import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import skolefleks.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0002_writing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DialogueEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("message", "Besked"),
                            ("conversation", "Notat fra samtale"),
                            ("phone", "Telefonnotat"),
                            ("correction", "Rettelse"),
                        ],
                        max_length=12,
                        verbose_name="slags",
                    ),
                ),
                ("text", skolefleks.encryption.EncryptedTextField(max_length=6000, verbose_name="tekst")),
                (
                    "took_part",
                    skolefleks.encryption.EncryptedTextField(
                        blank=True, default="", max_length=200, verbose_name="hvem deltog"
                    ),
                ),
                ("happened_on", models.DateField(blank=True, null=True, verbose_name="hvornår")),
                (
                    "written_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ppr", "PPR"),
                            ("caseworker", "Sagsbehandler"),
                            ("kui", "KUI"),
                            ("uu", "UU"),
                            ("leisure", "BFO eller klub"),
                            ("other", "Rådgiver"),
                        ],
                        max_length=10,
                        verbose_name="skrevet som",
                    ),
                ),
                ("written_at", models.DateTimeField(verbose_name="skrevet")),
            ],
            options={
                "ordering": ("written_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "capacity",
                    models.CharField(
                        choices=[
                            ("ppr", "PPR"),
                            ("caseworker", "Sagsbehandler"),
                            ("kui", "KUI"),
                            ("uu", "UU"),
                            ("leisure", "BFO eller klub"),
                            ("other", "Rådgiver"),
                        ],
                        max_length=10,
                        verbose_name="udtaler sig som",
                    ),
                ),
                (
                    "text",
                    skolefleks.encryption.EncryptedTextField(
                        blank=True, default="", max_length=6000, verbose_name="udtalelse"
                    ),
                ),
                ("written_at", models.DateTimeField(verbose_name="senest gemt")),
                ("signed_at", models.DateTimeField(null=True, verbose_name="underskrevet")),
            ],
            options={
                "ordering": ("-signed_at", "id"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="application",
            name="what_left_the_school_was_submitted_by_somebody",
        ),
        migrations.AddField(
            model_name="invitation",
            name="capacity",
            field=models.CharField(
                choices=[
                    ("ppr", "PPR"),
                    ("caseworker", "Sagsbehandler"),
                    ("kui", "KUI"),
                    ("uu", "UU"),
                    ("leisure", "BFO eller klub"),
                    ("other", "Rådgiver"),
                ],
                default="other",
                max_length=10,
                verbose_name="inviteret som",
            ),
        ),
        migrations.AddField(
            model_name="pupilcase",
            name="worried_since",
            field=skolefleks.encryption.EncryptedTextField(
                blank=True, max_length=200, null=True, verbose_name="siden hvornår"
            ),
        ),
        migrations.AddField(
            model_name="pupilcase",
            name="worry",
            field=skolefleks.encryption.EncryptedTextField(
                blank=True, max_length=6000, null=True, verbose_name="hvad bekymrer jer"
            ),
        ),
        migrations.AlterField(
            model_name="application",
            name="status",
            field=models.CharField(
                choices=[
                    ("challenge", "Udfordring"),
                    ("draft", "Kladde"),
                    ("submitted", "Hos udvalget"),
                    ("sent_back", "Mangler oplysninger"),
                    ("withdrawn", "Trukket tilbage"),
                    ("closed", "Afgjort"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ("challenge", "draft", "withdrawn")),
                    models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                    _connector="OR",
                ),
                name="what_left_the_school_was_submitted_by_somebody",
            ),
        ),
        migrations.AddField(
            model_name="dialogueentry",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="dialogue", to="applications.application"
            ),
        ),
        migrations.AddField(
            model_name="dialogueentry",
            name="corrects",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="applications.dialogueentry",
            ),
        ),
        migrations.AddField(
            model_name="dialogueentry",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="applications.application"
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.CreateModel(
            name="DialogueShare",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="share",
                        serialize=False,
                        to="applications.dialogueentry",
                    ),
                ),
                ("shared_at", models.DateTimeField(verbose_name="delt")),
                (
                    "shared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="dialogueentry",
            index=models.Index(fields=["application", "written_at"], name="a_cases_dialogue"),
        ),
        migrations.AddConstraint(
            model_name="dialogueentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrects__isnull", False), ("kind", "correction")),
                    models.Q(models.Q(("kind", "correction"), _negated=True), ("corrects__isnull", True)),
                    _connector="OR",
                ),
                name="a_correction_corrects_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialogueentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("conversation", "phone")), _negated=True),
                    ("happened_on__isnull", False),
                    _connector="OR",
                ),
                name="a_note_says_when_it_was",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dialogueentry",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="de2602a35a7c6f5f75a444ce8014650191789396",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_is_never_changed_35056",
                    table="applications_dialogueentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dialogueentry",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;",
                    hash="6e1c4bb50fba95d5918ba2868ec68139b9dd8854",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_is_never_emptied_d9564",
                    table="applications_dialogueentry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("signed_at__isnull", True)),
                fields=("application", "written_by"),
                name="an_adviser_has_one_draft_statement_on_a_case",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_changed_once_signed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."signed_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2089b1ef914f33b1a4ad4e717bac7a4d23c3b76f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_is_never_changed_once_signed_62e9c",
                    table="applications_statement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dialogueshare",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="01f4cf6b4214564c372aa662aab0a96d8af40714",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_is_never_changed_82033",
                    table="applications_dialogueshare",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dialogueshare",
            trigger=pgtrigger.compiler.Trigger(
                name="is_never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;",
                    hash="06506f3ff418f560ccc616160a4eac7d79cb9e1e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_is_never_emptied_22a33",
                    table="applications_dialogueshare",
                    when="BEFORE",
                ),
            ),
        ),
    ]
