"""The forecast's guesses, as they stand in the address."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from skolefleks.danish import KrField
from skolefleks.setup import trade
from visitation.outlook import investment, rules

if TYPE_CHECKING:
    from django.http import QueryDict


# The names in the address are Danish, and stay: people have kept such
# addresses.
IN_ADDRESS = {
    "extension_low": "forlaenges_lav",
    "extension": "forlaenges",
    "extension_high": "forlaenges_hoej",
    "approval_low": "bevilges_lav",
    "approval": "bevilges",
    "approval_high": "bevilges_hoej",
    "referral_low": "ellers_lav",
    "referral": "ellers",
    "referral_high": "ellers_hoej",
    "stayed_low": "tilbage_lav",
    "stayed": "tilbage",
    "stayed_high": "tilbage_hoej",
    "referral_tariff": "henvisning",
    "day_treatment_cost": "dagbehandling",
    "referral_index": "henvisning_indeks",
    "day_treatment_index": "dagbehandling_indeks",
}


# Low, expected and high in percent, where the address does not say
# otherwise.
def usual_estimates() -> dict[str, rules.Estimate]:
    """The municipality's own, by the names of the fields."""
    now = trade.now()
    return {
        "extension": rules.Estimate(*now.forecast_extended),
        "approval": rules.Estimate(*now.forecast_granted),
        "referral": rules.Estimate(*now.referred_otherwise),
        "stayed": rules.Estimate(*now.stayed_otherwise),
    }


class Percent(forms.IntegerField):
    """A whole percent from 0 to 100."""

    def __init__(self, label: str) -> None:
        attrs = {"inputmode": "numeric", "data-suffix": "%", "class": "sf-tiny"}
        super().__init__(
            label=label,
            min_value=0,
            max_value=100,
            widget=forms.TextInput(attrs=attrs),
        )


class Index(forms.DecimalField):
    """What a price is multiplied by to be in this year's prices, typed with a comma: `1,08`."""

    def __init__(self) -> None:
        super().__init__(
            label="Prisindeks",
            min_value=Decimal("0.5"),
            max_value=Decimal(5),
            max_digits=6,
            decimal_places=4,
            localize=True,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "sf-tiny"}),
        )


class ForecastForm(forms.Form):
    """The forecast's guesses: each an estimate in percent, or a price in whole DKK."""

    extension_low = Percent("Lavt skøn")
    extension = Percent("Forventet")
    extension_high = Percent("Højt skøn")
    approval_low = Percent("Lavt skøn")
    approval = Percent("Forventet")
    approval_high = Percent("Højt skøn")
    referral_low = Percent("Lavt skøn")
    referral = Percent("Forventet")
    referral_high = Percent("Højt skøn")
    stayed_low = Percent("Lavt skøn")
    stayed = Percent("Forventet")
    stayed_high = Percent("Højt skøn")
    referral_tariff = KrField(
        label="Det, skolen betaler ved henvisning", maximum=settings.TARIFF_MAX
    )
    referral_index = Index()
    day_treatment_cost = KrField(
        label="Dagbehandling pr. helårselev, kommunens udgift",
        maximum=settings.TARIFF_MAX,
    )
    day_treatment_index = Index()

    optional_fields = ()

    def __init__(
        self, data: QueryDict, *, day_treatment_cost: int, day_treatment_year: int
    ) -> None:
        """What the address does not say is as usual; the cost is whole DKK a full-year pupil."""
        self.years = {
            "referral": trade.now().referral_tariff_year,
            "day_treatment": day_treatment_year,
        }
        self.usual: dict[str, int | Decimal] = {
            "referral_tariff": trade.now().referral_tariff,
            "day_treatment_cost": day_treatment_cost,
        }
        for name, year in self.years.items():
            self.usual[f"{name}_index"] = investment.index_of(year)
        for name, estimate in usual_estimates().items():
            self.usual[f"{name}_low"] = estimate.low
            self.usual[name] = estimate.expected
            self.usual[f"{name}_high"] = estimate.high

        # Bound to the whole set, so that half an address is shown and
        # judged like a whole one.
        values = {}
        for name, amount in self.usual.items():
            in_address = IN_ADDRESS[name]
            # A decimal has a comma here, and a whole number neither.
            usual = str(amount).replace(".", ",")
            values[in_address] = data.get(in_address) or usual
        super().__init__(values)
        for name, year in self.years.items():
            label = f"Prisindeks fra {year} til i år"
            self.fields[f"{name}_index"].label = label

    def add_prefix(self, field_name: str) -> str:
        """What a field is called on the page and in the address."""
        # Django asks for the id of a hidden initial value too, which is
        # no field of ours.
        return IN_ADDRESS.get(field_name, field_name)

    def clean(self) -> dict[str, Any]:
        for name in usual_estimates():
            estimate = self._typed(name)
            # What is no percent has its own error already.
            if None not in estimate and estimate != sorted(estimate):
                self.add_error(name, "Skriv tallene fra lavt over forventet til højt.")
        return self.cleaned_data

    def estimate(self, name: str) -> rules.Estimate:
        """The usual one where what was typed makes no sense."""
        # All are the usual ones as soon as one is wrong: a page of mixed
        # guesses means nothing.
        if self.errors:
            return usual_estimates()[name]
        return rules.Estimate(*self._typed(name))

    def price(self, name: str) -> int:
        """Whole DKK; the usual one where what was typed makes no sense."""
        if self.errors:
            return int(self.usual[name])
        return int(self.cleaned_data[name])

    def index(self, name: str) -> Decimal:
        """Of `referral` or `day_treatment`; the usual one where what was typed makes no sense."""
        name = f"{name}_index"
        if self.errors:
            return Decimal(self.usual[name])
        return Decimal(self.cleaned_data[name])

    def prices(self) -> list[investment.Price]:
        """Both prices elsewhere, each named for what it is, with its year and its index."""
        return [
            investment.Price(
                "Det, skolen betaler ved henvisning til et specialtilbud",
                self.price("referral_tariff"),
                self.years["referral"],
                self.index("referral"),
            ),
            investment.Price(
                "Det, en helårselev i dagbehandling i gennemsnit koster kommunen",
                self.price("day_treatment_cost"),
                self.years["day_treatment"],
                self.index("day_treatment"),
            ),
        ]

    def _typed(self, name: str) -> list[Any]:
        names = (f"{name}_low", name, f"{name}_high")
        return [self.cleaned_data.get(part) for part in names]
