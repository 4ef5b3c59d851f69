"""A task of the worker sees one state of the settings, as a request does."""

from __future__ import annotations

from typing import Any

from celery import Task


class OneReadingTask(Task):  # type: ignore[type-arg]
    """Reads the settings at most once, however much it looks through."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # Django's models are not there yet when Celery reads this module.
        from skolefleks.setup import trade

        with trade.read_once():
            return super().__call__(*args, **kwargs)
