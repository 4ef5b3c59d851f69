"""One's own choice of when mail comes."""

from __future__ import annotations

from typing import Any

from django import forms

from skolefleks.forms import Form
from skolefleks.models import MailChoice


class MailForm(Form):
    mail_choice = forms.ChoiceField(
        label="Hvornår vil du have mail?",
        help_text="Ingen mail indeholder personoplysninger: kun sagsnummer og link.",
        choices=MailChoice.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, hvornår du vil have mail.",
            "invalid_choice": "Vælg en af de tre.",
        },
    )

    def arguments(self) -> dict[str, Any]:
        return {"mail_choice": MailChoice(self.cleaned_data["mail_choice"])}
