"""What the committee types, by noun."""

from visitation.forms.assessments import (
    AssessmentForm,
)
from visitation.forms.deciding import (
    DecisionForm,
    NoteForm,
    TermsForm,
)
from visitation.forms.forecast import (
    ForecastForm,
)
from visitation.forms.meetings import (
    AgendaForm,
    AttendanceForm,
    ChangeMeetingForm,
    PlanForm,
    WordsForm,
)
from visitation.forms.questions import (
    AnswerForm,
    QuestionForm,
)
from visitation.forms.queue import (
    BulkForm,
    QueueFilter,
    ViewForm,
)

__all__ = (
    "AgendaForm",
    "AnswerForm",
    "AssessmentForm",
    "AttendanceForm",
    "BulkForm",
    "ChangeMeetingForm",
    "DecisionForm",
    "ForecastForm",
    "NoteForm",
    "PlanForm",
    "QuestionForm",
    "QueueFilter",
    "TermsForm",
    "ViewForm",
    "WordsForm",
)
