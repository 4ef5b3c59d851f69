"""A file from the finance system with what it calls its columns, and why a difference may stand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from budget.models import ColumnProfile
from budget.reconciliation import reading
from skolefleks import cpr
from skolefleks.danish import DayField, today
from skolefleks.forms import Form
from skolefleks.textfields import FreeText

# What the file's columns are called where no profile says so: the words of OS2bos' lines to PRISME.
FIRST_PROFILE = {
    "profile_name": "Økonomisystem",
    "booked_on": "Bogføringsdato",
    "amount": "Beløb",
    "account": "Kontostreng",
    "text": "Tekst",
    "voucher": "Bilagsnummer",
}
COLUMNS = ("booked_on", "amount", "account", "text", "voucher")
NAME = 60


class ImportForm(Form):
    """`sheet` is what was read of the file."""

    file = forms.FileField(
        label="Fil",
        help_text="CSV eller XLSX med overskrifter i første linje, højst 5 MB",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    covers_from = DayField(label="Bogført fra")
    covers_to = DayField(
        label="Bogført til", help_text="Filen har alt, der er bogført i perioden"
    )
    booked_on = FreeText(label="Kolonnen med datoen", max_length=NAME)
    amount = FreeText(label="Kolonnen med beløbet", max_length=NAME)
    account = FreeText(label="Kolonnen med kontostrengen", max_length=NAME)
    text = FreeText(
        label="Kolonnen med teksten",
        max_length=NAME,
        help_text="Kørslens eller sagens nummer læses af den; resten gemmes ikke",
    )
    voucher = FreeText(
        label="Kolonnen med bilagsnummeret", max_length=NAME, required=False
    )
    profile_name = FreeText(
        label="Gem kolonnerne som",
        max_length=40,
        help_text="Næste fil læses på samme måde",
    )

    sheet: reading.Sheet
    file_name: str

    def clean_file(self) -> bytes:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        # Before the file is read: what is too large is not taken into memory.
        if (file.size or 0) > reading.MOST_BYTES:
            raise ValidationError("Filen er for stor: højst 5 MB.")
        self.file_name = cpr.struck_from(str(file.name))[:120]
        content: bytes = file.read()
        return content

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if data["covers_to"] < data["covers_from"]:
            self.add_error("covers_to", "Perioden slutter, før den begynder.")
        if data["covers_to"] > today():
            self.add_error("covers_to", "Perioden kan ikke slutte efter i dag.")

        try:
            self.sheet = reading.read(data["file"], self.columns())
        except reading.Unreadable as unreadable:
            self.add_error("file", unreadable)
        else:
            if self.sheet.errors:
                self.add_error(
                    "file", "Der er linjer, som ikke kan læses. Intet er indlæst."
                )
        return data

    def columns(self) -> dict[str, str]:
        """What the file calls each column that it has."""
        names = {name: self.cleaned_data[name] for name in COLUMNS}
        return {name: heading for name, heading in names.items() if heading}

    def arguments(self) -> dict[str, Any]:
        return {
            "lines": self.sheet.lines,
            "profile_name": self.cleaned_data["profile_name"],
            "columns": {name: self.cleaned_data[name] for name in COLUMNS},
            "covers_from": self.cleaned_data["covers_from"],
            "covers_to": self.cleaned_data["covers_to"],
            "file_name": self.file_name,
        }


def start_of(profile: ColumnProfile | None) -> dict[str, Any]:
    """What stands in the fields at first: the last profile's names, or the first profile's."""
    if profile is None:
        return dict(FIRST_PROFILE)
    names = {name: getattr(profile, name) for name in COLUMNS}
    return {"profile_name": profile.name, **names}


class SettleForm(Form):
    """Why a difference may stand."""

    reason = FreeText(
        label="Begrundelse",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For eksempel hvad der er rettet hvor, og hvornår. Ingen elev nævnes.",
    )
