"""What the committee types, by noun."""

from visitation.forms.assessments import AssessmentForm
from visitation.forms.deciding import DecisionForm, EndForm, NoteForm, RefuseForm, TermsForm
from visitation.forms.forecast import ForecastForm
from visitation.forms.law import ClassificationForm, HearingAnswerForm, HearingForm
from visitation.forms.meetings import AgendaForm, AttendanceForm, ChangeMeetingForm, PlanForm, WordsForm
from visitation.forms.questions import AnswerForm, QuestionForm
from visitation.forms.queue import BulkForm, QueueFilter, ViewForm
from visitation.forms.recusals import DeclareForm, LiftForm, RecuseForm

__all__ = (
    "AgendaForm",
    "AnswerForm",
    "AssessmentForm",
    "AttendanceForm",
    "BulkForm",
    "ChangeMeetingForm",
    "ClassificationForm",
    "DecisionForm",
    "DeclareForm",
    "EndForm",
    "ForecastForm",
    "HearingAnswerForm",
    "HearingForm",
    "LiftForm",
    "NoteForm",
    "PlanForm",
    "QuestionForm",
    "QueueFilter",
    "RecuseForm",
    "RefuseForm",
    "TermsForm",
    "ViewForm",
    "WordsForm",
)
