"""The terms alone, as the committee types them: tariff, period, and the days before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from skolefleks.danish import DayField, KrField
from skolefleks.forms import Form
from skolefleks.refusals import Refusal
from visitation.decisions import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

# The days between the first day of a grant and that of the one that takes its place.
KEPT = "kept"
GIVEN_BACK = "given_back"


class TermsForm(Form):
    """Tariff and period alone: for the figures beside the form."""

    tariff = KrField(label="Takst pr. år", maximum=settings.TARIFF_MAX)
    starts_on = DayField(label="Fra og med")
    ends_on = DayField(label="Til og med")
    # Asked for where a decision is corrected.
    days_before = forms.ChoiceField(
        choices=[(KEPT, "Beholdes"), (GIVEN_BACK, "Gives tilbage")], required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        check_period(self, cleaned)
        return cleaned


def terms_so_far(data: Mapping[str, Any]) -> rules.Terms | None:
    """The terms as far as they are typed; None while they make no sense."""
    form = TermsForm(data)
    if not form.is_valid():
        return None
    typed = form.cleaned_data
    begins_late = typed.pop("days_before") == GIVEN_BACK
    return rules.Terms(**typed, begins_late=begins_late)


def check_period(form: Form, cleaned: dict[str, Any]) -> None:
    """Put what is wrong with the period at its field; one of the days alone is no period yet."""
    starts_on = cleaned.get("starts_on")
    ends_on = cleaned.get("ends_on")
    if not starts_on or not ends_on:
        return

    # A rule refuses as an act does; here the person is still typing.
    try:
        rules.require_period(starts_on, ends_on)
    except Refusal as refusal:
        form.show_refusal(refusal)
