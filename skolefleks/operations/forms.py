"""What the logs are searched by; it stands in the address."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from skolefleks.danish import today
from skolefleks.forms import Form
from skolefleks.models import AccessEntry, User
from skolefleks.operations import trail_in_words
from skolefleks.textfields import Day, FreeText


class ClockField(forms.TimeField):
    """A time of the day: `8`, `8.30`, `08:30`."""

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            required=False,
            input_formats=["%H:%M", "%H.%M", "%H"],
            error_messages={"invalid": "Skriv klokkeslættet som 08.30."},
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "sf-tiny"}),
        )


class WindowForm(Form):
    """From a moment to a moment."""

    names_in_address: ClassVar[dict[str, str]] = {
        "first_day": "fra",
        "first_time": "fra_kl",
        "last_day": "til",
        "last_time": "til_kl",
        "number": "sag",
        "person": "person",
        "kind": "hvad",
        "verb": "handling",
    }

    first_day = Day("Fra dag")
    first_time = ClockField("Fra kl.")
    last_day = Day("Til dag")
    last_time = ClockField("Til kl.")
    person = forms.ModelChoiceField(
        label="Person",
        required=False,
        queryset=User.objects.order_by("name"),
        empty_label="Alle",
    )
    number = FreeText(label="Sagsnummer", required=False, max_length=40)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for name in ("first_day", "last_day"):
            self.fields[name].help_text = ""

    def moments(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The day and the hour of each end: beside each other on every screen."""
        return [
            (self["first_day"], self["first_time"]),
            (self["last_day"], self["last_time"]),
        ]

    def subjects(self) -> list[forms.BoundField]:
        """What else is asked for: a case, a person, a kind."""
        of_moments = {"first_day", "first_time", "last_day", "last_time"}
        return [field for field in self if field.name not in of_moments]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins = self.begins(data)
        ends = self.ends(data)
        if begins and ends and ends < begins:
            self.add_error("last_day", "Tidsrummet slutter, før det begynder.")
        return data

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).strip().upper()

    def begins(self, data: dict[str, Any]) -> datetime | None:
        return _moment(data.get("first_day"), data.get("first_time") or time.min)

    def ends(self, data: dict[str, Any]) -> datetime | None:
        return _moment(data.get("last_day"), data.get("last_time") or time.max)

    def choice(self) -> dict[str, Any]:
        """What the log is asked for; what makes no sense is left out."""
        self.is_valid()
        data = self.cleaned_data
        choice = {"begins": self.begins(data), "ends": self.ends(data)}
        for name in ("person", "number", "kind", "verb"):
            choice[name] = data.get(name)
        return {name: value for name, value in choice.items() if value}


class AccessForm(WindowForm):
    """The access log's."""

    kind = forms.ChoiceField(
        label="Hvad",
        required=False,
        choices=[("", "Alt"), *AccessEntry.Kind.choices],
    )

    field_order = ("number", "person", "kind")


class TrailForm(WindowForm):
    """The trail's."""

    verb = forms.ChoiceField(label="Handling", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        verbs: Any = self.fields["verb"]
        verbs.choices = [("", "Alle"), *trail_in_words.choices()]

    field_order = ("number", "person", "verb")


class BreachForm(WindowForm):
    """Whose reading a breach report is about, and when; by default the last day and night."""

    def __init__(self, data: Any) -> None:
        if not data:
            yesterday = today() - timedelta(days=1)
            data = {"fra": f"{yesterday:%d.%m.%Y}", "til": f"{today():%d.%m.%Y}"}
        super().__init__(data)


def _moment(day: Any, clock: time) -> datetime | None:
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day, clock))
