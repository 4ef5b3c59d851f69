"""The forms of an application. Saving asks for well-formed input only; what must be there is `completeness`' to say."""

from applications.forms.acts import InviteForm, NewForm, WithdrawForm
from applications.forms.measures import Measures, PlannedMeasures, TriedMeasures
from applications.forms.pupil import PupilForm
from applications.forms.steps import CooperationForm, EnvironmentForm, LeadershipForm, PlanForm
from applications.forms.words import StepForm

__all__ = [
    "CooperationForm",
    "EnvironmentForm",
    "InviteForm",
    "LeadershipForm",
    "Measures",
    "NewForm",
    "PlanForm",
    "PlannedMeasures",
    "PupilForm",
    "StepForm",
    "TriedMeasures",
    "WithdrawForm",
]
