"""What is typed of measurements: a voice's answers to all goals, and a correction of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms

from skolefleks.danish import DayField, today
from skolefleks.forms import Form
from skolefleks.textfields import Line, LongText, OneDecimal
from visitation.measurements.actions import Answer
from visitation.models import Measurement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.forms import BoundField
    from django.http import QueryDict

    from visitation.models import EffortGoal

Voice = Measurement.Voice
How = Measurement.How
FilledInBy = Measurement.FilledInBy

LARGEST_FIGURE = 99_999

NOT_MEASURED = [("", "Er målt"), *Measurement.NotMeasured.choices]

# The pupil's own screen writes that itself: nobody chooses it.
WAYS = [choice for choice in How.choices if choice[0] != How.SCREEN]

# What a voice speaks for itself, and what somebody else may
# write down.
SPEAKS_ITSELF = (Voice.SCHOOL, Voice.PPR)


def value_field(label: str) -> OneDecimal:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "sf-tiny"})
    return OneDecimal(
        label,
        max_value=LARGEST_FIGURE,
        widget=widget,
        error_messages={"invalid": "Skriv et tal, for eksempel 4 eller 4,5."},
    )


def filled_in_by_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="Hvem har svaret?",
        coerce=FilledInBy,
        choices=FilledInBy.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg, hvem der har svaret."},
    )


def how_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="Hvordan?",
        coerce=How,
        choices=WAYS,
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg, hvordan der er målt."},
    )


class GoalFields(NamedTuple):
    """One goal on the page, with its fields."""

    goal: EffortGoal
    value: BoundField
    not_measured: BoundField
    why: BoundField


class MeasurementsForm(Form):
    """What one voice says of all goals on one day; a goal left empty is not answered."""

    measured_on = DayField(
        label="Dag", error_messages={"required": "Skriv, hvilken dag der er målt."}
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        voice: Measurement.Voice,
        goals: Sequence[EffortGoal],
    ) -> None:
        super().__init__(data, initial={"measured_on": today()})
        self.goals = goals
        # School and PPR speak for themselves: asking who
        # answered would be odd.
        if voice not in SPEAKS_ITSELF:
            self.fields["filled_in_by"] = filled_in_by_field()
        self.fields["how"] = how_field()
        for goal in goals:
            number = goal.number
            self.fields[f"value-{number}"] = value_field(f"Svar på mål {number}")
            self.fields[f"not_measured-{number}"] = forms.ChoiceField(
                label="Ikke målt, fordi", choices=NOT_MEASURED, required=False
            )
            self.fields[f"why-{number}"] = Line("Bemærkning, hvis der ikke er målt")

    optional_fields = frozenset[str]()

    def rows(self) -> list[GoalFields]:
        """The goals with their fields, for the template."""
        rows = []
        for goal in self.goals:
            fields = [
                self[f"{name}-{goal.number}"]
                for name in ("value", "not_measured", "why")
            ]
            rows.append(GoalFields(goal, *fields))
        return rows

    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        answers = []
        for goal in self.goals:
            value = cleaned[f"value-{goal.number}"]
            not_measured = cleaned[f"not_measured-{goal.number}"]
            why = cleaned[f"why-{goal.number}"]
            # A remark alone is sent on as well: the act says
            # what is missing of it.
            if value is not None or not_measured or why:
                answers.append(Answer(goal, value, not_measured, why))
        return {
            "measured_on": cleaned["measured_on"],
            "filled_in_by": cleaned.get("filled_in_by", FilledInBy.SELF),
            "how": cleaned["how"],
            "answers": answers,
        }


class CorrectionForm(Form):
    """The right value of a measurement, and why the first one was wrong."""

    value = value_field("Værdi")
    not_measured = forms.ChoiceField(
        label="Ikke målt, fordi", choices=NOT_MEASURED, required=False
    )
    why = Line("Bemærkning, hvis der ikke er målt")
    filled_in_by = filled_in_by_field()
    how = how_field()
    reason = LongText(
        "Hvorfor rettes målingen?", "Den gamle bliver stående ved siden af.", rows=2
    )

    optional_fields = frozenset(("value", "not_measured", "why"))

    def __init__(self, data: QueryDict | None, *, measurement: Measurement) -> None:
        initial = {name: getattr(measurement, name) for name in self.base_fields}
        # The reason of an earlier correction is none for this
        # one.
        initial["reason"] = ""
        super().__init__(data, initial=initial)
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = (
            "Skriv, hvorfor målingen rettes."
        )
