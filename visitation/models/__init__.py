"""What the committee decides, meets about, asks and writes. Texts lie encrypted."""

from visitation.models import links  # noqa: F401 (registers what the money's pages link to)
from visitation.models.amendments import Amendment
from visitation.models.assessments import (
    Assessment,
    Question,
    Reading,
    SavedView,
    items_under_way,
)
from visitation.models.closings import (
    ClosingGoal,
    ClosingReport,
    Exam,
    Now,
    Whereabouts,
)
from visitation.models.conditions import EffortCondition
from visitation.models.decisions import CeilingAnswer, Decision, Participant
from visitation.models.documents import Document, GivenText, JournalEntry
from visitation.models.efforts import (
    Effort,
    EffortContact,
    EffortDelay,
    EffortGoal,
    EffortPhase,
    PlanMeasure,
)
from visitation.models.evaluations import (
    ChiefText,
    Evaluation,
    EvaluationPaper,
    EvaluationSignature,
    EvaluationVersion,
)
from visitation.models.events import MeetingEvent
from visitation.models.follow_ups import (
    FollowUpReminder,
    FollowUpVoice,
    FollowUpWindow,
    StatusReport,
)
from visitation.models.grants import FollowUp, Grant, later_of
from visitation.models.indexing import PriceIndex, TariffStep, TariffVersion
from visitation.models.law import Classification, Hearing
from visitation.models.measurements import Measurement, Scale
from visitation.models.meetings import AgendaItem, Attendance, FreePoint, Meeting
from visitation.models.packs import MeetingPack
from visitation.models.rounds import RoundAnswer, WrittenRound
from visitation.models.screens import Screen, ScreenQuestion
from visitation.models.waiting import WaitingPlace

__all__ = (
    "AgendaItem",
    "Amendment",
    "Assessment",
    "Attendance",
    "CeilingAnswer",
    "ChiefText",
    "Classification",
    "ClosingGoal",
    "ClosingReport",
    "Decision",
    "Document",
    "Effort",
    "EffortCondition",
    "EffortContact",
    "EffortDelay",
    "EffortGoal",
    "EffortPhase",
    "Evaluation",
    "EvaluationPaper",
    "EvaluationSignature",
    "EvaluationVersion",
    "Exam",
    "FollowUp",
    "FollowUpReminder",
    "FollowUpVoice",
    "FollowUpWindow",
    "FreePoint",
    "GivenText",
    "Grant",
    "Hearing",
    "JournalEntry",
    "Measurement",
    "Meeting",
    "MeetingEvent",
    "MeetingPack",
    "Now",
    "Participant",
    "PlanMeasure",
    "PriceIndex",
    "Question",
    "Reading",
    "RoundAnswer",
    "SavedView",
    "Scale",
    "Screen",
    "ScreenQuestion",
    "StatusReport",
    "TariffStep",
    "TariffVersion",
    "WaitingPlace",
    "Whereabouts",
    "WrittenRound",
    "items_under_way",
    "later_of",
)
