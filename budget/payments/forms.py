"""What a centre chief types about payments: up to which day, and on which day it was paid."""

from __future__ import annotations

from typing import Any

from django import forms

from skolefleks.danish import DayField
from skolefleks.forms import Form
from skolefleks.textfields import FreeText


class ProposeForm(Form):
    """Which instalments are to be paid."""

    until = DayField(label="Rater, der forfalder til og med")
    reason = FreeText(
        label="Hvorfor der betales, før det forfalder",
        help_text="Kun hvis nogle af raterne forfalder senere end om få bankdage",
        max_length=500,
        required=False,
        widget=forms.TextInput(),
    )

    optional_fields = ("reason",)


class PaidForm(Form):
    """When the finance system paid."""

    paid_on = DayField(
        label="Betalt den",
        help_text="Bankdagen, hvor økonomisystemet betalte, for eksempel 30.09.2026",
    )

    def arguments(self) -> dict[str, Any]:
        return {"on": self.cleaned_data["paid_on"]}
