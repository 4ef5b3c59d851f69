"""All tables as they stood on 27 November 2026, made at once.

It took 86 steps to come here. Whoever has taken them all has nothing to do.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import skolefleks.encryption
import skolefleks.triggers
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('applications', '0001_initial'),
        ('applications', '0002_writing'),
        ('applications', '0003_dialogue'),
        ('applications', '0004_papers'),
        ('applications', '0005_recusals'),
        ('applications', '0006_papers_in_quarantine'),
        ('applications', '0007_a_case_is_dealt_with'),
        ('applications', '0008_keyed_digests'),
        ('applications', '0009_what_was_submitted'),
        ('applications', '0010_papers_that_are_examined'),
        ('applications', '0011_compared_submissions'),
        ('applications', '0012_words'),
        ('applications', '0013_waiting_and_answers'),
        ('applications', '0014_hand_overs'),
        ('applications', '0015_measures_of_a_pupil'),
        ('applications', '0016_the_way_of_a_case'),
        ('applications', '0017_words_of_papers'),
    ]

    initial = True

    dependencies = [
        ('skolefleks', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseCounter',
            fields=[
                ('year', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('last', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Pupil',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('cpr', skolefleks.encryption.EncryptedTextField(verbose_name='CPR-nummer')),
                ('cpr_index', models.BinaryField(max_length=32, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('learning_environment', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='læringsmiljøet')),
                ('joint_reason', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvorfor en fælles indsats')),
                ('support_hours_use', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='støttetimernes anvendelse')),
                ('support_hours_yield', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='støttetimernes udbytte')),
                ('ppr_contact', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='kontakt i PPR')),
                ('ppr_setup', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='PPR i opbygningen af indsatsen')),
                ('ppr_daily', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='PPR i den daglige drift')),
                ('coordinator', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='tværfaglig koordinator')),
                ('family_cooperation', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='samarbejdet med familien')),
                ('leisure_cooperation', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='samarbejdet med BFO eller klub')),
                ('kui_cooperation', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='samarbejdet med KUI')),
                ('workplace_training', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='praktik')),
                ('mentor', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='mentor')),
                ('exam_path', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='vejen til afgangsprøven')),
                ('daily_leader_name', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='daglig leder')),
                ('representative_name', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='forelægges af')),
                ('legal_basis', models.CharField(blank=True, choices=[('section_9_4', 'Folkeskoleloven § 9, stk. 4: særligt tilrettelagte undervisningsforløb'), ('other', 'Folkeskoleloven i øvrigt')], max_length=12, verbose_name='lovgrundlag')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=16, unique=True, verbose_name='sagsnummer')),
                ('status', models.CharField(choices=[('challenge', 'Udfordring'), ('draft', 'Kladde'), ('submitted', 'Hos udvalget'), ('sent_back', 'Mangler oplysninger'), ('withdrawn', 'Trukket tilbage'), ('closed', 'Behandlet')], default='draft', max_length=10)),
                ('created_at', models.DateTimeField(verbose_name='oprettet')),
                ('updated_at', models.DateTimeField(verbose_name='ændret')),
                ('applied_at', models.DateTimeField(null=True, verbose_name='blev ansøgning')),
                ('revision', models.PositiveIntegerField(default=0, verbose_name='skrevet, antal gange')),
                ('submitted_at', models.DateTimeField(null=True, verbose_name='indsendt')),
                ('resubmitted_at', models.DateTimeField(null=True, verbose_name='senest indsendt')),
                ('sent_back_at', models.DateTimeField(null=True, verbose_name='sendt tilbage')),
                ('days_at_school', models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='dage hos skolen')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='afgjort')),
                ('sent_back_note', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvad udvalget beder om')),
                ('sent_back_asks', skolefleks.encryption.EncryptedTextField(blank=True, null=True, verbose_name='hvad udvalget beder om, trin for trin')),
                ('sent_back_copy', skolefleks.encryption.EncryptedTextField(blank=True, null=True, verbose_name='hvad der var indsendt')),
                ('withdrawn_reason', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvorfor trukket tilbage')),
                ('handed_over_at', models.DateTimeField(null=True, verbose_name='givet til underskrift')),
                ('initials', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, size=None)),
                ('grades', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, size=None)),
                ('pupil_count', models.PositiveSmallIntegerField(default=0, verbose_name='elever')),
                ('requested', models.PositiveIntegerField(default=0, verbose_name='ansøgt pr. år')),
                ('filled', models.PositiveSmallIntegerField(default=0)),
                ('expected', models.PositiveSmallIntegerField(default=0)),
                ('answer', models.CharField(blank=True, choices=[('granted', 'Bevilget'), ('partly', 'Delvist bevilget'), ('mixed', 'Bevilget og afslag'), ('rejected', 'Afslag'), ('postponed', 'Udsat'), ('stopped', 'Stoppet')], db_default='', default='', max_length=10, verbose_name='svar')),
                ('granted', models.PositiveIntegerField(db_default=0, default=0, verbose_name='bevilget pr. år')),
                ('granted_from', models.DateField(null=True, verbose_name='bevilget fra')),
                ('effort_ends_on', models.DateField(null=True, verbose_name='indsatsen løber til')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='skolefleks.school', verbose_name='skole')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['status', 'submitted_at', 'id'], name='queue_by_age'), models.Index(fields=['status', 'requested', 'id'], name='queue_by_amount'), models.Index(condition=models.Q(('submitted_at__isnull', False)), fields=['submitted_at', 'id'], name='all_by_age'), models.Index(condition=models.Q(('submitted_at__isnull', False)), fields=['requested', 'id'], name='all_by_amount'), models.Index(condition=models.Q(('submitted_at__isnull', False)), fields=['school', 'submitted_at', 'id'], name='all_of_a_school'), models.Index(fields=['school', '-updated_at', '-id'], name='a_schools_cases'), models.Index(fields=['school', '-requested', '-id'], name='a_schools_cases_by_amount'), models.Index(fields=['school', '-number', '-id'], name='a_schools_cases_by_number'), models.Index(fields=['school', 'status', 'submitted_at', 'id'], name='queue_of_a_school'), models.Index(django.contrib.postgres.indexes.OpClass(models.F('number'), 'text_pattern_ops'), name='number_by_its_beginning'), django.contrib.postgres.indexes.GinIndex(fields=['initials'], name='by_initials')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ('challenge', 'draft', 'withdrawn')), models.Q(('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='what_left_the_school_was_submitted_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='DialogueEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('message', 'Besked'), ('conversation', 'Notat fra samtale'), ('phone', 'Telefonnotat'), ('correction', 'Rettelse')], max_length=12, verbose_name='slags')),
                ('text', skolefleks.encryption.EncryptedTextField(max_length=6000, verbose_name='tekst')),
                ('took_part', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='hvem deltog')),
                ('happened_on', models.DateField(blank=True, null=True, verbose_name='hvornår')),
                ('written_as', models.CharField(blank=True, choices=[('ppr', 'PPR'), ('caseworker', 'Sagsbehandler'), ('kui', 'KUI'), ('uu', 'UU'), ('leisure', 'BFO eller klub'), ('other', 'Rådgiver')], max_length=10, verbose_name='skrevet som')),
                ('written_at', models.DateTimeField(verbose_name='skrevet')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dialogue', to='applications.application')),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='applications.dialogueentry')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('written_at', 'id'),
                'indexes': [models.Index(fields=['application', 'written_at'], name='a_cases_dialogue')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', False), ('kind', 'correction')), models.Q(models.Q(('kind', 'correction'), _negated=True), ('corrects__isnull', True)), _connector='OR'), name='a_correction_corrects_something'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('conversation', 'phone')), _negated=True), ('happened_on__isnull', False), _connector='OR'), name='a_note_says_when_it_was')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='de2602a35a7c6f5f75a444ce8014650191789396', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_35056', table='applications_dialogueentry', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='6e1c4bb50fba95d5918ba2868ec68139b9dd8854', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_d9564', table='applications_dialogueentry', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('waiting', 'Venter på underskrift'), ('signed', 'Underskrevet og indsendt'), ('returned', 'Givet tilbage'), ('taken_back', 'Taget tilbage')], default='waiting', max_length=10)),
                ('note', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='besked til lederen')),
                ('handed_at', models.DateTimeField(verbose_name='givet videre')),
                ('answer', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='lederens svar')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='besvaret')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='applications.application')),
                ('handed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('handed_at',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('application',), name='an_application_waits_for_one_signature')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invited_at', models.DateTimeField(auto_now_add=True)),
                ('capacity', models.CharField(choices=[('ppr', 'PPR'), ('caseworker', 'Sagsbehandler'), ('kui', 'KUI'), ('uu', 'UU'), ('leisure', 'BFO eller klub'), ('other', 'Rådgiver')], default='other', max_length=10, verbose_name='inviteret som')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='applications.application')),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('application', 'user'), name='an_adviser_is_invited_once')],
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', skolefleks.encryption.EncryptedTextField(max_length=120, verbose_name='navn')),
                ('kind', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'Word-dokument'), ('jpeg', 'Billede'), ('png', 'Billede')], max_length=4)),
                ('size', models.PositiveIntegerField(verbose_name='størrelse')),
                ('digest', models.CharField(max_length=64, verbose_name='kontroltal')),
                ('is_cleaned', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('waiting', 'Undersøges'), ('ready', 'Klar'), ('refused', 'Afvist')], default='waiting', max_length=7)),
                ('remarks', skolefleks.encryption.EncryptedTextField(blank=True, null=True, verbose_name='bemærkninger')),
                ('pages', models.PositiveIntegerField(null=True, verbose_name='sider')),
                ('drawn', models.PositiveSmallIntegerField(null=True, verbose_name='tegnede sider')),
                ('stored_as', models.CharField(max_length=32, unique=True)),
                ('uploaded_at', models.DateTimeField(verbose_name='vedlagt')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='applications.application')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('uploaded_at', 'id'),
                'indexes': [models.Index(fields=['application', 'uploaded_at'], name='a_cases_papers')],
                'triggers': [pgtrigger.compiler.Trigger(name='a_paper_is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.status <> 'waiting' AND to_jsonb(OLD.*) - '{pages,drawn}'::text[] <> to_jsonb(NEW.*) - '{pages,drawn}'::text[])", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='de92c862f122a8f03aa7fdfd4da6f4de934608f3', operation='UPDATE', pgid='pgtrigger_a_paper_is_never_changed_e4261', table='applications_paper', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='PupilCase',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('name', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='navn')),
                ('initials', models.CharField(blank=True, max_length=12, verbose_name='initialer')),
                ('is_protected', models.BooleanField(default=False, verbose_name='navne- og adressebeskyttelse')),
                ('grade', models.PositiveSmallIntegerField(blank=True, choices=[(0, '0. klasse'), (1, '1. klasse'), (2, '2. klasse'), (3, '3. klasse'), (4, '4. klasse'), (5, '5. klasse'), (6, '6. klasse'), (7, '7. klasse'), (8, '8. klasse'), (9, '9. klasse'), (10, '10. klasse')], null=True, verbose_name='klassetrin')),
                ('kind', models.CharField(blank=True, choices=[('retention', 'Fastholdelse'), ('return', 'Tilbageslusning')], max_length=10, verbose_name='formål')),
                ('worry', skolefleks.encryption.EncryptedTextField(blank=True, max_length=6000, null=True, verbose_name='hvad bekymrer jer')),
                ('worried_since', skolefleks.encryption.EncryptedTextField(blank=True, max_length=200, null=True, verbose_name='siden hvornår')),
                ('description', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='beskrivelse af eleven')),
                ('pupil_voice', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='elevens egne ord')),
                ('support_hours', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='støttetimer om ugen')),
                ('caseworker_name', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='sagsbehandler')),
                ('caseworker_cooperation', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='samarbejdet med sagsbehandleren')),
                ('parents_informed', models.CharField(blank=True, choices=[('yes', 'Ja, forældrene er orienteret'), ('exception', 'Nej, og det er der en særlig grund til')], max_length=10, verbose_name='er forældrene orienteret')),
                ('parents_informed_on', models.DateField(blank=True, null=True, verbose_name='orienteret den')),
                ('parents_informed_by', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='orienteret af')),
                ('parents_informed_how', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='hvordan')),
                ('parents_exception', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='begrundelse')),
                ('requested_tariff', models.PositiveIntegerField(blank=True, null=True, verbose_name='ansøgt takst pr. år')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='fra')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='til')),
                ('tariff_reason', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvorfor en anden takst')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pupil_cases', to='applications.application')),
                ('pupil', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='applications.pupil')),
            ],
            options={
                'ordering': ('position', 'id'),
                'constraints': [models.UniqueConstraint(fields=('application', 'pupil'), name='a_pupil_is_once_in_an_application'), models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='a_wished_period_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('origin', models.CharField(choices=[('declared', 'Meldt af personen selv'), ('chair', 'Erklæret af formanden'), ('committee', 'Afgjort af udvalget uden personen')], max_length=10, verbose_name='hvordan')),
                ('reason', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvorfor')),
                ('set_at', models.DateTimeField(verbose_name='sat')),
                ('lifted_at', models.DateTimeField(null=True, verbose_name='ophævet')),
                ('lifted_reason', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvorfor ophævet')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='applications.application')),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('set_at',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('application', 'user'), name='nobody_is_recused_twice'), models.CheckConstraint(condition=models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', False), _connector='OR'), name='a_recusal_is_lifted_by_somebody')],
                'triggers': [pgtrigger.compiler.Trigger(name='who_and_why_is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT ((OLD.application_id, OLD.user_id, OLD.origin, OLD.reason, OLD.set_by_id, OLD.set_at) IS NOT DISTINCT FROM (NEW.application_id, NEW.user_id, NEW.origin, NEW.reason, NEW.set_by_id, NEW.set_at)))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ab84280e49dfe1f9e8fde783ffe7df4d6a49e6c1', operation='UPDATE', pgid='pgtrigger_who_and_why_is_never_changed_b4285', table='applications_recusal', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='1f287a055519105f92cca3410faab0de19d8790f', operation='DELETE', pgid='pgtrigger_is_never_deleted_c0838', table='applications_recusal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField(verbose_name='indsendt')),
                ('content', skolefleks.encryption.EncryptedTextField(verbose_name='indhold')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='applications.application')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('application', 'number'), name='each_submission_has_its_number')],
                'triggers': [pgtrigger.compiler.Trigger(name='what_was_submitted_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0a0df3e530bfc3b923105f73be0ef1a931da4813', operation='UPDATE', pgid='pgtrigger_what_was_submitted_stays_6faa8', table='applications_submission', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='DialogueShare',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='share', serialize=False, to='applications.dialogueentry')),
                ('shared_at', models.DateTimeField(verbose_name='delt')),
                ('shared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='01f4cf6b4214564c372aa662aab0a96d8af40714', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_82033', table='applications_dialogueshare', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='06506f3ff418f560ccc616160a4eac7d79cb9e1e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_22a33', table='applications_dialogueshare', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='PaperPage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('stored_as', models.CharField(max_length=32, unique=True)),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='page_pictures', to='applications.paper')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('paper', 'number'), name='a_page_is_drawn_once')],
            },
        ),
        migrations.CreateModel(
            name='PlannedMeasure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('kind', models.CharField(choices=[('differentiated_teaching', 'Særlig intensiv undervisningsdifferentiering'), ('school_and_leisure', 'Særlige tiltag på tværs af skole og fritid'), ('resource_person', 'Ressourceperson til elev og personale'), ('cross_professional', 'Flere faggrupper i samarbejde om eleven'), ('outdoor_school', 'Udeskole for udvalgte elever'), ('other', 'Andet')], max_length=24, verbose_name='slags')),
                ('what', skolefleks.encryption.EncryptedTextField(max_length=6000, verbose_name='hvad skal der ske')),
                ('who', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='hvem gør det')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='fra')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='til')),
                ('cost', models.PositiveIntegerField(blank=True, null=True, verbose_name='hvad det koster')),
                ('expected_effect', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='forventet effekt')),
                ('how_known', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvordan kan man se det')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='planned_measures', to='applications.application')),
                ('pupil', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='applications.pupilcase', verbose_name='gælder')),
            ],
            options={
                'ordering': ('position', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('kind', models.CharField(blank=True, choices=[('scale', 'Skala fra 1 til 10'), ('attendance', 'Fremmøde i procent'), ('own', 'Noget andet, der kan tælles')], max_length=10, verbose_name='målt som')),
                ('what', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvad skal være anderledes')),
                ('low_anchor', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='1 betyder')),
                ('high_anchor', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='10 betyder')),
                ('unit', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=200, verbose_name='det, der tælles')),
                ('baseline', models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True, verbose_name='nu')),
                ('target', models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True, verbose_name='mål')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='skal være nået den')),
                ('how_measured', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvordan måles det')),
                ('pupil_case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goals', to='applications.pupilcase')),
            ],
            options={
                'ordering': ('position', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('capacity', models.CharField(choices=[('ppr', 'PPR'), ('caseworker', 'Sagsbehandler'), ('kui', 'KUI'), ('uu', 'UU'), ('leisure', 'BFO eller klub'), ('other', 'Rådgiver')], max_length=10, verbose_name='udtaler sig som')),
                ('text', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='udtalelse')),
                ('written_at', models.DateTimeField(verbose_name='senest gemt')),
                ('signed_at', models.DateTimeField(null=True, verbose_name='underskrevet')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='applications.application')),
                ('pupil', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.pupilcase')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-signed_at', 'id'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('signed_at__isnull', True)), fields=('application', 'written_by'), name='an_adviser_has_one_draft_statement_on_a_case')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed_once_signed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."signed_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2089b1ef914f33b1a4ad4e717bac7a4d23c3b76f', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_once_signed_62e9c', table='applications_statement', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SubmissionChanges',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('content', skolefleks.encryption.EncryptedTextField(verbose_name='forskelle')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='applications.submission')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='what_was_compared_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d54e782f6ac9e6ae1384f2619fc376ad64313668', operation='UPDATE', pgid='pgtrigger_what_was_compared_stays_5a51c', table='applications_submissionchanges', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='TriedMeasure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('what', skolefleks.encryption.EncryptedTextField(max_length=6000, verbose_name='tiltag')),
                ('started_on', models.DateField(blank=True, null=True, verbose_name='fra')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='til')),
                ('hours_per_week', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='timer om ugen')),
                ('is_support', models.BooleanField(default=False, verbose_name='støtte ved siden af elevens støttetimer')),
                ('outcome', skolefleks.encryption.EncryptedTextField(blank=True, default='', max_length=6000, verbose_name='hvad kom der ud af det')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tried_measures', to='applications.application')),
                ('pupil', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='applications.pupilcase', verbose_name='gælder')),
            ],
            options={
                'ordering': ('position', 'id'),
            },
        ),
        skolefleks.triggers.InstallTriggers(),
    ]
