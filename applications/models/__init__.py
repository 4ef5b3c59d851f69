"""Pupils and applications: who it is about, what was tried, what is planned. Texts about a child lie encrypted.

Everything may be blank: a draft holds what is written so far. What a submitted application must hold stands in
`completeness`.
"""

from applications.models.applications import LINE, TEXT, Application, ApplicationQuerySet, CaseCounter, Invitation
from applications.models.measures import PlannedMeasure, TriedMeasure
from applications.models.pupils import Pupil, PupilCase

__all__ = (
    "LINE",
    "TEXT",
    "Application",
    "ApplicationQuerySet",
    "CaseCounter",
    "Invitation",
    "PlannedMeasure",
    "Pupil",
    "PupilCase",
    "TriedMeasure",
)
