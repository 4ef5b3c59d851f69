"""No two scales of one name, however its letters are written and whoever came first."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("visitation", "0027_free_points")]

    operations = [
        migrations.AddConstraint(
            model_name="scale",
            constraint=models.UniqueConstraint(
                Lower("name"), name="each_scale_has_its_own_name"
            ),
        ),
    ]
