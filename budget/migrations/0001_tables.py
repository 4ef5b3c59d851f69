"""All tables as they stood on 27 November 2026, made at once.

It took 86 steps to come here. Whoever has taken them all has nothing to do.
"""

import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import skolefleks.triggers
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('budget', '0001_initial'),
        ('budget', '0002_payments'),
        ('budget', '0003_proposals'),
        ('budget', '0004_forecast'),
        ('budget', '0005_index_of_prices'),
        ('budget', '0006_kinds_of_postings'),
        ('budget', '0007_proofs'),
        ('budget', '0008_old_postings_in_the_trail'),
        ('budget', '0009_returns_claims'),
        ('budget', '0010_near_pay_days'),
        ('budget', '0011_account_changes'),
        ('budget', '0012_year_closing'),
        ('budget', '0013_reconciliation'),
        ('budget', '0014_quarterly_reports'),
        ('budget', '0015_owners_of_the_money'),
    ]

    initial = True

    dependencies = [
        ('skolefleks', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='ColumnProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='profil')),
                ('booked_on', models.CharField(max_length=60, verbose_name='dato')),
                ('amount', models.CharField(max_length=60, verbose_name='beløb')),
                ('account', models.CharField(max_length=60, verbose_name='kontostreng')),
                ('text', models.CharField(max_length=60, verbose_name='tekst')),
                ('voucher', models.CharField(blank=True, max_length=60, verbose_name='bilag')),
                ('used_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ('-used_at',),
            },
        ),
        migrations.CreateModel(
            name='DayTreatmentProvider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='tilbud')),
                ('pupils', models.PositiveSmallIntegerField(verbose_name='elever')),
                ('source', models.CharField(max_length=160, verbose_name='kilde')),
            ],
            options={
                'ordering': ('-pupils', 'name'),
            },
        ),
        migrations.CreateModel(
            name='DayTreatmentTotal',
            fields=[
                ('year', models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name='år')),
                ('full_year_pupils', models.DecimalField(decimal_places=1, max_digits=6, verbose_name='helårspersoner')),
                ('amount', models.DecimalField(decimal_places=1, max_digits=12, verbose_name='beløb')),
                ('source', models.CharField(max_length=160, verbose_name='kilde')),
            ],
        ),
        migrations.CreateModel(
            name='Pool',
            fields=[
                ('fiscal_year', models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name='regnskabsår')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='lukket')),
            ],
            options={
                'ordering': ('fiscal_year',),
            },
        ),
        migrations.CreateModel(
            name='SchoolAccount',
            fields=[
                ('school', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='skolefleks.school')),
                ('account', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('\\A[0-9A-Za-zÆØÅæøå][0-9A-Za-zÆØÅæøå ./-]*\\Z', 'En kontostreng er bogstaver, tal, mellemrum, punktum, skråstreg og bindestreg, og begynder med et bogstav eller tal.')], verbose_name='kontostreng')),
            ],
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('year', models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name='år')),
                ('level_of', models.PositiveSmallIntegerField(verbose_name='niveau fra')),
                ('source', models.CharField(max_length=160, verbose_name='kilde')),
            ],
        ),
        migrations.CreateModel(
            name='BookProof',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('is_full', models.BooleanField(verbose_name='alt')),
                ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='begyndt')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='færdig')),
                ('done', models.PositiveSmallIntegerField(default=0)),
                ('total', models.PositiveSmallIntegerField()),
                ('posting', models.BigIntegerField()),
                ('position', models.BigIntegerField()),
                ('standings', models.JSONField(default=list)),
                ('checks', models.JSONField(default=list)),
                ('is_red', models.BooleanField(default=False, verbose_name='forskel')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-started_at',),
                'indexes': [models.Index(fields=['-started_at'], name='proofs_newest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('done__lte', models.F('total'))), name='a_proof_ends_with_its_last_part')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='9e7cf233d9fbb233b69922757bc08c74f6f1c974', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_b78d0', table='budget_bookproof', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='DayTreatmentFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='år')),
                ('full_year_pupils', models.DecimalField(decimal_places=1, max_digits=6, verbose_name='helårspersoner')),
                ('amount', models.IntegerField(null=True, verbose_name='udgift')),
                ('counted_on', models.DateField(verbose_name='opgjort')),
                ('source', models.CharField(max_length=160, verbose_name='kilde')),
                ('is_demo', models.BooleanField(default=False, verbose_name='demodata')),
                ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='skolefleks.district')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('year', 'district'), name='one_day_treatment_figure_a_year_and_district', nulls_distinct=False)],
            },
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
            name='FundingSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='ramme')),
                ('centre', models.ForeignKey(db_column='centre', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='skolefleks.centre')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='PaymentRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=12, unique=True, verbose_name='kørsel')),
                ('kind', models.CharField(choices=[('payment', 'Udbetaling'), ('collection', 'Opkrævning')], default='payment', max_length=10, verbose_name='art')),
                ('status', models.CharField(choices=[('proposed', 'Foreslået'), ('approved', 'Godkendt'), ('rejected', 'Afvist'), ('exported', 'Sendt til økonomisystemet'), ('paying', 'Bogføres'), ('paid', 'Betalt'), ('returned', 'Kommet tilbage')], default='proposed', max_length=10)),
                ('pays_on', models.DateField(verbose_name='udbetalingsdag')),
                ('early_reason', models.CharField(blank=True, max_length=500, verbose_name='begrundelse for at betale før tid')),
                ('amount', models.IntegerField(verbose_name='beløb')),
                ('count', models.PositiveIntegerField(verbose_name='rater')),
                ('proposed_centre', models.CharField(blank=True, max_length=8, verbose_name='foreslået af')),
                ('proposed_at', models.DateTimeField(auto_now_add=True, verbose_name='foreslået')),
                ('approved_centre', models.CharField(blank=True, max_length=8, verbose_name='godkendt af')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='godkendt')),
                ('exported_at', models.DateTimeField(null=True, verbose_name='fil dannet')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='filens kontroltal')),
                ('file_format', models.PositiveSmallIntegerField(default=1)),
                ('debit_account', models.CharField(blank=True, max_length=60, verbose_name='debetkonto')),
                ('frames', models.JSONField(default=dict, verbose_name='rammer')),
                ('paid_on', models.DateField(null=True, verbose_name='betalt')),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('exported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('marked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-number',),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'approved', 'rejected']), ('approved_by__isnull', False), _connector='OR'), name='no_run_is_handed_over_without_approval'), models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), ('proposed_by__isnull', True), models.Q(models.Q(('approved_by', models.F('proposed_by')), _negated=True), models.Q(('approved_centre', models.F('proposed_centre')), _negated=True)), _connector='OR'), name='nobody_approves_their_own_run'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['paying', 'paid']), _negated=True), models.Q(('marked_by__isnull', False), ('paid_on__isnull', False)), _connector='OR'), name='a_paid_run_has_its_day')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='3b99c450e4a106d5d282349fea21b878319d170c', operation='DELETE', pgid='pgtrigger_is_never_deleted_db2d6', table='budget_paymentrun', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='1604aa2993319db51f18578b0686f68ab4fedd20', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_c8df9', table='budget_paymentrun', when='BEFORE'))],
            },
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
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1f4148dc0355e72387ab27e59d1078aee3c48de1', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_17c76', table='budget_quarterlytext', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='da5fca1280415f438c4fc4353283e46209c964f2', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_fbe90', table='budget_quarterlytext', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='BookedImport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('file_name', models.CharField(max_length=120, verbose_name='fil')),
                ('covers_from', models.DateField(verbose_name='fra')),
                ('covers_to', models.DateField(verbose_name='til')),
                ('line_count', models.PositiveIntegerField(verbose_name='linjer')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='indlæst')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.columnprofile')),
            ],
            options={
                'ordering': ('-covers_to', '-made_at'),
                'constraints': [models.CheckConstraint(condition=models.Q(('covers_to__gte', models.F('covers_from'))), name='what_is_booked_ends_after_it_begins')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9b19b89b96a9f2d1247938da1185c53cd7702b9d', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_05bdc', table='budget_bookedimport', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='a633f2bcd9d54b5b851839ab3e60b4e37a53bf08', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_b5fe4', table='budget_bookedimport', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('allocated', models.BigIntegerField(verbose_name='tildelt')),
                ('committed', models.BigIntegerField(verbose_name='disponeret')),
                ('paid', models.BigIntegerField(verbose_name='udbetalt')),
                ('places', models.IntegerField(verbose_name='elever')),
                ('days', models.IntegerField(verbose_name='dage')),
                ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='skolefleks.district')),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='budget.pool')),
                ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.fundingsource')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pool', 'district', 'source'), name='one_standing_a_year_district_and_source', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('committed__gte', 0), ('days__gte', 0), ('paid__gte', 0), ('places__gte', 0)), name='nothing_is_given_back_twice'), models.CheckConstraint(condition=models.Q(('allocated__gte', 0)), name='a_frame_never_gives_less_than_nothing')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_kept_by_the_database', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF pg_trigger_depth() < 2 THEN\n                        RAISE EXCEPTION\n                            'budget_standing follows the postings and cannot be written by itself';\n                    END IF;\n                    RETURN NEW;\n                ", hash='9ebc3c1fd2d32716d060f5000874846359995656', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_is_kept_by_the_database_89ff2', table='budget_standing', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='3ab61c5d1c2db2d0840744a084223263b01a4306', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_934f2', table='budget_standing', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='BookedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='linje')),
                ('booked_on', models.DateField(verbose_name='bogført')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='beløb')),
                ('account', models.CharField(max_length=60, verbose_name='kontostreng')),
                ('run_number', models.CharField(blank=True, max_length=12, verbose_name='kørsel')),
                ('case_number', models.CharField(blank=True, max_length=16, verbose_name='sag')),
                ('voucher', models.CharField(blank=True, max_length=40, verbose_name='bilag')),
                ('booked_import', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='budget.bookedimport')),
            ],
            options={
                'indexes': [models.Index(fields=['booked_on'], name='booked_lines_by_day')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='691671b61ce0c4ae23ab1bc3a2a2693df46aa208', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_5563c', table='budget_bookedline', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='c93b6a61ba93d7edc2e1a03651cd37dad9d9f279', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_d011d', table='budget_bookedline', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('allocation', 'Tildeling'), ('commitment', 'Disponering'), ('release', 'Frigivelse'), ('payment', 'Udbetaling'), ('claim', 'For meget udbetalt'), ('carried', 'Ompostering')], max_length=12, verbose_name='art')),
                ('amount', models.IntegerField(verbose_name='beløb')),
                ('reference', models.UUIDField(null=True)),
                ('places', models.SmallIntegerField(default=0, verbose_name='pladser')),
                ('days', models.IntegerField(default=0, verbose_name='dage')),
                ('text', models.CharField(blank=True, max_length=120, verbose_name='tekst')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='bogført')),
                ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='skolefleks.district')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='budget.pool')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='budget.posting')),
                ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.fundingsource')),
            ],
            options={
                'indexes': [models.Index(fields=['pool', '-id'], name='postings_of_a_year'), models.Index(fields=['reference'], name='postings_of_a_reference')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='a_posting_is_never_zero'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['allocation']), ('district__isnull', True), ('source__isnull', False)), models.Q(('kind__in', ['commitment', 'release', 'payment', 'claim', 'carried']), ('district__isnull', False), ('reference__isnull', False), ('source__isnull', True)), _connector='OR'), name='an_allocation_has_a_source_and_the_rest_a_district'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('kind__in', ['commitment']), ('amount__lt', 0), _negated=True), models.Q(('kind__in', ['release']), ('amount__gt', 0), _negated=True)), ('reverses__isnull', False), _connector='OR'), name='a_commitment_takes_and_a_release_gives_back')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4fe91f45a015385d38db89cdd3b47220fc226666', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_71679', table='budget_posting', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='3dc33c86a5ec8b3ef61f54868a538cac34f7778c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_4423f', table='budget_posting', when='BEFORE')), pgtrigger.compiler.Trigger(name='finds_its_year_open', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    PERFORM FROM budget_pool\n    WHERE fiscal_year = NEW.pool_id AND closed_at IS NOT NULL FOR NO KEY UPDATE;\n    IF FOUND THEN\n        RAISE EXCEPTION 'the fiscal year % is closed', NEW.pool_id\n            USING ERRCODE = 'check_violation',\n                CONSTRAINT = 'a_closed_fiscal_year_takes_no_postings';\n    END IF;\n    RETURN NEW;\n", hash='b8b4c3cccac255619084702f0d95d640cd2a0ba0', operation='INSERT', pgid='pgtrigger_finds_its_year_open_3ebb8', table='budget_posting', when='BEFORE')), pgtrigger.compiler.Trigger(name='reverses_exactly', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."reverses_id" IS NOT NULL)', declare='DECLARE first budget_posting%ROWTYPE;', func="\n    SELECT * INTO first FROM budget_posting WHERE id = NEW.reverses_id;\n    IF (NEW.pool_id, NEW.kind, -NEW.amount, -NEW.places, -NEW.days,\n        NEW.source_id, NEW.district_id, NEW.reference)\n        IS DISTINCT FROM\n       (first.pool_id, first.kind, first.amount, first.places, first.days,\n        first.source_id, first.district_id, first.reference)\n    THEN\n        RAISE EXCEPTION 'a reversal is the posting it reverses with the opposite sign'\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_reversal_is_exact';\n    END IF;\n    RETURN NEW;\n", hash='281f55c20807f358f290802830e458e0b049c534', operation='INSERT', pgid='pgtrigger_reverses_exactly_f15db', table='budget_posting', when='BEFORE')), pgtrigger.compiler.Trigger(name='adds_up', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE allocated_now bigint; committed_now bigint; paid_now bigint;', func="\n    PERFORM FROM budget_pool WHERE fiscal_year = NEW.pool_id FOR NO KEY UPDATE;\n    \n    CASE NEW.kind\n        WHEN 'allocation' THEN\n            allocated_now := 1 * NEW.amount;\n            committed_now := 0 * NEW.amount;\n            paid_now := 0 * NEW.amount;\n        WHEN 'commitment' THEN\n            allocated_now := 0 * NEW.amount;\n            committed_now := 1 * NEW.amount;\n            paid_now := 0 * NEW.amount;\n        WHEN 'release' THEN\n            allocated_now := 0 * NEW.amount;\n            committed_now := 1 * NEW.amount;\n            paid_now := 0 * NEW.amount;\n        WHEN 'payment' THEN\n            allocated_now := 0 * NEW.amount;\n            committed_now := -1 * NEW.amount;\n            paid_now := 1 * NEW.amount;\n        WHEN 'claim' THEN\n            allocated_now := 0 * NEW.amount;\n            committed_now := 0 * NEW.amount;\n            paid_now := 0 * NEW.amount;\n        WHEN 'carried' THEN\n            allocated_now := 0 * NEW.amount;\n            committed_now := -1 * NEW.amount;\n            paid_now := 1 * NEW.amount;\n        ELSE\n            RAISE EXCEPTION 'unknown kind of posting: %', NEW.kind\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'a_posting_is_of_a_known_kind';\n    END CASE;\n    UPDATE budget_standing SET\n        allocated = allocated + allocated_now,\n        committed = committed + committed_now,\n        paid = paid + paid_now,\n        places = places + NEW.places,\n        days = days + NEW.days\n    WHERE pool_id = NEW.pool_id\n        AND district_id IS NOT DISTINCT FROM NEW.district_id\n        AND source_id IS NOT DISTINCT FROM NEW.source_id;\n    IF NOT FOUND THEN\n        INSERT INTO budget_standing\n            (pool_id, district_id, source_id, allocated, committed, paid, places, days)\n        VALUES\n            (NEW.pool_id, NEW.district_id, NEW.source_id,\n             allocated_now, committed_now, paid_now, NEW.places, NEW.days);\n    END IF;\n    RETURN NEW;\n", hash='354000d794bc739fb9ba4eebb854c49e6426ed58', operation='INSERT', pgid='pgtrigger_adds_up_fe629', table='budget_posting', when='AFTER')), pgtrigger.compiler.Trigger(name='may_not_overdraw', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE left_over bigint;', func="\n    SELECT sum(allocated) - sum(committed) - sum(paid) INTO left_over\n    FROM budget_standing WHERE pool_id = NEW.pool_id;\n    IF left_over < 0 THEN\n        RAISE EXCEPTION 'the pool of % would be overdrawn by % DKK', NEW.pool_id, -left_over\n            USING ERRCODE = 'check_violation',\n                CONSTRAINT = 'the_pool_of_a_fiscal_year_is_never_overdrawn';\n    END IF;\n    RETURN NEW;\n", hash='2f452528c2285ccc0bc7b4c3dabd621a31ed154d', operation='INSERT', pgid='pgtrigger_may_not_overdraw_f7e3a', table='budget_posting', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reference', models.UUIDField()),
                ('text', models.CharField(blank=True, max_length=120, verbose_name='tekst')),
                ('covers_from', models.DateField(verbose_name='fra')),
                ('covers_to', models.DateField(verbose_name='til')),
                ('due_on', models.DateField(verbose_name='forfalder')),
                ('amount', models.IntegerField(verbose_name='beløb')),
                ('status', models.CharField(choices=[('planned', 'Planlagt'), ('cancelled', 'Standset'), ('paid', 'Betalt'), ('returned', 'Ikke betalt')], default='planned', max_length=10)),
                ('payee', models.CharField(blank=True, max_length=80, verbose_name='modtager')),
                ('account', models.CharField(blank=True, max_length=60, verbose_name='kontostreng')),
                ('paid_on', models.DateField(null=True, verbose_name='betalt')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='skolefleks.district')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='skolefleks.school')),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='budget.paymentrun')),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.pool')),
                ('posting', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.posting')),
            ],
            options={
                'ordering': ('due_on', 'id'),
                'indexes': [models.Index(fields=['reference'], name='instalments_of_a_reference'), models.Index(condition=models.Q(('run__isnull', True), ('status', 'planned')), fields=['due_on'], name='instalments_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='an_instalment_pays_something'), models.CheckConstraint(condition=models.Q(('covers_to__gte', models.F('covers_from'))), name='an_instalment_covers_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'paid'), _negated=True), models.Q(('paid_on__isnull', False), ('posting__isnull', False), ('run__isnull', False), models.Q(('account', ''), _negated=True), models.Q(('payee', ''), _negated=True)), _connector='OR'), name='what_is_paid_says_where_and_when'), models.UniqueConstraint(condition=models.Q(('amount__gt', 0), ('run__isnull', True), ('status', 'planned')), fields=('reference', 'pool', 'covers_from', 'covers_to'), name='the_same_days_are_not_planned_twice')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_as_it_was_planned', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."pool_id" IS DISTINCT FROM (NEW."pool_id") OR OLD."district_id" IS DISTINCT FROM (NEW."district_id") OR OLD."school_id" IS DISTINCT FROM (NEW."school_id") OR OLD."covers_from" IS DISTINCT FROM (NEW."covers_from") OR OLD."covers_to" IS DISTINCT FROM (NEW."covers_to") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."amount" IS DISTINCT FROM (NEW."amount"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a71b66951d24d83e93ae5fedb40e1b48be77b591', operation='UPDATE', pgid='pgtrigger_is_as_it_was_planned_be96b', table='budget_instalment', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_frozen_when_paid', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."status" = \'paid\')', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='02df3cb1c89836f7b96f46bdd199cc53215634bb', operation='UPDATE', pgid='pgtrigger_is_frozen_when_paid_94c89', table='budget_instalment', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='629b2ce595460270199cb744357d773e8385ab2f', operation='DELETE', pgid='pgtrigger_is_never_deleted_ecbaa', table='budget_instalment', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='28415c5f0d8dee508f0ebbc91e694db303ee16eb', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_f7f22', table='budget_instalment', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('allocation', 'Tildeling'), ('transfer', 'Overførsel'), ('opening', 'Åbning af regnskabsår'), ('correction', 'Rettelse'), ('index', 'Prisregulering'), ('return', 'Tilbageført udbetaling'), ('account', 'Ny kontostreng'), ('closing', 'Lukning af regnskabsår'), ('reopening', 'Genåbning af regnskabsår'), ('quarter', 'Kvartalsopfølgning')], max_length=12, verbose_name='art')),
                ('status', models.CharField(choices=[('proposed', 'Venter på godkendelse'), ('approved', 'Godkendt og bogført'), ('rejected', 'Afvist'), ('withdrawn', 'Trukket tilbage')], default='proposed', max_length=10)),
                ('text', models.CharField(blank=True, max_length=120, verbose_name='tekst')),
                ('reason', models.CharField(max_length=500, verbose_name='begrundelse')),
                ('proposed_centre', models.CharField(max_length=8, verbose_name='foreslået af')),
                ('proposed_at', models.DateTimeField(auto_now_add=True, verbose_name='foreslået')),
                ('answered_centre', models.CharField(blank=True, max_length=8, verbose_name='besvaret af')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='besvaret')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='begrundelse for afvisning')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='budget.posting')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-proposed_at',),
                'indexes': [models.Index(fields=['-proposed_at'], name='proposals_newest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_proposal_gives_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', False), ('kind', 'correction')), models.Q(models.Q(('kind', 'correction'), _negated=True), ('corrects__isnull', True)), _connector='OR'), name='a_correction_names_what_it_corrects'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'approved'), _negated=True), models.Q(('answered_by__isnull', False), models.Q(('answered_centre', ''), _negated=True), models.Q(('answered_by', models.F('proposed_by')), _negated=True), models.Q(('answered_centre', models.F('proposed_centre')), _negated=True)), _connector='OR'), name='both_centres_agree_before_money_moves'), models.UniqueConstraint(condition=models.Q(('status__in', ('proposed', 'approved'))), fields=('corrects',), name='a_posting_is_proposed_corrected_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='its_terms_are_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."corrects_id" IS DISTINCT FROM (NEW."corrects_id") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."proposed_centre" IS DISTINCT FROM (NEW."proposed_centre") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='20cdc6358ce2cd61dba65a492dc6c00cf07784a5', operation='UPDATE', pgid='pgtrigger_its_terms_are_never_changed_b0e52', table='budget_proposal', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_agreed_by_all_owners', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."status" = \'approved\')', func="\n    IF EXISTS (\n        SELECT FROM budget_proposalline l\n            JOIN budget_fundingsource s ON s.id = l.source_id\n        WHERE l.proposal_id = NEW.id\n            AND s.centre NOT IN (NEW.proposed_centre, NEW.answered_centre)\n            AND NOT EXISTS (\n                SELECT FROM budget_proposalconsent c\n                WHERE c.proposal_id = NEW.id AND c.centre = s.centre\n            )\n    ) THEN\n        RAISE EXCEPTION 'an owner of the money has not agreed'\n            USING ERRCODE = 'check_violation',\n                CONSTRAINT = 'all_owners_agree_before_money_moves';\n    END IF;\n    RETURN NEW;\n", hash='ab3a389489c49354dd6d695b8b8b80c985938694', operation='UPDATE OF "status"', pgid='pgtrigger_is_agreed_by_all_owners_debba', table='budget_proposal', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c2f83b913fd5e78d020a88935c877ea763b13ef5', operation='DELETE', pgid='pgtrigger_is_never_deleted_f8895', table='budget_proposal', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='e47cf8cc487aa4052d11aa062061a1b3e6044479', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_61971', table='budget_proposal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Difference',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('not_booked', 'Ikke bogført'), ('twice', 'Bogført to gange'), ('amount', 'Andet beløb'), ('account', 'Anden konto'), ('unknown', 'Ukendt')], max_length=12, verbose_name='art')),
                ('status', models.CharField(choices=[('open', 'Åben'), ('settled', 'Afklaret'), ('resolved', 'Løst af en senere fil')], default='open', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='begrundelse')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='afklaret')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='opstået')),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.bookedline')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instalment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.instalment')),
            ],
            options={
                'ordering': ('created_at', 'id'),
                'indexes': [models.Index(fields=['status'], name='differences_by_status')],
                'constraints': [models.CheckConstraint(condition=models.Q(('instalment__isnull', False), ('line__isnull', False), _connector='OR'), name='a_difference_is_about_something'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'settled'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), ('settled_by__isnull', False)), _connector='OR'), name='what_is_settled_has_a_reason')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='6c5095dfa4d6515899c92688b5c0665799398166', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_c0a4a', table='budget_difference', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='PaymentReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('returned_on', models.DateField(verbose_name='kom tilbage')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='budget.paymentrun')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='payment_return', to='budget.proposal')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e935a117b925c6d745386ead5e88f1e427ee92e0', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_5cbcc', table='budget_paymentreturn', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='80b4c6bb45bfe354ab9248ba31c8b1b2ad55c531', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_70cd1', table='budget_paymentreturn', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='AccountChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(blank=True, max_length=60, verbose_name='før')),
                ('account', models.CharField(blank=True, max_length=60, validators=[django.core.validators.RegexValidator('\\A[0-9A-Za-zÆØÅæøå][0-9A-Za-zÆØÅæøå ./-]*\\Z', 'En kontostreng er bogstaver, tal, mellemrum, punktum, skråstreg og bindestreg, og begynder med et bogstav eller tal.')], verbose_name='kontostreng')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='skolefleks.school')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='account_changes', to='budget.proposal')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('proposal', 'school'), name='one_account_a_school_in_a_proposal')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5c005d9b3659e223270575d1f224cdf81f2d524b', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_14f35', table='budget_accountchange', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='0a14f3b6473a1712f10ca29cc427883c82a72dad', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_46615', table='budget_accountchange', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ProposalConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('centre', models.CharField(max_length=8, verbose_name='center')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='godkendt')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='budget.proposal')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('proposal', 'centre'), name='a_centre_agrees_once'), models.UniqueConstraint(fields=('proposal', 'by'), name='nobody_agrees_for_two_centres')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7aab2c28d5a7b6f5393645663be9baaf8f639e51', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_779ce', table='budget_proposalconsent', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='57ebbff190da8d5ae14780cf1aafeedec449c780', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_17449', table='budget_proposalconsent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ProposalLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='regnskabsår')),
                ('amount', models.IntegerField(verbose_name='beløb')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='budget.proposal')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.fundingsource')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='a_line_is_never_zero'), models.UniqueConstraint(fields=('proposal', 'year', 'source'), name='one_line_a_year_and_frame')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='75e39092685aebab4d394af4b0274b99cb4f3596', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_1f0ce', table='budget_proposalline', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='11d98c31bf506f6ebde00dcf98b6e65fe44496fa', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_0e488', table='budget_proposalline', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='QuarterlyReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='år')),
                ('quarter', models.PositiveSmallIntegerField(verbose_name='kvartal')),
                ('version', models.PositiveSmallIntegerField()),
                ('content', models.JSONField()),
                ('public', models.JSONField()),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='quarterly_report', to='budget.proposal')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.quarterlytext')),
            ],
            options={
                'ordering': ('-version', '-id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('quarter__gte', 1), ('quarter__lte', 4)), name='a_year_has_four_quarters_to_sign')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0b664907481dcada64251ac7927db884b0b5a479', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_7257f', table='budget_quarterlyreport', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='5993697f7971c12545b8f3cefdd691b7e7093cff', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_491b0', table='budget_quarterlyreport', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='YearClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to='budget.pool')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='year_closing', to='budget.proposal')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3c3ab0ce77e1701679c32b19c3b40639c6b2f27c', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_d1a0d', table='budget_yearclosing', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='601bbafa42a12e9a2f803b58395b19090ecb1f21', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_3ec3d', table='budget_yearclosing', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ReturnLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('instalment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='budget.instalment')),
                ('payment_return', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='budget.paymentreturn')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('payment_return', 'instalment'), name='an_instalment_comes_back_once_in_a_return')],
                'triggers': [pgtrigger.compiler.Trigger(name='is_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5d9e87586222867c2e5f485833c9ecf3f5f6dd1b', operation='UPDATE OR DELETE', pgid='pgtrigger_is_never_changed_623e8', table='budget_returnline', when='BEFORE')), pgtrigger.compiler.Trigger(name='is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;", hash='d47b9a76baf3f825a2ee324c557c72676cce0c99', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_is_never_emptied_69a6a', table='budget_returnline', when='BEFORE'))],
            },
        ),
        migrations.AddField(
            model_name='Posting',
            name='proposal',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='budget.proposal'),
        ),
        skolefleks.triggers.InstallTriggers(),
    ]
