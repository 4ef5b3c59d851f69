"""Saved views forget a CPR number that somebody searched for before addresses refused it."""

from urllib.parse import parse_qsl, urlencode

from django.db import migrations

from skolefleks import cpr


def forget_numbers(apps, schema_editor):
    SavedView = apps.get_model("visitation", "SavedView")
    for view in SavedView.objects.all():
        pairs = parse_qsl(view.query)
        kept = [(name, value) for name, value in pairs if not cpr.is_held_in(value)]
        name = cpr.struck_from(view.name)[:60]
        if len(kept) < len(pairs) or name != view.name:
            SavedView.objects.filter(pk=view.pk).update(
                query=urlencode(kept), name=name
            )


class Migration(migrations.Migration):
    dependencies = [("visitation", "0003_tariff_versions")]

    operations = [migrations.RunPython(forget_numbers, migrations.RunPython.noop)]
