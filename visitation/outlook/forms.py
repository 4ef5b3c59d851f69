"""The forecast's guesses, as they stand in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from skolefleks.danish import KrField

if TYPE_CHECKING:
    from django.http import QueryDict


ESTIMATES = ("Lavt skøn", "Forventet", "Højt skøn")


def _percent(label: str) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "data-suffix": "%", "class": "sf-tiny"})
    return forms.IntegerField(label=label, min_value=0, max_value=100, widget=widget)


class ForecastForm(forms.Form):
    """The forecast's guesses, as they stand in the address; each a band in percent, from low to high."""

    forlaenges_lav, forlaenges, forlaenges_hoej = map(_percent, ESTIMATES)
    bevilges_lav, bevilges, bevilges_hoej = map(_percent, ESTIMATES)
    ellers_lav, ellers, ellers_hoej = map(_percent, ESTIMATES)
    henvisning = KrField(label="Takst ved henvisning", maximum=settings.TARIFF_MAX)
    dagbehandling = KrField(label="Dagbehandling pr. helårselev", maximum=settings.TARIFF_MAX)

    optional_fields = ()
    BANDS = {
        "forlaenges": settings.FORECAST_EXTENDED,
        "bevilges": settings.FORECAST_GRANTED,
        "ellers": settings.REFERRED_OTHERWISE,
    }

    def __init__(self, data: QueryDict, *, day_treatment: int) -> None:
        """What the address does not say is as the settings have it; `day_treatment`: whole DKK a full-year pupil."""
        usual: dict[str, Any] = {
            "henvisning": str(settings.REFERRAL_TARIFF),
            "dagbehandling": str(day_treatment),
        }
        for name, band in self.BANDS.items():
            usual |= zip(_names(name), map(str, band), strict=True)
        super().__init__({name: data.get(name) or text for name, text in usual.items()})
        self.usual = usual

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in self.BANDS:
            band = [data.get(part) for part in _names(name)]
            if None not in band and band != sorted(band):  # type: ignore[type-var]
                self.add_error(_names(name)[1], "Skriv tallene fra lavt over forventet til højt.")
        return data

    def band(self, name: str) -> tuple[int, int, int]:
        """Low, expected, high in percent; the usual ones where what was typed makes no sense."""
        if self.errors:
            return self.BANDS[name]
        low, expected, high = (self.cleaned_data[part] for part in _names(name))
        return low, expected, high

    def price(self, name: str) -> int:
        return int(self.usual[name]) if self.errors else self.cleaned_data[name]


def _names(name: str) -> tuple[str, str, str]:
    return f"{name}_lav", name, f"{name}_hoej"
