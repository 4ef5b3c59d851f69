"""What a member thinks of one pupil's need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from skolefleks.danish import KrField, kr
from skolefleks.forms import Form
from skolefleks.setup import trade
from skolefleks.textfields import FreeText
from visitation.models import Assessment

if TYPE_CHECKING:
    from django.http import QueryDict

    from applications.models import PupilCase

# Characters.
LONGEST_SENTENCE = 400

# Values of `offer` beside the steps of the tariff.
OTHER = "andet"
NONE = "ingen"


def _offers() -> list[tuple[str, str]]:
    steps = [(str(step), kr(step)) for step in trade.now().tariff_steps]
    others = [(OTHER, "Et andet beløb"), (NONE, "Ingen: jeg ville give afslag")]
    return steps + others


class AssessmentForm(Form):
    """Weight, suggested tariff, why.

    A member chooses a step of the tariff, another amount, or a rejection in so
    many words.
    """

    weight = forms.TypedChoiceField(
        label="Behovets tyngde",
        coerce=int,
        choices=Assessment.Weight.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg, hvor tungt behovet er."},
    )
    offer = forms.ChoiceField(
        label="Den takst pr. år, du ville give",
        choices=_offers,
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg en takst, eller at du ville give afslag."},
    )
    amount = KrField(
        label="Beløb, hvis et andet", maximum=settings.TARIFF_MAX, required=False
    )
    why = FreeText(
        label="Hvorfor, i én sætning",
        max_length=LONGEST_SENTENCE,
        widget=forms.Textarea(attrs={"rows": 2, "data-count": str(LONGEST_SENTENCE)}),
        error_messages={"required": "Skriv i én sætning, hvorfor."},
    )
    optional_fields = {"amount"}

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        pupil_case: PupilCase,
        own: Assessment | None = None,
    ) -> None:
        initial = None
        if own:
            initial = as_typed(own)
        # The page has a form for each pupil, and their fields' ids must differ.
        super().__init__(data, auto_id=f"id_{pupil_case.pk}_%s", initial=initial)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        has_error = "amount" in self.errors
        amount, offer = data.get("amount"), data.get("offer")
        is_another = offer and offer not in {OTHER, str(amount)}
        if is_another and amount:
            self.add_error(
                "amount",
                f"Du har valgt noget andet ovenfor, og her står {kr(amount)} Lad kun det ene stå.",
            )
        if data.get("offer") == OTHER and not data.get("amount") and not has_error:
            self.add_error(
                "amount", "Skriv beløbet i hele kroner, for eksempel 180.000."
            )
        return data

    def arguments(self) -> dict[str, Any]:
        return {
            "weight": self.cleaned_data["weight"],
            "tariff": self.tariff,
            "why": self.cleaned_data["why"],
        }

    @property
    def tariff(self) -> int | None:
        """Whole DKK a year; None would reject."""
        offer = self.cleaned_data["offer"]
        if offer == NONE:
            return None
        if offer == OTHER:
            amount: int = self.cleaned_data["amount"]
            return amount
        return int(offer)


def as_typed(own: Assessment) -> dict[str, Any]:
    """An earlier assessment as the form shows it."""
    values = {"weight": own.weight, "why": own.why, "amount": None}
    if not own.tariff:
        return values | {"offer": NONE}
    if own.tariff in trade.now().tariff_steps:
        return values | {"offer": str(own.tariff)}
    return values | {"offer": OTHER, "amount": own.tariff}
