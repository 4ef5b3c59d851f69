import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0001_tables'),
        ('skolefleks', '0002_installation_and_seals'),
        ('visitation', '0003_grants_in_order'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(django.db.models.functions.comparison.Coalesce('ended_on', 'ends_on'), condition=models.Q(('status', 'annulled'), _negated=True), name='grants_by_last_day'),
        ),
    ]
