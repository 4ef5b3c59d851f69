"""Closing reports and whereabouts, asked for of the efforts that have ended before too."""

import datetime

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import skolefleks.encryption
import uuid
from django.conf import settings
from django.db import migrations, models

DAYS = 28
MONTHS = (6, 12)


def ask_of_those_that_ended(apps, schema_editor):
    Effort = apps.get_model("visitation", "Effort")
    ClosingReport = apps.get_model("visitation", "ClosingReport")
    Whereabouts = apps.get_model("visitation", "Whereabouts")
    today = datetime.date.today()
    for effort in Effort.objects.filter(status="ended").iterator():
        ClosingReport.objects.create(
            effort=effort,
            laid_on=today,
            due_on=today + datetime.timedelta(days=DAYS),
        )
        for months in MONTHS:
            # A month of 30 days is near enough for a question about the past.
            ask_on = effort.ends_on + datetime.timedelta(days=30 * months)
            Whereabouts.objects.create(effort=effort, months=months, ask_on=ask_on)
        Effort.objects.filter(pk=effort.pk).update(act_from=today)


class Migration(migrations.Migration):

    dependencies = [
        ('visitation', '0010_handed_over_screens'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClosingReport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('awaited', 'Mangler'), ('handed_in', 'Afleveret'), ('cancelled', 'Bortfaldet')], default='awaited', max_length=10)),
                ('laid_on', models.DateField(verbose_name='lagt')),
                ('due_on', models.DateField(verbose_name='senest')),
                ('worked', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='det, der virkede')),
                ('not_worked', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='det, der ikke virkede')),
                ('what_now', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvad nu')),
                ('now', models.CharField(blank=True, choices=[('ordinary', 'Almindelig klasse'), ('supported', 'Almindelig klasse med støtte'), ('special', 'Specialklasse eller specialskole'), ('day_treatment', 'Dagbehandling'), ('boarding', 'Efterskole'), ('youth', 'Ungdomsuddannelse'), ('work', 'Arbejde'), ('neither', 'Hverken uddannelse eller arbejde'), ('moved', 'Flyttet'), ('unknown', 'Det ved vi ikke')], max_length=14, verbose_name='hvor er eleven nu')),
                ('exam', models.CharField(blank=True, choices=[('full', 'Fuld afgangsprøve'), ('partial', 'Dele af afgangsprøven'), ('none', 'Ingen afgangsprøve'), ('not_yet', 'Er ikke kommet til prøven endnu')], max_length=8, verbose_name='afgangsprøve')),
                ('written_at', models.DateTimeField(null=True, verbose_name='senest gemt')),
                ('effort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to='visitation.effort')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('laid_on', 'id'),
            },
        ),
        migrations.CreateModel(
            name='ClosingGoal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('voice', models.CharField(choices=[('pupil', 'Eleven'), ('parents', 'Forældrene'), ('school', 'Skolen'), ('ppr', 'PPR')], max_length=8, verbose_name='stemme')),
                ('verdict', models.CharField(choices=[('reached', 'Nået'), ('partly', 'Delvist nået'), ('not_reached', 'Ikke nået'), ('not_asked', 'Ikke spurgt')], max_length=12, verbose_name='nået')),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visitation.effortgoal')),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goals', to='visitation.closingreport')),
            ],
            options={
                'ordering': ('goal__number', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Whereabouts',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('months', models.PositiveSmallIntegerField(verbose_name='måneder efter')),
                ('ask_on', models.DateField(verbose_name='spørges')),
                ('status', models.CharField(choices=[('planned', 'Kommer'), ('asked', 'Spurgt'), ('answered', 'Besvaret'), ('cancelled', 'Bortfaldet')], default='planned', max_length=10)),
                ('now', models.CharField(blank=True, choices=[('ordinary', 'Almindelig klasse'), ('supported', 'Almindelig klasse med støtte'), ('special', 'Specialklasse eller specialskole'), ('day_treatment', 'Dagbehandling'), ('boarding', 'Efterskole'), ('youth', 'Ungdomsuddannelse'), ('work', 'Arbejde'), ('neither', 'Hverken uddannelse eller arbejde'), ('moved', 'Flyttet'), ('unknown', 'Det ved vi ikke')], max_length=14, verbose_name='hvor er eleven nu')),
                ('exam', models.CharField(blank=True, choices=[('full', 'Fuld afgangsprøve'), ('partial', 'Dele af afgangsprøven'), ('none', 'Ingen afgangsprøve'), ('not_yet', 'Er ikke kommet til prøven endnu')], max_length=8, verbose_name='afgangsprøve')),
                ('note', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='bemærkning')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='svaret')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('effort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='whereabouts', to='visitation.effort')),
            ],
            options={
                'ordering': ('ask_on', 'id'),
            },
        ),
        migrations.AddConstraint(
            model_name='closingreport',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'awaited')), fields=('effort',), name='an_effort_awaits_one_closing_report'),
        ),
        migrations.AddConstraint(
            model_name='closingreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'handed_in'), _negated=True), models.Q(('written_at__isnull', False), ('written_by__isnull', False), models.Q(('now', ''), _negated=True)), _connector='OR'), name='a_closing_report_says_where_the_pupil_is'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closingreport',
            trigger=pgtrigger.compiler.Trigger(name='is_never_changed_once_handed_in', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."status" = \'handed_in\')', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fd40d8bbe20f1ed9f9512b6a166ed0f760e342de', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_once_handed_in_4218a', table='visitation_closingreport', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='closinggoal',
            constraint=models.UniqueConstraint(fields=('closing', 'goal', 'voice'), name='a_voice_judges_a_goal_once_at_the_end'),
        ),
        migrations.AddIndex(
            model_name='whereabouts',
            index=models.Index(condition=models.Q(('status', 'planned')), fields=['ask_on'], name='whereabouts_to_ask_for'),
        ),
        migrations.AddConstraint(
            model_name='whereabouts',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'cancelled'), _negated=True), fields=('effort', 'months'), name='whereabouts_are_asked_for_once'),
        ),
        migrations.AddConstraint(
            model_name='whereabouts',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'answered'), _negated=True), models.Q(('answered_at__isnull', False), models.Q(('now', ''), _negated=True)), _connector='OR'), name='whereabouts_that_are_answered_say_where'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='whereabouts',
            trigger=pgtrigger.compiler.Trigger(name='is_never_changed_once_answered', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."status" = \'answered\')', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3b7b223d3ea40b83bcf8a16552f73f01e8074081', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_once_answered_d9da9', table='visitation_whereabouts', when='BEFORE')),
        ),
        migrations.RunPython(ask_of_those_that_ended, migrations.RunPython.noop),
    ]
