"""The worker's Celery application; its settings are the CELERY_ ones of `settings.py`."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import beat_init, heartbeat_sent, task_success, worker_init

# The worker is started with the application alone, without `manage.py`.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skolefleks.settings")

app = Celery("skolefleks", task_cls="skolefleks.setup.task:OneReadingTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
@worker_init.connect
def examine(**_: object) -> None:
    """Ends the process, with words, where the database's role or the keys are wrong."""
    # Django's models are there from now on, and were not when this module was read.
    from skolefleks.operations import start

    start.of_a_process()


@heartbeat_sent.connect
def keep_pulse(**_: object) -> None:
    """Touch a file with each beat, for whoever asks whether this worker is alive.

    It beats only while it is connected, and not while it stands still.
    """
    from django.conf import settings

    if settings.PULSE_FILE:
        Path(settings.PULSE_FILE).touch()


@task_success.connect
def note_success(sender: Any, **_: object) -> None:
    """Keep when each task was last done, for the page of operations."""
    from django.core.cache import cache
    from django.utils import timezone

    from skolefleks.operations.facts import ran_key

    at = timezone.now().isoformat()
    cache.set(ran_key(sender.name), at, timeout=None)
