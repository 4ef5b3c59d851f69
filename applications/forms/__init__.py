"""The forms of an application. Saving asks for well-formed input only; what must be there is `completeness`' to say."""

from applications.forms.acts import InviteForm, NewForm, WithdrawForm
from applications.forms.dialogue import ChallengeForm, CorrectionForm, EntryForm, StatementForm
from applications.forms.goals import GoalRows
from applications.forms.measures import Measures, PlannedMeasures, TriedMeasures
from applications.forms.pupil import PupilForm
from applications.forms.rows import MOVES, Rows
from applications.forms.steps import CooperationForm, EnvironmentForm, LeadershipForm, PlanForm
from applications.forms.words import StepForm

__all__ = [
    "MOVES",
    "ChallengeForm",
    "CooperationForm",
    "CorrectionForm",
    "EntryForm",
    "EnvironmentForm",
    "GoalRows",
    "InviteForm",
    "LeadershipForm",
    "Measures",
    "NewForm",
    "PlanForm",
    "PlannedMeasures",
    "PupilForm",
    "Rows",
    "StatementForm",
    "StepForm",
    "TriedMeasures",
    "WithdrawForm",
]
