"""The names of a meeting's pupils, taken out of what is written at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.models import PupilCase
from skolefleks import pdf_text
from visitation.minutes import rules as minutes_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from applications.models import Application
    from visitation.models import Meeting


def without_names(meeting: Meeting, text: str) -> str:
    """The text with initials for the names of all pupils on the agenda. Takes one query."""
    if not text.strip():
        return text
    applications = meeting.items.values("application")
    pupil_cases = PupilCase.objects.filter(application__in=applications)
    return pdf_text.name_remover(minutes_rules.replacements(pupil_cases))(text)


def marks_of(applications: Iterable[Application]) -> set[str]:
    """What is written at a meeting calls the cases by: numbers, and the pupils' initials."""
    marks: set[str] = set()
    for application in applications:
        marks |= {application.number, *application.initials}
    return marks


def is_about(text: str, marks: Collection[str]) -> bool:
    """Whether the text names a case that has one of the marks."""
    return any(mark in text for mark in marks)
