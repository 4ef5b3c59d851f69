"""What runs by itself, and when. Celery's beat reads it; settings.py hands it over."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

# A number is seconds between two runs; a crontab is Danish time.
SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "skolefleks.tasks.beat_heart", "schedule": 10.0},
    "sweep-outbox": {"task": "skolefleks.tasks.sweep_outbox", "schedule": 30.0},
    "seal-access-log": {"task": "skolefleks.tasks.seal_access_log", "schedule": 60.0},
    "tidy": {"task": "skolefleks.tasks.tidy", "schedule": 3600.0},
    "tidy-papers": {"task": "applications.tasks.tidy_papers", "schedule": 86_400.0},
    "remind-of-still-cases": {
        "task": "applications.tasks.remind_of_still_cases",
        "schedule": crontab(hour=6, minute=30),
    },
    "end-efforts": {
        "task": "visitation.tasks.end_efforts",
        "schedule": crontab(hour=5, minute=0),
    },
    "remove-packs": {
        "task": "visitation.tasks.remove_packs",
        "schedule": crontab(hour=5, minute=10),
    },
    "remind-of-follow-ups": {
        "task": "visitation.tasks.remind_of_follow_ups",
        "schedule": crontab(hour=6, minute=40),
    },
    "ask-for-whereabouts": {
        "task": "visitation.tasks.ask_for_whereabouts",
        "schedule": crontab(hour=6, minute=50),
    },
    "remind-of-unsigned-texts": {
        "task": "skolefleks.tasks.remind_of_unsigned_texts",
        "schedule": crontab(hour=6, minute=20),
    },
    "digests": {
        "task": "skolefleks.tasks.post_digests",
        "schedule": crontab(hour=7, minute=0),
    },
    "propose-payments": {
        "task": "budget.tasks.propose_payments",
        "schedule": crontab(hour=6, minute=0),
    },
    "prove-books": {
        "task": "budget.tasks.prove_books",
        "schedule": crontab(hour=2, minute=15),
    },
    "settle-payments": {"task": "budget.tasks.settle_payments", "schedule": 60.0},
}
