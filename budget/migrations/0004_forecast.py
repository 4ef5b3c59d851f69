import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("budget", "0003_proposals"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AlterField(
            model_name='daytreatmentfigure',
            name='amount',
            field=models.IntegerField(null=True, verbose_name='udgift'),
        ),
        migrations.CreateModel(
            name='FigureImport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('file_name', models.CharField(blank=True, max_length=120, verbose_name='fil')),
                ('new', models.PositiveSmallIntegerField(verbose_name='nye')),
                ('changed', models.PositiveSmallIntegerField(verbose_name='ændrede')),
                ('unchanged', models.PositiveSmallIntegerField(verbose_name='uændrede')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='indlæst')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='QuarterlyText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='år')),
                ('quarter', models.PositiveSmallIntegerField(verbose_name='kvartal')),
                ('version', models.PositiveSmallIntegerField()),
                ('situation', models.CharField(blank=True, max_length=450, verbose_name='Sådan går det')),
                ('reasons', models.CharField(blank=True, max_length=450, verbose_name='Hvorfor')),
                ('next_steps', models.CharField(blank=True, max_length=450, verbose_name='Det gør vi nu')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='skrevet')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-version',),
                'constraints': [models.UniqueConstraint(fields=('year', 'quarter', 'version'), name='one_text_a_quarter_and_version'), models.CheckConstraint(condition=models.Q(('quarter__gte', 1), ('quarter__lte', 4)), name='a_year_has_four_quarters')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarterlytext',
            trigger=pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1f4148dc0355e72387ab27e59d1078aee3c48de1', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_17c76', table='budget_quarterlytext', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarterlytext',
            trigger=pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='da5fca1280415f438c4fc4353283e46209c964f2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_fbe90', table='budget_quarterlytext', when='BEFORE')),
        ),
    ]
