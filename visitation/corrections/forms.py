"""What the committee types to correct a decision, and to end a grant before its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError

from applications.models import TEXT
from skolefleks.danish import DayField, day
from skolefleks.textfields import FreeText, text_area
from visitation.corrections import actions, rules
from visitation.decisions import forms as decision_forms
from visitation.ways.forms import WayForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import QueryDict

    from visitation.models import Decision, Grant

# A decision that the school knows of is not put off any more.
OUTCOMES = [
    (value, label)
    for value, label in decision_forms.OUTCOMES
    if value not in {decision_forms.Outcome.POSTPONED, decision_forms.WAITING}
]


class CorrectionForm(decision_forms.DecisionForm):
    """The new decision, filled in with the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Everything else of the field stays.
        outcome: Any = self.fields["outcome"]
        outcome.choices = OUTCOMES

    @classmethod
    def of_grant(
        cls, data: QueryDict | None, decision: Decision, grant: Grant
    ) -> Self:
        """The form, filled in with what was granted and why."""
        initial = {
            "outcome": decision_forms.Outcome.GRANTED,
            "weight": decision.weight,
            "tariff": grant.tariff,
            "deviation": decision.deviation or "",
            "starts_on": grant.starts_on,
            "ends_on": grant.last_day,
            "conditions": grant.conditions,
        }
        # The days that are set, not the suggestions: some may have been
        # changed.
        days = [follow_up.due_on for follow_up in grant.follow_ups.all()]
        form = cls(data, initial=initial, follow_ups=days)
        form.pupil_case = decision.pupil_case
        form.keeps_first_day = True
        return form

    def act(self) -> Callable[..., object]:
        if self.is_sent_round:
            return self.send()
        return actions.correct

    def arguments(self) -> dict[str, Any]:
        return {
            "terms": self.terms(),
            "grounds": self.grounds_in_full(),
            "way": self.chosen_way(),
        }


class EndForm(WayForm):
    """A grant's last day, before its time."""

    ended_on = DayField(label="Bevillingens sidste dag")
    grounds = FreeText(
        label="Begrundelse",
        max_length=TEXT,
        widget=text_area(5),
        help_text="Hvorfor indsatsen slutter nu. Skolen læser den.",
    )

    optional_fields = ()

    def __init__(self, data: QueryDict | None, *, grant: Grant) -> None:
        super().__init__(data)
        self.grant = grant

    def act(self) -> Callable[..., object]:
        if self.is_sent_round:
            return self.send()
        return actions.end_early

    def arguments(self) -> dict[str, Any]:
        return {
            "on": self.cleaned_data["ended_on"],
            "grounds": self.cleaned_data["grounds"],
            "way": self.chosen_way(),
        }

    def clean_ended_on(self) -> date:
        last_day: date = self.cleaned_data["ended_on"]
        if not rules.can_end_on(self.grant, last_day):
            first = day(self.grant.starts_on)
            end = day(self.grant.ends_on)
            raise ValidationError(f"Vælg en dag fra {first} og før {end}.")
        return last_day
