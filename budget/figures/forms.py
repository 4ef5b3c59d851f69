"""The forms of the figures: one figure, a file of them, their preview, a level to be back at."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from budget.figures import queries, reading, rules
from skolefleks import cpr
from skolefleks.danish import DayField, KrField, today
from skolefleks.forms import Form
from skolefleks.refusals import Overtaken, Refusal
from skolefleks.textfields import FreeText

SOURCE_HELP = "Hvor tallet kommer fra, for eksempel »Økonomirapport, 1. kvartal 2027«"


def tiny_input(inputmode: str) -> forms.TextInput:
    """A field as wide as a year or a number."""
    return forms.TextInput(attrs={"inputmode": inputmode, "class": "sf-tiny"})


def not_in_the_future(counted_on: date) -> date:
    """The day itself. Raises ValidationError where it is still to come."""
    if counted_on > today():
        raise ValidationError("Et tal kan ikke være opgjort i fremtiden.")
    return counted_on


class FigureForm(Form):
    """One figure, typed."""

    district = forms.ChoiceField(label="Distrikt")
    year = FreeText(label="År", max_length=4, widget=tiny_input("numeric"))
    pupils = FreeText(
        label="Helårspersoner",
        max_length=8,
        help_text="Højst én decimal, for eksempel 12,5",
        widget=tiny_input("decimal"),
    )
    amount = KrField(
        label="Udgift",
        required=False,
        minimum=0,
        maximum=999_999_999,
        help_text="Hele kroner for hele året",
    )
    counted_on = DayField(label="Opgjort den")
    source = FreeText(
        label="Kilde",
        max_length=reading.LONGEST_SOURCE,
        help_text=SOURCE_HELP,
    )

    def __init__(self, data: Any = None, *, places: list[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        district = self.fields["district"]
        district.choices = [(place, place) for place in places]  # type: ignore[attr-defined]

    def clean_year(self) -> int:
        return reading.read_year(self.cleaned_data["year"])

    def clean_pupils(self) -> Decimal:
        return reading.read_pupils(self.cleaned_data["pupils"])

    def clean_counted_on(self) -> date:
        return not_in_the_future(self.cleaned_data["counted_on"])

    def line(self) -> rules.Line:
        """What was typed as a line, as a file would have it."""
        return rules.Line(**self.cleaned_data)


class UploadForm(Form):
    """A file of figures; what it does not say of date and source is said here.

    `sheet` is what was read of it.
    """

    file = forms.FileField(
        label="Fil",
        help_text=(
            "CSV med overskrifterne distrikt, år, helårspersoner og gerne udgift, opgjort, kilde"
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    counted_on = DayField(label="Opgjort den", required=False)
    source = FreeText(
        label="Kilde",
        max_length=reading.LONGEST_SOURCE,
        required=False,
        help_text="Gælder linjer, der ikke selv har en dato eller kilde",
    )

    sheet: reading.Sheet
    file_name: str

    def clean_file(self) -> str:
        """The text of the file."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        # Before the file is read: what is too large is not taken into memory.
        if (file.size or 0) > reading.MOST_BYTES:
            raise ValidationError("Filen er for stor: højst 200 kB.")
        # As much of it as the receipt has room for.
        self.file_name = cpr.struck_from(str(file.name))[:120]
        return reading.decode(file.read())

    def clean_counted_on(self) -> date | None:
        counted_on: date | None = self.cleaned_data["counted_on"]
        if counted_on is None:
            return None
        return not_in_the_future(counted_on)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # With a faulty day every line without a day of its own would seem to lack one.
        if self.errors:
            return data

        try:
            self.sheet = reading.read(
                data["file"],
                places=queries.places(),
                counted_on=data["counted_on"],
                source=data["source"],
            )
        except reading.Unreadable as unreadable:
            self.add_error("file", unreadable)
        return data


class ConfirmForm(Form):
    """What was looked through, sent on as it was. `sheet` is what was read of it."""

    content = forms.CharField(
        widget=forms.HiddenInput, strip=False, max_length=reading.MOST_BYTES
    )
    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)
    file_name = FreeText(widget=forms.HiddenInput, required=False, max_length=120)

    sheet: reading.Sheet

    def clean_content(self) -> str:
        # The page may have been tampered with, so it is read as strictly as an uploaded file.
        content: str = self.cleaned_data["content"]
        self.sheet = reading.read(content, places=queries.places())
        if self.sheet.errors:
            raise reading.Unreadable([text for _, text in self.sheet.errors])
        return content


class TargetForm(Form):
    """A level to be back at. `replaces` is the level that the person saw there."""

    year = FreeText(
        label="Måltal for året", max_length=4, widget=tiny_input("numeric")
    )
    level_of = FreeText(
        label="Tilbage på niveauet fra",
        max_length=4,
        help_text="Et tidligere år, for eksempel 2018",
        widget=tiny_input("numeric"),
    )
    source = FreeText(
        label="Kilde",
        max_length=reading.LONGEST_SOURCE,
        help_text="Hvem der har besluttet måltallet, og hvornår",
    )
    replaces = FreeText(required=False, max_length=4, widget=forms.HiddenInput)

    def clean_year(self) -> int:
        return reading.read_year(self.cleaned_data["year"])

    def clean_level_of(self) -> int:
        return reading.read_year(self.cleaned_data["level_of"])

    def clean_replaces(self) -> int | None:
        typed = self.cleaned_data["replaces"]
        if not typed:
            return None
        return reading.read_year(typed)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        year = data.get("year")
        level_of = data.get("level_of")
        if year and level_of and level_of >= year:
            self.add_error(
                "level_of", "Niveauet skal være fra et tidligere år end måltallet."
            )
        return data

    def show_refusal(self, refusal: Refusal) -> None:
        """Say why not; where another level stands there, sending again replaces that one."""
        if isinstance(refusal, Overtaken):
            standing = queries.level_due_in(self.cleaned_data["year"])
            # What was posted cannot be changed in place.
            self.data = dict(self.data.items(), replaces=str(standing or ""))
        super().show_refusal(refusal)
