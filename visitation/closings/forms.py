"""What is typed at the end of an effort: the closing report, and where the pupil is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms

from skolefleks.forms import Form
from skolefleks.textfields import LongText
from visitation.models import ClosingGoal, Exam, Now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.forms import BoundField
    from django.http import QueryDict

    from visitation.closings.queries import GoalVerdicts
    from visitation.models import ClosingReport, EffortGoal

Verdict = ClosingGoal.Verdict

CHOOSE = ("", "Vælg")


class GoalFields(NamedTuple):
    """One goal on the page, with a field for each voice."""

    goal: EffortGoal
    fields: list[BoundField]


class ClosingForm(Form):
    """The closing report: saved half-written, or handed in."""

    worked = LongText("Det, der virkede", "Hvad gjorde en forskel for eleven?", rows=5)
    not_worked = LongText(
        "Det, der ikke virkede",
        "Hvad vil I ikke gøre igen? Er der ikke noget, så skriv det.",
        rows=4,
    )
    now = forms.ChoiceField(
        label="Hvor er eleven nu?", choices=[CHOOSE, *Now.choices], required=False
    )
    exam = forms.ChoiceField(
        label="Afgangsprøven", choices=[CHOOSE, *Exam.choices], required=False
    )
    what_now = LongText(
        "Hvad nu?", "Hvem holder øje, og hvad er aftalt om tiden efter?", rows=4
    )

    optional_fields = frozenset(("what_now",))

    def __init__(
        self,
        data: QueryDict | None,
        *,
        closing: ClosingReport,
        goals: Sequence[GoalVerdicts],
        asks_for_exam: bool,
    ) -> None:
        initial = {name: getattr(closing, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        self.goals = goals
        # Of a child in the third grade it would be a strange
        # question.
        if not asks_for_exam:
            del self.fields["exam"]
        for row in goals:
            for voice, verdict in row.verdicts:
                name = f"goal-{row.goal.number}-{voice.value}"
                self.fields[name] = forms.TypedChoiceField(
                    label=voice.label, coerce=Verdict, choices=Verdict.choices
                )
                self.initial[name] = verdict

    def rows(self) -> list[GoalFields]:
        """The goals with their fields, for the template."""
        rows = []
        for row in self.goals:
            names = [
                f"goal-{row.goal.number}-{voice.value}" for voice, _ in row.verdicts
            ]
            rows.append(GoalFields(row.goal, [self[name] for name in names]))
        return rows

    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        verdicts = {}
        for row in self.goals:
            number = row.goal.number
            for voice, _ in row.verdicts:
                verdicts[number, voice.value] = cleaned[f"goal-{number}-{voice.value}"]
        return {
            "worked": cleaned["worked"],
            "not_worked": cleaned["not_worked"],
            "what_now": cleaned["what_now"],
            "now": cleaned["now"],
            "exam": cleaned.get("exam", ""),
            "verdicts": verdicts,
        }


class WhereaboutsForm(Form):
    """Where the pupil is, some months after."""

    now = forms.ChoiceField(
        label="Hvor er eleven nu?",
        choices=[CHOOSE, *Now.choices],
        error_messages={"required": "Vælg, hvor eleven er nu."},
    )
    exam = forms.ChoiceField(
        label="Afgangsprøven", choices=[CHOOSE, *Exam.choices], required=False
    )
    note = LongText("Bemærkning", "Kun det, der er brug for at vide.", rows=3)

    optional_fields = frozenset(("note",))

    def __init__(self, data: QueryDict | None, *, asks_for_exam: bool) -> None:
        super().__init__(data)
        if not asks_for_exam:
            del self.fields["exam"]

    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "now": cleaned["now"],
            "exam": cleaned.get("exam", ""),
            "note": cleaned["note"],
        }
