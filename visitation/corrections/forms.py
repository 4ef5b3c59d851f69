"""What the committee types to correct a decision, and to end a grant before its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.core.exceptions import ValidationError

from applications.models import TEXT
from skolefleks.danish import DayField, day
from skolefleks.textfields import FreeText, text_area
from visitation.corrections import actions, rules
from visitation.decisions import forms as decision_forms
from visitation.decisions import terms_form
from visitation.ways.forms import WayForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import QueryDict

    from applications.models import PupilCase
    from visitation.models import Decision, Grant

# A decision that the school knows of is not put off any more.
OUTCOMES = [
    (value, label)
    for value, label in decision_forms.OUTCOMES
    if value not in {decision_forms.Outcome.POSTPONED, decision_forms.WAITING}
]


class CorrectionForm(decision_forms.DecisionForm):
    """The new decision, filled in with the old one."""

    days_before = forms.ChoiceField(
        label="Begynder den nye bevilling senere, hvad så med dagene før?",
        choices=[
            (terms_form.KEPT, "Den gamle bevilling løber til dagen før"),
            (
                terms_form.GIVEN_BACK,
                "Indsatsen var ikke begyndt: dagene er ikke bevilget mere",
            ),
        ],
        required=False,
        widget=forms.RadioSelect(attrs={"data-terms": ""}),
    )

    old: Grant | None = None

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
            "days_before": terms_form.KEPT,
            "conditions": grant.conditions,
        }
        # The days that are set, not the suggestions: some may have been
        # changed.
        days = [follow_up.due_on for follow_up in grant.follow_ups.all()]
        form = cls(data, initial=initial, follow_ups=days)
        form.pupil_case = decision.pupil_case
        form.keeps_first_day = True
        form.old = grant
        return form

    @classmethod
    def of_wish(cls, data: QueryDict | None, pupil_case: PupilCase) -> Self:
        """The form after a rejection: there is nothing to run until the day before."""
        form = super().of_wish(data, pupil_case)
        del form.fields["days_before"]
        return form

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_late = cleaned.get("days_before") == terms_form.GIVEN_BACK
        if self.is_granting and is_late and cleaned.get("starts_on"):
            reason = rules.why_not_late(cleaned["starts_on"], self.old)
            if reason:
                self.add_error("days_before", reason)
        return cleaned

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
