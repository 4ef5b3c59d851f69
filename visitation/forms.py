"""What the committee types: a decision, a question to the school; and the queue's filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from applications.models import TEXT, PupilCase
from applications.queries import STEPS
from skolefleks.danish import DayField, KrField, today
from skolefleks.models import School
from visitation.actions import Terms
from visitation.models import Decision

if TYPE_CHECKING:
    from datetime import date

    from django.http import QueryDict

ASKED = tuple(step for step in STEPS if step != "check")  # the steps of the form that something can be asked about
LONGEST_PERIOD_YEARS = 3
YEARS_AHEAD = 5  # a date further off is a typing error


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data-count": str(TEXT)})


class TermsForm(forms.Form):
    """Tariff and period alone: for the figures beside the form."""

    tariff = KrField(label="Takst om året", maximum=settings.TARIFF_MAX)
    starts_on = DayField(label="Fra og med")
    ends_on = DayField(label="Til og med")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        _check_period(self, data.get("starts_on"), data.get("ends_on"))
        return data


class DecisionForm(forms.Form):
    """What is decided for one pupil. Terms are asked for only where the pupil is granted."""

    outcome = forms.ChoiceField(label="Afgørelse", choices=Decision.Outcome, widget=forms.RadioSelect)
    tariff = KrField(
        label="Takst om året",
        maximum=settings.TARIFF_MAX,
        required=False,
        help_text="Hele kroner for et helt år. Prisen for perioden regnes ud efter dage.",
    )
    starts_on = DayField(label="Fra og med", required=False)
    ends_on = DayField(label="Til og med", required=False)
    conditions = forms.CharField(
        label="Vilkår",
        max_length=TEXT,
        required=False,
        widget=_text(3),
        help_text="For eksempel hvornår skolen skal følge op, og hvad I vil se ved opfølgningen.",
    )
    grounds = forms.CharField(
        label="Begrundelse",
        max_length=TEXT,
        widget=_text(7),
        help_text="Elevens behov, indsatsens tyngde og den forventede effekt: det, der har været afgørende.",
    )

    optional_fields = {"conditions"}

    def __init__(self, data: QueryDict | None, *, case: PupilCase) -> None:
        wish = {"tariff": case.requested_tariff, "starts_on": case.starts_on, "ends_on": case.ends_on}
        super().__init__(data, initial=wish)
        for name in wish:
            self.fields[name].widget.attrs["data-terms"] = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == Decision.Outcome.GRANTED:
            for name in ("tariff", "starts_on", "ends_on"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, "Skal udfyldes, når eleven får en bevilling.")
            _check_period(self, data.get("starts_on"), data.get("ends_on"))
        return data

    def terms(self) -> Terms:
        data = self.cleaned_data
        return Terms(data["tariff"], data["starts_on"], data["ends_on"], data["conditions"])


class NoteForm(forms.Form):
    """What the committee asks the school for."""

    note = forms.CharField(
        label="Hvad mangler I fra skolen?",
        max_length=TEXT,
        widget=_text(6),
        help_text="Skolen ser teksten ord for ord. Skriv, hvad der skal uddybes, og hvorfor.",
    )
    optional_fields = {f"ask_{step}" for step in ASKED}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for step in ASKED:
            self.fields[f"ask_{step}"] = forms.CharField(
                label=f"Om trinnet »{STEPS[step]}«", max_length=TEXT, required=False, widget=_text(2)
            )

    @property
    def asks(self) -> dict[str, str]:
        """What is asked for, by step; nothing where nothing is."""
        return {step: text for step in ASKED if (text := self.cleaned_data[f"ask_{step}"])}


class QueueFilter(forms.Form):
    """The queue's filters, as they stand in the address. What makes no sense there is left out."""

    skole = forms.ChoiceField(label="Skole", required=False)
    formaal = forms.ChoiceField(label="Formål", required=False, choices=[("", "Alle"), *PupilCase.Kind.choices])
    fyldt = forms.ChoiceField(
        label="Udfyldt",
        required=False,
        choices=[("", "Alle"), ("alt", "Alt udfyldt"), ("mangler", "Noget anbefalet mangler")],
    )
    orden = forms.ChoiceField(
        label="Rækkefølge", required=False, choices=[("", "Længst ventetid"), ("beloeb", "Største beløb")]
    )
    q = forms.CharField(label="Søg", required=False, max_length=40, widget=forms.TextInput(attrs={"type": "search"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = [(str(pk), name) for pk, name in School.objects.values_list("pk", "name")]
        self.fields["skole"].choices = [("", "Alle skoler"), *schools]  # type: ignore[attr-defined]
        self.fields["q"].widget.attrs["placeholder"] = "Sagsnummer eller initialer"


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
        usual: dict[str, Any] = {"henvisning": str(settings.REFERRAL_TARIFF), "dagbehandling": str(day_treatment)}
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


def _check_period(form: forms.Form, starts_on: date | None, ends_on: date | None) -> None:
    if not (starts_on and ends_on):
        return
    if ends_on <= starts_on:
        form.add_error("ends_on", "Perioden skal slutte efter den dag, den begynder.")
    elif abs(starts_on.year - today().year) > YEARS_AHEAD:
        form.add_error("starts_on", "Se årstallet efter.")
    elif ends_on.year - starts_on.year > LONGEST_PERIOD_YEARS:
        form.add_error("ends_on", f"Perioden må højst vare {LONGEST_PERIOD_YEARS} år.")
