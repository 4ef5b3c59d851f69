"""What the committee types of one pupil or case: a decision, its correction or end, a question to the school."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError

from applications.models import TEXT
from skolefleks.danish import DayField, day
from skolefleks.textfields import text_area, without_cpr
from visitation.models import Grant

if TYPE_CHECKING:
    from datetime import date

    from django.http import QueryDict


class EndForm(forms.Form):
    """A grant's last day, before its time."""

    ended_on = DayField(label="Bevillingens sidste dag")
    grounds = forms.CharField(
        label="Begrundelse",
        max_length=TEXT,
        widget=text_area(5),
        help_text="Hvorfor indsatsen slutter nu. Skolen læser den.",
    )
    optional_fields = ()

    def __init__(self, data: QueryDict | None, *, grant: Grant) -> None:
        super().__init__(data)
        self.grant = grant

    def clean_ended_on(self) -> date:
        chosen: date = self.cleaned_data["ended_on"]
        if not self.grant.starts_on <= chosen < self.grant.ends_on:
            first, last = day(self.grant.starts_on), day(self.grant.ends_on)
            raise ValidationError(f"Vælg en dag fra {first} og før {last}.")
        return chosen

    def clean_grounds(self) -> str:
        return without_cpr(self.cleaned_data["grounds"])
