"""What a chief types to close a year: what becomes of each frame's unused money, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from budget.closing import rules
from budget.proposals.forms import ReasonField
from skolefleks.danish import kr
from skolefleks.forms import Form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

    from budget.models import FundingSource


class ClosingForm(Form):
    """A choice for each frame, filled with the rule of the settings."""

    reason = ReasonField()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        year: int,
        unused: Mapping[FundingSource, int],
    ) -> None:
        super().__init__(data)
        self.year = year
        self.sources = {f"source_{source.pk}": source for source in unused}
        for name, source in self.sources.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{source.name} ({source.centre_id}): {kr(unused[source])} er ubrugt",
                choices=[
                    (rules.CARRY, f"Føres over til {year + 1}"),
                    (rules.GIVE_BACK, "Gives tilbage til rammen"),
                ],
                initial=rules.rule_of(source),
                widget=forms.RadioSelect,
            )
        self.order_fields([*self.sources, "reason"])

    def arguments(self) -> dict[str, Any]:
        choices = {
            source: self.cleaned_data[name] for name, source in self.sources.items()
        }
        return {"choices": choices, "reason": self.cleaned_data["reason"]}
