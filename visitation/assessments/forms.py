"""What a member thinks of one pupil's need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from skolefleks.danish import KrField, kr
from visitation.models import Assessment

if TYPE_CHECKING:
    from django.http import QueryDict

    from applications.models import PupilCase


SENTENCE = 400  # characters


OTHER, NONE = "andet", "ingen"


_STEPS = [(str(step), kr(step)) for step in settings.TARIFF_STEPS]


class AssessmentForm(forms.Form):
    """Weight, suggested tariff, why. A step or an amount is said in so many words, and so is a rejection."""

    weight = forms.TypedChoiceField(
        label="Behovets tyngde",
        coerce=int,
        choices=Assessment.Weight.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg, hvor tungt behovet er."},
    )
    offer = forms.ChoiceField(
        label="Den takst om året, du ville give",
        choices=[*_STEPS, (OTHER, "Et andet beløb"), (NONE, "Ingen: jeg ville give afslag")],
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg en takst, eller at du ville give afslag."},
    )
    amount = KrField(label="Beløb, hvis et andet", maximum=settings.TARIFF_MAX, required=False)
    why = forms.CharField(
        label="Hvorfor, i én sætning",
        max_length=SENTENCE,
        widget=forms.Textarea(attrs={"rows": 2, "data-count": str(SENTENCE)}),
        error_messages={"required": "Skriv i én sætning, hvorfor."},
    )
    optional_fields = {"amount"}

    def __init__(
        self, data: QueryDict | None = None, *, case: PupilCase, own: Assessment | None = None
    ) -> None:
        super().__init__(data, auto_id=f"id_{case.pk}_%s", initial=_told(own) if own else None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("offer") == OTHER and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", "Skriv beløbet i hele kroner, for eksempel 180.000.")
        return data

    @property
    def tariff(self) -> int | None:
        """Whole DKK a year; None would reject."""
        offer = self.cleaned_data["offer"]
        return (
            None if offer == NONE else self.cleaned_data["amount"] if offer == OTHER else int(offer)
        )


def _told(own: Assessment) -> dict[str, Any]:
    """An earlier assessment as the form shows it."""
    step = str(own.tariff) if own.tariff in settings.TARIFF_STEPS else OTHER if own.tariff else NONE
    return {
        "weight": own.weight,
        "offer": step,
        "amount": own.tariff if step == OTHER else None,
        "why": own.why,
    }
