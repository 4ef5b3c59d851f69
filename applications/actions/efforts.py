"""What the school's list must know of a granted effort, told by the floor above when it is the school's to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.models import Application

if TYPE_CHECKING:
    from datetime import date


def note_effort(application: Application, *, ends_on: date | None) -> None:
    """The last day of the case's last running grant, None without one. In the transaction of the act that decided it."""
    application.effort_ends_on = ends_on
    Application.objects.filter(pk=application.pk).update(effort_ends_on=ends_on)
