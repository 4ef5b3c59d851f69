"""What a chief types when payments came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms

from budget.proposals.forms import ReasonField
from skolefleks.danish import DayField, kr
from skolefleks.forms import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from budget.models import Instalment


class ReturnForm(Form):
    """Which lines of a run came back, when and why."""

    keys = forms.MultipleChoiceField(
        label="Rater, der er kommet tilbage eller ikke er betalt",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Vælg mindst én rate."},
    )
    on = DayField(
        label="Kom tilbage den",
        help_text="Dagen, hvor banken eller økonomisystemet afviste eller tilbageførte beløbet",
    )
    reason = ReasonField()

    def __init__(
        self, data: QueryDict | None, *, instalments: Sequence[Instalment]
    ) -> None:
        super().__init__(data)
        # Of the run as it is now: what came back already is no choice.
        keys: Any = self.fields["keys"]
        choices = []
        for row in instalments:
            label = f"{row.payee}, {row.text}, {row.pool_id}: {kr(row.amount)}"
            choices.append((str(row.pk), label))
        keys.choices = choices

    def arguments(self) -> dict[str, Any]:
        keys = [UUID(key) for key in self.cleaned_data["keys"]]
        return {**self.cleaned_data, "keys": keys}
