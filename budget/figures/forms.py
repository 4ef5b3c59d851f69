"""The figures' forms: one figure, a file of them, what was looked through, a target, a quarter's texts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from budget.figures import reading, rules
from skolefleks.danish import DayField, KrField, today

SOURCE = "Hvor tallet kommer fra, for eksempel »Økonomirapport, 1. kvartal 2027«"


def _tiny() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "class": "sf-tiny"})


class FigureForm(forms.Form):
    """One figure, typed."""

    district = forms.ChoiceField(label="Distrikt")
    year = forms.CharField(label="År", max_length=4, widget=_tiny())
    pupils = forms.CharField(
        label="Helårspersoner",
        max_length=8,
        help_text="Højst én decimal, for eksempel 12,5",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "sf-tiny"}),
    )
    amount = KrField(
        label="Udgift",
        required=False,
        minimum=0,
        maximum=999_999_999,
        help_text="Hele kroner for hele året",
    )
    counted_on = DayField(label="Opgjort den")
    source = forms.CharField(label="Kilde", max_length=160, help_text=SOURCE)

    def __init__(self, data: Any = None, *, places: list[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["district"].choices = [(place, place) for place in places]  # type: ignore[attr-defined]

    def clean_year(self) -> int:
        return reading.read_year(self.cleaned_data["year"])

    def clean_pupils(self) -> Any:
        return reading.read_pupils(self.cleaned_data["pupils"])

    def clean_counted_on(self) -> date:
        return not_in_the_future(self.cleaned_data["counted_on"])

    def line(self) -> rules.Line:
        return rules.Line(**{name: self.cleaned_data[name] for name in rules.Line._fields})


class UploadForm(forms.Form):
    """A file of figures; what it does not say of date and source is said here."""

    file = forms.FileField(
        label="Fil",
        help_text="CSV med overskrifterne distrikt, år, helårspersoner og gerne udgift, opgjort, kilde",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    counted_on = DayField(label="Opgjort den", required=False)
    source = forms.CharField(
        label="Kilde",
        max_length=160,
        required=False,
        help_text="Gælder linjer, der ikke selv har en dato eller kilde",
    )

    def clean_file(self) -> str:
        """The text of the file."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > reading.MOST_BYTES:
            raise ValidationError("Filen er for stor: højst 200 kB.")
        self.file_name = str(file.name)[:120]
        return reading.decode(file.read())

    def clean_counted_on(self) -> date | None:
        return not_in_the_future(day) if (day := self.cleaned_data["counted_on"]) else None


class ConfirmForm(forms.Form):
    """What was looked through, sent on as it was."""

    content = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=reading.MOST_BYTES)
    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)
    file_name = forms.CharField(widget=forms.HiddenInput, required=False, max_length=120)


class TargetForm(forms.Form):
    """A level to be back at."""

    year = forms.CharField(label="Måltal for året", max_length=4, widget=_tiny())
    level_of = forms.CharField(
        label="Tilbage på niveauet fra",
        max_length=4,
        help_text="Et tidligere år, for eksempel 2018",
        widget=_tiny(),
    )
    source = forms.CharField(
        label="Kilde", max_length=160, help_text="Hvem der har besluttet måltallet, og hvornår"
    )
    replaces = forms.CharField(required=False, max_length=4, widget=forms.HiddenInput)

    def clean_year(self) -> int:
        return reading.read_year(self.cleaned_data["year"])

    def clean_level_of(self) -> int:
        return reading.read_year(self.cleaned_data["level_of"])

    def clean_replaces(self) -> int | None:
        typed = self.cleaned_data["replaces"]
        return reading.read_year(typed) if typed else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("year") and data.get("level_of") and data["level_of"] >= data["year"]:
            self.add_error("level_of", "Niveauet skal være fra et tidligere år end måltallet.")
        return data


def not_in_the_future(day: date) -> date:
    if day > today():
        raise ValidationError("Et tal kan ikke være opgjort i fremtiden.")
    return day
