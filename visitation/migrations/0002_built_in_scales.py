"""Three scales that every municipality begins with."""

from django.db import migrations

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

    replaces = [
        ('visitation', '0009_measurements'),
    ]

    dependencies = [
        ('visitation', '0001_tables'),
    ]

    operations = [
        migrations.RunPython(build_in_scales, migrations.RunPython.noop),
    ]
