from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0001_tables'),
        ('skolefleks', '0002_installation_and_seals'),
        ('visitation', '0002_built_in_scales'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(condition=models.Q(('status', 'annulled'), _negated=True), fields=['pupil', 'starts_on'], include=('ended_on', 'ends_on'), name='grants_of_a_pupil_in_order'),
        ),
    ]
