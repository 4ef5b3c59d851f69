"""How the goals are asked on a screen, and what is answered there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from skolefleks.forms import Form
from skolefleks.textfields import LARGEST, LongText
from visitation.measurements.actions import Answer
from visitation.models import Measurement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import QueryDict

    from visitation.models import EffortGoal, ScreenQuestion

NotMeasured = Measurement.NotMeasured

# The faces, from the saddest to the gladdest; two values of the
# scale share one.
VALUES = range(1, 11)
NO_VALUE = {
    NotMeasured.UNSURE: "Jeg ved det ikke",
    NotMeasured.DECLINED: "Jeg vil ikke svare",
}


class HandOverForm(Form):
    """The goals in words for the one who answers; one field a goal."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        goals: Sequence[EffortGoal],
        words: Mapping[int, str],
    ) -> None:
        super().__init__(data)
        self.goals = goals
        for goal in goals:
            name = f"words-{goal.number}"
            self.fields[name] = LongText(
                f"Mål {goal.number}, som du vil spørge om det",
                "Kort, og uden navne: der står ikke, hvem skærmen er givet til.",
                rows=2,
            )
            self.initial[name] = words[goal.number]

    optional_fields = frozenset[str]()

    def arguments(self) -> dict[str, Any]:
        words = {}
        for goal in self.goals:
            words[goal.number] = self.cleaned_data[f"words-{goal.number}"]
        return {"words": words}


class AnswerForm(Form):
    """One answer: a value on the scale, or that there is none."""

    # The goal that was on the page: an old page answers no other.
    number = forms.IntegerField(
        min_value=1, max_value=LARGEST, widget=forms.HiddenInput
    )
    answer = forms.ChoiceField(
        choices=[
            *((str(value), str(value)) for value in VALUES),
            *((reason.value, label) for reason, label in NO_VALUE.items()),
        ],
        error_messages={"required": "Tryk på et ansigt først."},
    )

    def __init__(self, data: QueryDict | None, *, question: ScreenQuestion) -> None:
        super().__init__(data)
        self.question = question

    def arguments(self) -> dict[str, Any]:
        # A number is a value, anything else that is on the list
        # is a reason for none.
        text = self.cleaned_data["answer"]
        answer = Answer(self.question.goal, None, text)
        if text.isdecimal():
            answer = Answer(self.question.goal, Decimal(text))
        return {"number": self.cleaned_data["number"], "answer": answer}
