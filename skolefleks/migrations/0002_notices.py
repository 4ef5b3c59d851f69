import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("skolefleks", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="mail_choice",
            field=models.CharField(
                choices=[
                    ("acting", "Straks, når jeg skal gøre noget; resten samlet én gang om dagen"),
                    ("at_once", "Straks hver gang"),
                    ("daily", "Alt samlet i én mail om dagen"),
                ],
                default="acting",
                max_length=8,
                verbose_name="mail",
            ),
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=40, verbose_name="sag")),
                ("text", models.CharField(max_length=200, verbose_name="besked")),
                ("path", models.CharField(max_length=200)),
                ("must_act", models.BooleanField(default=False, verbose_name="kræver handling")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("read_at", models.DateTimeField(null=True, verbose_name="læst")),
                ("mailed_at", models.DateTimeField(null=True, verbose_name="sendt som mail")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "-id"], name="ones_notices"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["user"], name="ones_unread_notices"
                    ),
                    models.Index(fields=["subject", "topic"], name="notices_by_subject"),
                ],
            },
        ),
    ]
