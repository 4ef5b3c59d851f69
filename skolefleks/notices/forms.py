"""The ground floor's own pages: the demo's sign-in, the access log, and what is said when a request makes no sense."""

from __future__ import annotations

from django import forms

from skolefleks.models import MailChoice


class MailForm(forms.Form):
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
