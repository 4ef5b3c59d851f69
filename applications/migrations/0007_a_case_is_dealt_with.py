from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0006_papers_in_quarantine")]

    operations = [
        migrations.AlterField(
            model_name="application",
            name="status",
            field=models.CharField(
                choices=[
                    ("challenge", "Udfordring"),
                    ("draft", "Kladde"),
                    ("submitted", "Hos udvalget"),
                    ("sent_back", "Mangler oplysninger"),
                    ("withdrawn", "Trukket tilbage"),
                    ("closed", "Behandlet"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
    ]
