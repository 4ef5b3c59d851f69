"""What the committee types of one pupil or case: a decision, a question to the school."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from applications.models import TEXT, PupilCase
from applications.queries import STEPS
from skolefleks.danish import DayField, KrField, today
from visitation.actions import Terms
from visitation.models import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from django.forms import BoundField
    from django.http import QueryDict

    from applications.asking import Place


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
    """What the committee asks the school for: in all, and at the places of its application."""

    note = forms.CharField(
        label="Hvad mangler I fra skolen?",
        max_length=TEXT,
        widget=_text(6),
        help_text="Skolen ser teksten ord for ord. Skriv, hvad der skal uddybes, og hvorfor.",
    )
    optional_fields = ()

    def __init__(self, data: QueryDict | None, *, places: Sequence[Place]) -> None:
        super().__init__(data)
        self.places = places
        for place in places:
            self.fields[f"ask_{place.key}"] = forms.CharField(
                label=f"Spørgsmål om »{place.shown}«", max_length=TEXT, required=False, widget=_text(3)
            )

    @property
    def asks(self) -> dict[str, str]:
        """What is asked for, by place; nothing where nothing is."""
        return {place.key: text for place in self.places if (text := self.cleaned_data[f"ask_{place.key}"])}

    @property
    def steps(self) -> Iterator[tuple[str, list[tuple[str, list[tuple[Place, BoundField]]]]]]:
        """Each step of the school's form with its parts, and the fields to ask in of each."""
        for step, of_step in groupby(self.places, key=lambda place: place.step):
            parts = groupby(of_step, key=lambda place: place.title if place.label else "")
            yield STEPS[step], [(title, [(p, self[f"ask_{p.key}"]) for p in part]) for title, part in parts]


def _check_period(form: forms.Form, starts_on: date | None, ends_on: date | None) -> None:
    if not (starts_on and ends_on):
        return
    if ends_on <= starts_on:
        form.add_error("ends_on", "Perioden skal slutte efter den dag, den begynder.")
    elif abs(starts_on.year - today().year) > YEARS_AHEAD:
        form.add_error("starts_on", "Se årstallet efter.")
    elif ends_on.year - starts_on.year > LONGEST_PERIOD_YEARS:
        form.add_error("ends_on", f"Perioden må højst vare {LONGEST_PERIOD_YEARS} år.")
