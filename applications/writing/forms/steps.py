"""What is written once for the whole application: environment, cooperation, leadership."""

from __future__ import annotations

from typing import Any

from applications.fields import rules
from applications.fields.declarations import COOPERATION, ENVIRONMENT, LEADERSHIP
from applications.models import Application
from applications.writing.forms.declared import (
    field_maker,
    names_of,
    optional_names_of,
    sections_of,
)
from applications.writing.forms.stepform import StepForm


class EnvironmentForm(StepForm):
    """Why the pupils are helped together is asked where there are several."""

    block = ENVIRONMENT.kind
    sections = sections_of(ENVIRONMENT)
    optional_fields = optional_names_of(ENVIRONMENT)

    class Meta:
        model = Application
        fields = names_of(ENVIRONMENT)
        formfield_callback = field_maker(ENVIRONMENT)

    def __init__(self, *args: Any, pupils: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_asked_about = "environment.joint_reason" in self.instance.asks
        if pupils < 2 and not self.instance.joint_reason and not is_asked_about:
            del self.fields["joint_reason"]


class PlanForm(StepForm):
    """The step holds measures and goals only."""

    block = "plan"

    class Meta:
        model = Application
        fields = ()


class CooperationForm(StepForm):
    """PPR for all; the rest by the pupils' ages, and all of it where no age is known."""

    block = COOPERATION.kind
    sections = sections_of(COOPERATION)
    optional_fields = optional_names_of(COOPERATION)

    class Meta:
        model = Application
        fields = names_of(COOPERATION)
        formfield_callback = field_maker(COOPERATION)

    def __init__(self, *args: Any, ages: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ages = ages

        for field in COOPERATION.fields:
            # What is written or asked for is never out of sight.
            is_written = bool(getattr(self.instance, field.name))
            is_asked_about = f"cooperation.{field.name}" in self.instance.asks
            if is_written or is_asked_about or rules.is_asked_of_ages(field, ages):
                continue
            del self.fields[field.name]


class LeadershipForm(StepForm):
    """Who leads, who presents the case, and by which rule."""

    block = LEADERSHIP.kind
    sections = sections_of(LEADERSHIP)
    optional_fields = optional_names_of(LEADERSHIP)

    class Meta:
        model = Application
        fields = names_of(LEADERSHIP)
        formfield_callback = field_maker(LEADERSHIP)
