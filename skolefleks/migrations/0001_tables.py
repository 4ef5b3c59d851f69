"""All tables as they stood on 27 November 2026, made at once.

It took 86 steps to come here. Whoever has taken them all has nothing to do.
"""

import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import skolefleks.encryption
import skolefleks.triggers
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('skolefleks', '0001_initial'),
        ('skolefleks', '0002_notices'),
        ('skolefleks', '0003_no_plain_digest_in_the_trail'),
        ('skolefleks', '0004_key_canary'),
        ('skolefleks', '0005_idempotency_of_long_addresses'),
        ('skolefleks', '0007_mail_that_is_given_up'),
        ('skolefleks', '0008_sessions'),
        ('skolefleks', '0010_drafts'),
        ('skolefleks', '0011_marks_of_the_trail'),
        ('skolefleks', '0012_index_of_the_trail'),
        ('skolefleks', '0013_access_log_of_sign_ins'),
        ('skolefleks', '0014_roles_with_days'),
        ('skolefleks', '0015_logs_by_time'),
        ('skolefleks', '0016_schools_that_close'),
        ('skolefleks', '0017_review_of_rights'),
        ('skolefleks', '0018_roles_of_the_sign_on'),
        ('skolefleks', '0019_settings'),
        ('skolefleks', '0020_logo'),
        ('skolefleks', '0021_first_link'),
        ('skolefleks', '0022_emergency_access'),
        ('skolefleks', '0023_merged_schools'),
        ('skolefleks', '0024_centres'),
        ('skolefleks', '0025_texts'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AccessEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('user_id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('view', 'Læst'), ('search', 'Søgt'), ('reveal', 'CPR-nummer vist'), ('print', 'Udskrevet'), ('export', 'Eksporteret'), ('sign_in', 'Logget ind'), ('glass', 'Nødadgang brugt'), ('refused', 'Login mislykket'), ('locked', 'Login spærret en tid'), ('sign_out', 'Logget ud'), ('ended', 'Logget ud overalt')], max_length=8)),
                ('subject', models.CharField(blank=True, max_length=40)),
            ],
            options={
                'indexes': [models.Index(fields=['subject', '-id'], name='access_by_subject'), django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='access_by_time')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fec72e1b36574a6a4a82f2bba47c28e7d1dd3208', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_94fc5', table='skolefleks_accessentry', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='2c153a7d404c5c8a15de5757c8538dd4eaa8d497', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_cca12', table='skolefleks_accessentry', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='AccessSeal',
            fields=[
                ('position', models.BigAutoField(primary_key=True, serialize=False)),
                ('last_id', models.BigIntegerField(unique=True)),
                ('hash', models.BinaryField(max_length=32)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='008097e20ce29fdd87ba1924c148d952952e308c', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_f9f49', table='skolefleks_accessseal', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='90cf50ad7a4134b1988ee62d54f4f6a571a016c6', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_2321b', table='skolefleks_accessseal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('verb', models.CharField(max_length=40)),
                ('object_type', models.CharField(max_length=40)),
                ('object_id', models.CharField(max_length=40)),
                ('subject', models.CharField(blank=True, max_length=40)),
                ('payload', models.JSONField(default=dict)),
                ('mark', models.CharField(blank=True, db_default='', default='', max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'id'], name='audit_by_subject'), models.Index(fields=['object_type', 'object_id'], name='audit_by_object'), django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='audit_by_time')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='be01dd02b1ada77c024844a281bc303fdfea7de9', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_d8cac', table='skolefleks_auditentry', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='a78928ea57143f1782368d98358e39bfea1ffdee', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_eeb02', table='skolefleks_auditentry', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_sealed_at_commit', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n                    PERFORM pg_advisory_xact_lock(hashtext('skolefleks.audit'));\n                    INSERT INTO skolefleks_auditseal (entry_id, hash)\n                    SELECT NEW.id, sha256(\n                        coalesce((SELECT hash FROM skolefleks_auditseal ORDER BY position DESC LIMIT 1), ''::bytea)\n                        || convert_to(audit_text(NEW), 'UTF8')\n                    );\n                    RETURN NEW;\n                ", hash='3950c6eb3ff81b82026eead99c4ba4d94c3faf04', operation='INSERT', pgid='pgtrigger_is_sealed_at_commit_1a1cb', table='skolefleks_auditentry', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('position', models.BigAutoField(primary_key=True, serialize=False)),
                ('entry_id', models.BigIntegerField(unique=True)),
                ('hash', models.BinaryField(max_length=32)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='35e94a8d46e84f1ef027faf8435e568d13b2a3d0', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_56330', table='skolefleks_auditseal', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='dd4d2248043cc2b1ba16585b36531865faf8bbaf', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_f7124', table='skolefleks_auditseal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Centre',
            fields=[
                ('key', models.CharField(max_length=8, primary_key=True, serialize=False, validators=[django.core.validators.RegexValidator('\\A[A-ZÆØÅ0-9]+(-[A-ZÆØÅ0-9]+)*\\Z', 'Store bogstaver, tal og bindestreg, for eksempel C-ABC.')], verbose_name='kort navn')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='navn')),
                ('sort_key', models.PositiveSmallIntegerField(verbose_name='rækkefølge')),
                ('opened_on', models.DateField(blank=True, null=True, verbose_name='oprettet')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='lukket')),
            ],
            options={
                'ordering': ('sort_key', 'key'),
                'triggers': [pgtrigger.compiler.Trigger(name='keeps_its_key', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."key" IS DISTINCT FROM (NEW."key"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e9be8ebb3b68989e0460c176d11abf2820538197', operation='UPDATE', pgid='pgtrigger_keeps_its_key_564b4', table='skolefleks_centre', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='3a369550a587d19c742155024e6eb8d8b479fed0', operation='DELETE', pgid='pgtrigger_is_never_deleted_fdc70', table='skolefleks_centre', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='bb0013673e80b6e2bf92b4a59065cda754807f79', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_9d698', table='skolefleks_centre', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='District',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='distrikt')),
                ('sort_key', models.PositiveSmallIntegerField(verbose_name='rækkefølge')),
            ],
            options={
                'ordering': ('sort_key',),
            },
        ),
        migrations.CreateModel(
            name='FirstLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(max_length=120)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='a_first_link_lives_for_a_while')],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('fingerprint', models.BinaryField(max_length=32)),
                ('location', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='KeyCanary',
            fields=[
                ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('planted_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cbffec5cc49e3f8bddccd7a6bedbd5a57881623b', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_c0708', table='skolefleks_keycanary', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='381227f498f1d619784242ba83489d2350bbd4a1', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_181ea', table='skolefleks_keycanary', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('topic', models.CharField(max_length=60)),
                ('payload', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(null=True)),
                ('given_up_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['due_at'], name='outbox_waiting')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(max_length=120, verbose_name='navn')),
                ('is_active', models.BooleanField(default=True, verbose_name='aktiv')),
                ('mail_choice', models.CharField(choices=[('acting', 'Straks, når jeg skal gøre noget; resten samlet én gang om dagen'), ('at_once', 'Straks hver gang'), ('daily', 'Alt samlet i én mail om dagen')], default='acting', max_length=8, verbose_name='mail')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='an_e_mail_is_lower_case')],
                'triggers': [pgtrigger.compiler.Trigger(name='the_last_holder_stays_active', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT NEW."is_active" AND OLD."is_active")', func="\n        PERFORM pg_advisory_xact_lock(hashtext('skolefleks.kept_roles'));\n        IF EXISTS (\n            SELECT FROM (SELECT * FROM skolefleks_membership WHERE user_id = OLD.id) gone\n            WHERE gone.role IN ('administrator', 'committee_chair', 'centre_chief') AND gone.ended_at IS NULL\n                AND gone.ends_on IS NULL AND NOT EXISTS (\n    SELECT FROM skolefleks_membership other\n    JOIN skolefleks_user holder ON holder.id = other.user_id\n    WHERE other.role = gone.role AND other.ended_at IS NULL AND other.ends_on IS NULL\n        AND (other.starts_on IS NULL OR other.starts_on <= now()::date)\n        AND (gone.role <> 'centre_chief' OR other.centre = gone.centre)\n        AND holder.is_active\n)\n                AND NOT EXISTS (\n    SELECT FROM skolefleks_centre c\n    WHERE gone.role = 'centre_chief' AND c.key = gone.centre AND c.closed_on IS NOT NULL\n)\n        ) THEN\n            RAISE EXCEPTION 'the last holder of a role that must be held';\n        END IF;\n        RETURN NULL;\n    ", hash='d85e840f6f014a1ce9f183d0ba37300ebd17e507', operation='UPDATE OF "is_active"', pgid='pgtrigger_the_last_holder_stays_active_9d47a', table='skolefleks_user', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('form', models.CharField(max_length=300)),
                ('fields', skolefleks.encryption.EncryptedTextField(verbose_name='kladde')),
                ('saved_at', models.DateTimeField(db_index=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'form'), name='one_draft_a_form')],
            },
        ),
        migrations.CreateModel(
            name='Logo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('content', models.BinaryField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7ffa8a845e9a7de8de30a70dae1d540a5126e16c', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_8c467', table='skolefleks_logo', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='17971c9c31dd83a5b7597ff3cf47c26ef1f7e26e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_91bfd', table='skolefleks_logo', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=60)),
                ('subject', models.CharField(max_length=40, verbose_name='sag')),
                ('text', models.CharField(max_length=200, verbose_name='besked')),
                ('path', models.CharField(max_length=200)),
                ('must_act', models.BooleanField(default=False, verbose_name='kræver handling')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('read_at', models.DateTimeField(null=True, verbose_name='læst')),
                ('mailed_at', models.DateTimeField(null=True, verbose_name='sendt som mail')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-id'], name='ones_notices'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='ones_unread_notices'), models.Index(fields=['subject', 'topic'], name='notices_by_subject')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField(verbose_name='begyndt')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='færdig')),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [models.UniqueConstraint(fields=('finished_at',), name='one_review_at_a_time', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='School',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='skole')),
                ('closes_on', models.DateField(blank=True, null=True, verbose_name='lukker')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schools', to='skolefleks.district')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='skolefleks.school')),
            ],
            options={
                'ordering': ('district__sort_key', 'name'),
                'constraints': [models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='a_school_is_merged_into_another'), models.CheckConstraint(condition=models.Q(('merged_into', None), ('closes_on__isnull', False), _connector='OR'), name='a_merged_school_is_closed')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SettingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='indstilling')),
                ('number', models.PositiveIntegerField()),
                ('value', models.JSONField(verbose_name='værdi')),
                ('starts_on', models.DateField(verbose_name='fra')),
                ('reason', models.CharField(max_length=500, verbose_name='begrundelse')),
                ('takes_two', models.BooleanField()),
                ('made_at', models.DateTimeField(verbose_name='foreslået')),
                ('holds_from', models.DateField(null=True, verbose_name='gælder fra')),
                ('answer', models.CharField(blank=True, choices=[('agreed', 'Godkendt'), ('refused', 'Afvist'), ('withdrawn', 'Trukket tilbage')], max_length=9, verbose_name='svar')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='besvaret')),
                ('answer_reason', models.CharField(blank=True, max_length=500, verbose_name='begrundelse for svar')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_changed_setting_gives_a_reason'), models.UniqueConstraint(fields=('name', 'number'), name='a_setting_is_changed_one_after_the_other'), models.UniqueConstraint(condition=models.Q(('answer', ''), ('holds_from', None)), fields=('name',), name='one_change_of_a_setting_waits'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='an_answer_to_a_setting_is_somebodys'), models.CheckConstraint(condition=models.Q(('takes_two', False), ('holds_from', None), models.Q(('answer', 'agreed'), models.Q(('answered_by', models.F('made_by')), _negated=True)), _connector='OR'), name='two_people_change_what_takes_two'), models.CheckConstraint(condition=models.Q(('holds_from', None), ('holds_from__gte', models.F('starts_on')), _connector='OR'), name='a_setting_holds_from_its_day_at_the_earliest')],
                'triggers': [pgtrigger.compiler.Trigger(name='its_terms_are_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT ((OLD.name, OLD.number, OLD.value, OLD.starts_on, OLD.reason, OLD.takes_two, OLD.made_by_id, OLD.made_at) IS NOT DISTINCT FROM (NEW.name, NEW.number, NEW.value, NEW.starts_on, NEW.reason, NEW.takes_two, NEW.made_by_id, NEW.made_at)))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4eb3435e6096825347f8b6a651958e92f917d521', operation='UPDATE', pgid='pgtrigger_its_terms_are_never_changed_b0eb7', table='skolefleks_settingchange', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_answered_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."answer" = \'\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a234b6aa545f0674e5882c5f5a27ec943ad35cab', operation='UPDATE', pgid='pgtrigger_is_answered_once_098ea', table='skolefleks_settingchange', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='2643acade2941d8711d4631c9f47ebef439222fc', operation='DELETE', pgid='pgtrigger_is_never_deleted_1a2d6', table='skolefleks_settingchange', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='8edea7764b0c1842a489932aa3dbcea691868021', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_f9fb3', table='skolefleks_settingchange', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='TextVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, verbose_name='tekst')),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField(blank=True, max_length=3000, verbose_name='ordlyd')),
                ('starts_on', models.DateField(verbose_name='gælder fra')),
                ('reason', models.CharField(max_length=500, verbose_name='begrundelse')),
                ('written_at', models.DateTimeField(verbose_name='skrevet')),
                ('takes_two', models.BooleanField()),
                ('signed_at', models.DateTimeField(null=True, verbose_name='underskrevet')),
                ('withdrawn_on', models.DateField(null=True, verbose_name='taget tilbage')),
                ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_written_text_gives_a_reason'), models.UniqueConstraint(fields=('key', 'number'), name='a_text_is_written_one_version_after_the_other'), models.CheckConstraint(condition=models.Q(('signed_by', None), models.Q(('takes_two', True), models.Q(('signed_by', models.F('written_by')), _negated=True)), _connector='OR'), name='nobody_signs_the_text_they_wrote'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at', None), ('signed_by', None)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='a_signed_text_says_by_whom_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_by', None), ('withdrawn_on', None)), models.Q(('withdrawn_by__isnull', False), ('withdrawn_on__lt', models.F('starts_on'))), _connector='OR'), name='a_text_that_has_begun_is_not_taken_back')],
                'triggers': [pgtrigger.compiler.Trigger(name='its_words_are_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT ((OLD.key, OLD.number, OLD.text, OLD.starts_on, OLD.reason, OLD.takes_two, OLD.written_by_id, OLD.written_at) IS NOT DISTINCT FROM (NEW.key, NEW.number, NEW.text, NEW.starts_on, NEW.reason, NEW.takes_two, NEW.written_by_id, NEW.written_at)))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='07d2748e309458b57000521460bc6083cddfca79', operation='UPDATE', pgid='pgtrigger_its_words_are_never_changed_87cbb', table='skolefleks_textversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_signed_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.signed_at IS NOT NULL AND (OLD.signed_by_id, OLD.signed_at) IS DISTINCT FROM (NEW.signed_by_id, NEW.signed_at))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='239960d65e27447341d96ecbf966ebabd672b5b1', operation='UPDATE', pgid='pgtrigger_is_signed_once_3fe98', table='skolefleks_textversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='taken_back_it_stays_as_it_was', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."withdrawn_on" IS NULL))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e2ca281e696381df76a5df61f2be4529f1f0bd1d', operation='UPDATE', pgid='pgtrigger_taken_back_it_stays_as_it_was_a0bac', table='skolefleks_textversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='fc644d049a3671fd6fe04489bd05844c93e4f6b2', operation='DELETE', pgid='pgtrigger_is_never_deleted_1ec32', table='skolefleks_textversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='6171cf3847f47284feadf7d19bc51b7897e4933e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_970a3', table='skolefleks_textversion', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('school_leader', 'Distriktsskoleleder'), ('school_staff', 'Pædagogisk leder'), ('adviser', 'Rådgiver'), ('committee_member', 'Medlem af kvalitetsudvalget'), ('committee_chair', 'Formand for kvalitetsudvalget'), ('committee_secretary', 'Sekretær for kvalitetsudvalget'), ('centre_chief', 'Centerchef'), ('implementation_group', 'Følgegruppen'), ('administrator', 'Systemadministrator')], max_length=24, verbose_name='rolle')),
                ('centre', models.CharField(blank=True, max_length=8, verbose_name='center')),
                ('title', models.CharField(blank=True, max_length=80, verbose_name='titel')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='fra')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='til og med')),
                ('from_sign_on', models.BooleanField(db_default=False, default=False, verbose_name='fra kommunens login')),
                ('given_at', models.DateTimeField(blank=True, null=True, verbose_name='givet')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ophørt')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stands_in_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='skolefleks.school')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('role__in', ('school_leader', 'school_staff')), ('school__isnull', False)), models.Q(models.Q(('role__in', ('school_leader', 'school_staff')), _negated=True), ('school__isnull', True)), _connector='OR'), name='a_school_role_is_held_at_a_school'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'role', 'school', 'centre'), name='nobody_holds_the_same_role_twice', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='a_role_ends_after_it_begins')],
                'triggers': [pgtrigger.compiler.Trigger(name='names_a_centre_that_there_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.centre <> '' AND NOT EXISTS (\n        SELECT FROM skolefleks_centre WHERE key = NEW.centre\n    ) THEN\n        RAISE EXCEPTION 'there is no centre %', NEW.centre\n            USING ERRCODE = 'foreign_key_violation',\n                CONSTRAINT = 'a_role_is_held_in_a_centre_that_there_is';\n    END IF;\n    RETURN NEW;\n", hash='f742514fed4ae92e30f6a65cfbfac347036dfa7f', operation='INSERT OR UPDATE OF "centre"', pgid='pgtrigger_names_a_centre_that_there_is_31949', table='skolefleks_membership', when='BEFORE')), pgtrigger.compiler.Trigger(name='the_last_holder_keeps_the_role', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        PERFORM pg_advisory_xact_lock(hashtext('skolefleks.kept_roles'));\n        IF EXISTS (\n            SELECT FROM (SELECT OLD.*) gone\n            WHERE gone.role IN ('administrator', 'committee_chair', 'centre_chief') AND gone.ended_at IS NULL\n                AND gone.ends_on IS NULL AND NOT EXISTS (\n    SELECT FROM skolefleks_membership other\n    JOIN skolefleks_user holder ON holder.id = other.user_id\n    WHERE other.role = gone.role AND other.ended_at IS NULL AND other.ends_on IS NULL\n        AND (other.starts_on IS NULL OR other.starts_on <= now()::date)\n        AND (gone.role <> 'centre_chief' OR other.centre = gone.centre)\n        AND holder.is_active\n)\n                AND NOT EXISTS (\n    SELECT FROM skolefleks_centre c\n    WHERE gone.role = 'centre_chief' AND c.key = gone.centre AND c.closed_on IS NOT NULL\n)\n        ) THEN\n            RAISE EXCEPTION 'the last holder of a role that must be held';\n        END IF;\n        RETURN NULL;\n    ", hash='62b425bb6800ca29d41eec84855ab8455cc00bb8', operation='UPDATE OR DELETE', pgid='pgtrigger_the_last_holder_keeps_the_role_a1bb8', table='skolefleks_membership', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='ReviewLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(blank=True, choices=[('kept', 'Beholdt'), ('ended', 'Afsluttet'), ('gone', 'Var allerede slut')], max_length=5)),
                ('signed_at', models.DateTimeField(null=True, verbose_name='underskrevet')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='skolefleks.membership')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='skolefleks.review')),
                ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('review', 'membership'), name='a_role_is_reviewed_once'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at', None), ('signed_by', None), ('verdict', '')), models.Q(models.Q(('verdict', ''), _negated=True), ('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='a_verdict_is_signed')],
                'triggers': [pgtrigger.compiler.Trigger(name='its_role_stands', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT ((OLD.review_id, OLD.membership_id) IS NOT DISTINCT FROM (NEW.review_id, NEW.membership_id)))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6c8d9f0f3e6ff07acd752ed45d08c4881c138227', operation='UPDATE', pgid='pgtrigger_its_role_stands_6c486', table='skolefleks_reviewline', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_signed_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."verdict" = \'\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1da88619aa4394b4dff572cdb2e9a3693440ed0b', operation='UPDATE OR DELETE', pgid='pgtrigger_is_signed_once_cb47d', table='skolefleks_reviewline', when='BEFORE'))],
            },
        ),
        skolefleks.triggers.InstallTriggers(),
    ]
