"""The worker's Celery application; its settings are the CELERY_ ones of `settings.py`."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

# The worker is started with the application alone, without `manage.py`.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skolefleks.settings")

app = Celery("skolefleks")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
@worker_init.connect
def examine(**_: object) -> None:
    """Ends the process, with words, where the database's role or the keys are wrong."""
    # Django's models are there from now on, and were not when this module was read.
    from skolefleks.operations import start

    start.of_a_process()
