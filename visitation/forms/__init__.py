"""What the committee types, by noun."""

from visitation.forms.deciding import DecisionForm, NoteForm, TermsForm
from visitation.forms.forecast import ForecastForm
from visitation.forms.meetings import (
    AgendaForm,
    AttendanceForm,
    ChangeMeetingForm,
    PlanForm,
    WordsForm,
)
from visitation.forms.queue import QueueFilter

__all__ = (
    "AgendaForm",
    "AttendanceForm",
    "ChangeMeetingForm",
    "DecisionForm",
    "ForecastForm",
    "NoteForm",
    "PlanForm",
    "QueueFilter",
    "TermsForm",
    "WordsForm",
)
