"""Scales as data, three of them built in, and the measurements of goals."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import skolefleks.encryption
import uuid
from django.conf import settings
from django.db import migrations, models

# One for each kind of goal. The faces and words of the pupil's screen go by the anchors.
SCALES = (
    {
        "key": "1-10",
        "name": "Skala fra 1 til 10",
        "goal_kind": "scale",
        "lowest": 1,
        "highest": 10,
        "direction": "up",
        "low_anchor": "Slet ikke",
        "high_anchor": "Helt",
        "licence": "Ingen: en almindelig skala",
    },
    {
        "key": "fremmoede",
        "name": "Fremmøde i procent",
        "goal_kind": "attendance",
        "lowest": 0,
        "highest": 100,
        "direction": "up",
        "unit": "procent",
        "low_anchor": "Aldrig i skole",
        "high_anchor": "Altid i skole",
        "licence": "Ingen: skolens registrering",
    },
    {
        "key": "antal",
        "name": "Noget, der tælles",
        "goal_kind": "own",
        "lowest": 0,
        "direction": "by_goal",
        "licence": "Ingen: en optælling",
    },
)


def build_in_scales(apps, schema_editor):
    Scale = apps.get_model("visitation", "Scale")
    for scale in SCALES:
        Scale.objects.create(**scale)


class Migration(migrations.Migration):

    dependencies = [
        ('visitation', '0008_follow_ups'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Scale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=24, unique=True, verbose_name='nøgle')),
                ('name', models.CharField(max_length=80, verbose_name='navn')),
                ('goal_kind', models.CharField(blank=True, choices=[('scale', 'Skala fra 1 til 10'), ('attendance', 'Fremmøde i procent'), ('own', 'Noget andet, der kan tælles')], max_length=10, verbose_name='mål af slagsen')),
                ('lowest', models.DecimalField(decimal_places=1, max_digits=6, verbose_name='laveste')),
                ('highest', models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True, verbose_name='højeste')),
                ('direction', models.CharField(choices=[('up', 'Højere er bedre'), ('down', 'Lavere er bedre'), ('by_goal', 'Som målet siger')], max_length=8, verbose_name='retning')),
                ('unit', models.CharField(blank=True, max_length=40, verbose_name='enhed')),
                ('low_anchor', models.CharField(blank=True, max_length=80, verbose_name='laveste betyder')),
                ('high_anchor', models.CharField(blank=True, max_length=80, verbose_name='højeste betyder')),
                ('youngest', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='fra alder')),
                ('oldest', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='til alder')),
                ('licence', models.CharField(blank=True, max_length=200, verbose_name='licens')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.CheckConstraint(condition=models.Q(('highest__isnull', True), ('highest__gt', models.F('lowest')), _connector='OR'), name='a_scale_goes_upwards'), models.UniqueConstraint(condition=models.Q(('goal_kind', ''), _negated=True), fields=('goal_kind',), name='each_kind_of_goal_has_one_scale')],
            },
        ),
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('voice', models.CharField(choices=[('pupil', 'Eleven'), ('parents', 'Forældrene'), ('school', 'Skolen'), ('ppr', 'PPR')], max_length=8, verbose_name='stemme')),
                ('measured_on', models.DateField(verbose_name='dag')),
                ('value', models.DecimalField(decimal_places=1, max_digits=6, null=True, verbose_name='værdi')),
                ('not_measured', models.CharField(blank=True, choices=[('declined', 'Ønskede ikke at svare'), ('unsure', 'Ved ikke'), ('absent', 'Var der ikke'), ('other', 'Andet')], max_length=8, verbose_name='ikke målt, fordi')),
                ('why', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvorfor ikke målt')),
                ('filled_in_by', models.CharField(choices=[('self', 'Personen selv'), ('together', 'Personen sammen med en voksen'), ('other', 'En voksen på personens vegne')], max_length=8, verbose_name='udfyldt af')),
                ('how', models.CharField(choices=[('screen', 'På egen skærm'), ('talk', 'I en samtale'), ('form', 'På et skema'), ('records', 'Efter skolens registrering'), ('observed', 'Ved iagttagelse')], max_length=8, verbose_name='hvordan')),
                ('reason', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvorfor rettet')),
                ('at', models.DateTimeField(verbose_name='skrevet')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('effort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='visitation.effort')),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='visitation.effortgoal')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='visitation.measurement')),
                ('scale', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visitation.scale')),
            ],
            options={
                'ordering': ('measured_on', 'at', 'id'),
                'indexes': [models.Index(fields=['effort', 'measured_on'], name='measurements_of_an_effort')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('not_measured', ''), ('value__isnull', False)), models.Q(('value__isnull', True), models.Q(('not_measured', ''), _negated=True)), _connector='OR'), name='a_measurement_is_a_value_or_says_why_not'), models.UniqueConstraint(condition=models.Q(('replaces__isnull', True)), fields=('goal', 'voice', 'measured_on'), name='a_voice_measures_a_goal_once_a_day')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measurement',
            trigger=pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a0056054ae2a13cadf24967ab879c3a8d5703438', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_2f80e', table='visitation_measurement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measurement',
            trigger=pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='a209ce520d155f38330c8656573da7d8fb946900', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_27d84', table='visitation_measurement', when='BEFORE')),
        ),
        migrations.RunPython(build_in_scales, migrations.RunPython.noop),
    ]
