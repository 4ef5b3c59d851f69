"""What the committee types of one pupil or case: a decision, its correction or end, a question to the school."""

from __future__ import annotations

from django import forms

from applications.models import TEXT
from skolefleks.textfields import text_area, without_cpr


class RefuseForm(forms.Form):
    """Why a centre chief does not agree to a tariff above the ceiling."""

    reason = forms.CharField(
        label="Begrundelse, hvis du afviser",
        max_length=TEXT,
        required=False,
        widget=text_area(2),
        help_text="Udvalget læser den.",
    )
    optional_fields = ()

    def clean_reason(self) -> str:
        return without_cpr(self.cleaned_data["reason"])
