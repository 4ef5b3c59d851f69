"""The worker's Celery application; its settings are the CELERY_ ones of `settings.py`."""

import os

from celery import Celery

# The worker is started with the application alone, without `manage.py`.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skolefleks.settings")

app = Celery("skolefleks")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
