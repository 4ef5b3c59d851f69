"""The ground floor: people, places, rights, the trail, and how the parts are set together."""

from skolefleks.celery import app as celery_app

__all__ = ("celery_app",)
