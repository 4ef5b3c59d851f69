import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import skolefleks.encryption
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0003_dialogue'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', skolefleks.encryption.EncryptedTextField(max_length=120, verbose_name='navn')),
                ('kind', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'Word-dokument'), ('jpeg', 'Billede'), ('png', 'Billede')], max_length=4)),
                ('size', models.PositiveIntegerField(verbose_name='størrelse')),
                ('sha256', models.CharField(max_length=64)),
                ('is_cleaned', models.BooleanField(default=False)),
                ('stored_as', models.CharField(max_length=32, unique=True)),
                ('uploaded_at', models.DateTimeField(verbose_name='lagt på')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='applications.application')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('uploaded_at', 'id'),
            },
        ),
        migrations.AddField(
            model_name='application',
            name='effort_ends_on',
            field=models.DateField(null=True, verbose_name='indsatsen løber til'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['school', '-requested', '-id'], name='a_schools_cases_by_amount'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['school', '-number', '-id'], name='a_schools_cases_by_number'),
        ),
        migrations.AddIndex(
            model_name='paper',
            index=models.Index(fields=['application', 'uploaded_at'], name='a_cases_papers'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paper',
            trigger=pgtrigger.compiler.Trigger(name='a_paper_is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0b8b71f14cf3e10dd598328f419c5b487e4411ad', operation='UPDATE', pgid='pgtrigger_a_paper_is_never_changed_e4261', table='applications_paper', when='BEFORE')),
        ),
    ]
