"""What the committee types, by noun."""

from visitation.forms.deciding import DecisionForm, NoteForm, TermsForm
from visitation.forms.forecast import ForecastForm
from visitation.forms.queue import QueueFilter

__all__ = (
    "DecisionForm",
    "ForecastForm",
    "NoteForm",
    "QueueFilter",
    "TermsForm",
)
