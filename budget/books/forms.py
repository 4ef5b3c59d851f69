"""The days that the pages of the books are asked for."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError

from skolefleks.danish import DayField, today
from skolefleks.forms import Form


class DayForm(Form):
    """The day to look at the books of; the address calls it `dag`."""

    day = DayField(label="Ved udgangen af", required=False)
    optional_fields = ()

    def add_prefix(self, field_name: str) -> str:
        # Django asks with the field's id too, which is none of the names.
        return {"day": "dag"}.get(field_name, field_name)


class PastDayForm(Form):
    """The day to look back to; the address calls it `den`. Today is no look back, but the same."""

    day = DayField(label="Se tilbage til", help_text="", required=False)
    optional_fields = ()

    def add_prefix(self, field_name: str) -> str:
        return {"day": "den"}.get(field_name, field_name)

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and day > today():
            raise ValidationError("Vælg en dag, der ikke ligger efter i dag.")
        return day
