"""Pupils and applications: who it is about, what was tried, what is planned.

Texts about a child lie encrypted. Everything may be blank: a draft holds what is written so far.
What a submitted application must hold stands in `fields.rules`.
"""

from applications.models.applications import (
    Application,
    ApplicationQuerySet,
)
from applications.models.counters import CaseCounter
from applications.models.dialogue import DialogueEntry, DialogueShare, Statement
from applications.models.goals import Goal
from applications.models.handovers import HandOver
from applications.models.invitations import Capacity, Invitation
from applications.models.measures import PlannedMeasure, TriedMeasure
from applications.models.papers import Paper, PaperPage
from applications.models.pupils import Pupil, PupilCase
from applications.models.recusals import Recusal
from applications.models.submissions import Submission, SubmissionChanges
from skolefleks.textfields import LINE, TEXT

__all__ = (
    "LINE",
    "TEXT",
    "Application",
    "ApplicationQuerySet",
    "Capacity",
    "CaseCounter",
    "DialogueEntry",
    "DialogueShare",
    "Goal",
    "HandOver",
    "Invitation",
    "Paper",
    "PaperPage",
    "PlannedMeasure",
    "Pupil",
    "PupilCase",
    "Recusal",
    "Statement",
    "Submission",
    "SubmissionChanges",
    "TriedMeasure",
)
