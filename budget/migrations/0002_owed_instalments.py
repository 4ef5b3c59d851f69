from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('budget', '0001_tables'),
        ('skolefleks', '0002_installation_and_seals'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='instalment',
            index=models.Index(condition=models.Q(('amount__lt', 0), ('status', 'planned')), fields=['amount'], name='instalments_owed'),
        ),
    ]
