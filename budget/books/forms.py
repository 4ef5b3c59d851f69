"""The days that the pages of the books are asked for."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from skolefleks.danish import DayField, today


class DayForm(forms.Form):
    """The day to look at the books of (`dag` in the address)."""

    dag = DayField(label="Ved udgangen af", required=False)
    optional_fields = ()


class PastDayForm(forms.Form):
    """The day to look back to (`den` in the address); today is no look back, but the same."""

    den = DayField(label="Se tilbage til", help_text="", required=False)
    optional_fields = ()

    def clean_den(self) -> date | None:
        day: date | None = self.cleaned_data["den"]
        if day and day > today():
            raise ValidationError("Vælg en dag, der ikke ligger efter i dag.")
        return day
