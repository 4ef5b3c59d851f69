"""What stands in the queue's address, and what is done to the rows that are ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from applications.models import PupilCase
from skolefleks.danish import KrField, moment
from skolefleks.forms import Form
from skolefleks.models import School
from skolefleks.numbers import CASE_NUMBER
from skolefleks.setup import trade
from skolefleks.textfields import LARGEST, FreeText
from visitation.lifecycle import MeetingStatus
from visitation.models import Meeting
from visitation.queue import tabs

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_TICKED = 100

# Characters, as SavedView.query holds them.
LONGEST_CHOICE = 400

# Characters, as SavedView.name holds them.
LONGEST_NAME = 60

# An amount that was applied for is of all pupils together; more than this is a typing error.
LARGEST_AMOUNT = 10 * settings.TARIFF_MAX

NUMBER = CASE_NUMBER

ALL = ("", "Alle")


def _ages() -> list[tuple[str, str]]:
    goal = trade.now().waiting_goal_days
    return [
        ALL,
        ("uge", "Indsendt den seneste uge"),
        ("snart", "Målet nås inden for en uge"),
        ("over", f"Over målet på {goal} dage"),
    ]


GRADES = [(str(grade), f"{grade}. klasse") for grade in range(11)]

# The fields' names in the address are Danish, and stand in people's saved views and bookmarks.
ADDRESS_NAMES = {
    "text": "q",
    "district": "distrikt",
    "school": "skole",
    "grade": "trin",
    "kind": "formaal",
    "age": "alder",
    "least": "fra",
    "most": "til",
    "completeness": "fyldt",
    "duty": "opgave",
    "order": "orden",
}


class QueueFilter(forms.Form):
    """The queue's filters, as they stand in the address. What makes no sense there is left out.

    Districts and schools are read as plain numbers: only the queue's own page needs to ask the
    database which there are (`offer_places`).
    """

    text = FreeText(
        label="Søg",
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": "Sagsnummer, navn, initialer eller skole",
            }
        ),
    )
    district = forms.IntegerField(
        label="Distrikt",
        required=False,
        min_value=1,
        max_value=LARGEST,
        widget=forms.Select,
    )
    school = forms.IntegerField(
        label="Skole",
        required=False,
        min_value=1,
        max_value=LARGEST,
        widget=forms.Select,
    )
    grade = forms.TypedChoiceField(
        label="Klassetrin",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[ALL, *GRADES],
    )
    kind = forms.ChoiceField(
        label="Formål",
        required=False,
        choices=[ALL, *PupilCase.Kind.choices],
    )
    age = forms.ChoiceField(
        label="Sagens alder",
        required=False,
        choices=_ages,
    )
    least = KrField(label="Ansøgt fra", required=False, maximum=LARGEST_AMOUNT)
    most = KrField(label="Ansøgt til", required=False, maximum=LARGEST_AMOUNT)
    completeness = forms.ChoiceField(
        label="Udfyldt",
        required=False,
        choices=[
            ALL,
            ("alt", "Alt udfyldt"),
            ("mangler", "Noget anbefalet mangler"),
        ],
    )
    duty = forms.ChoiceField(
        label="Opgave",
        required=False,
        choices=[ALL, *((duty.name, duty.label) for duty in tabs.DUTIES)],
    )
    order = forms.ChoiceField(
        label="Rækkefølge",
        required=False,
        choices=[
            ("", "Længst ventetid"),
            ("beloeb", "Største beløb"),
        ],
    )

    def add_prefix(self, field_name: str) -> str:
        """The field's name in the address: Django reads and writes each field by what this says."""
        # Django also sends ids of fields through here, which stay as they are.
        return ADDRESS_NAMES.get(field_name, field_name)

    @property
    def is_any_set(self) -> bool:
        values = self.cleaned_data.values()
        return any(value not in {None, ""} for value in values)

    def offer_places(self) -> None:
        """Let districts and schools be chosen. Takes one query."""
        columns = ("pk", "name", "district", "district__name")
        rows = School.objects.values_list(*columns)
        schools: dict[str, str] = {}
        # Several schools lie in one district.
        districts: dict[str, str] = {}
        for school, school_name, district, district_name in rows:
            schools[str(school)] = school_name
            districts[str(district)] = district_name

        self._offer("district", [ALL, *districts.items()])
        self._offer("school", [("", "Alle skoler"), *schools.items()])

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        widget = self.fields[name].widget
        widget.choices = choices


class ChoiceField(forms.CharField):
    """The choice that the page was opened with: no page of ours sends a longer one."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            max_length=LONGEST_CHOICE,
            widget=forms.HiddenInput,
        )


class BulkForm(forms.Form):
    """The rows that are ticked, and the meeting they are put on."""

    koe = ChoiceField()
    meeting: Any = forms.ModelChoiceField(
        label="Sæt de valgte sager på dagsordenen for",
        queryset=Meeting.objects.filter(status=MeetingStatus.PLANNED),
        error_messages={
            "required": "Vælg et møde.",
            "invalid_choice": "Mødet er låst, aflyst eller holdt. Vælg et andet.",
        },
    )
    anyway = forms.BooleanField(label="Sæt dem på alligevel", required=False)

    # Whether the tick that overrules the deadline is shown.
    asks_first = False

    def offer_meetings(self) -> None:
        """Let a meeting be chosen, each by its time and place. Takes one query."""
        # Two columns of a few rows. The field would read them all, and behind a cursor.
        meetings = Meeting.objects.filter(status=MeetingStatus.PLANNED)
        choices = [("", "Vælg et møde")]
        for meeting in meetings.only("starts_at", "place"):
            text = f"{moment(meeting.starts_at)}, {meeting.place}"
            choices.append((str(meeting.pk), text))
        widget: Any = self.fields["meeting"].widget
        widget.choices = choices

    def ask_of_late(self, late: Sequence[str]) -> bool:
        """Whether to ask of the cases, by number, that came in after the deadline."""
        if not late or self.cleaned_data["anyway"]:
            return False
        self.asks_first = True
        came = "Sagerne kom"
        if len(late) == 1:
            came = "Sagen kom"
        numbers = ", ".join(late)
        self.add_error(
            None,
            f"{came} ind efter fristen: {numbers}. Sæt på alligevel?",
        )
        return True

    def clean(self) -> dict[str, Any]:
        if not self.numbers:
            raise forms.ValidationError(
                "Sæt kryds ved de sager, der skal på dagsordenen."
            )
        return super().clean() or {}

    @property
    def numbers(self) -> list[str]:
        """The case numbers that are ticked, each once, in their order; none while nothing is."""
        if not isinstance(self.data, QueryDict):
            return []

        # What has not the shape of a case number was typed into the address by hand.
        numbers = []
        for number in self.data.getlist("sag"):
            if NUMBER.fullmatch(number) and number not in numbers:
                numbers.append(number)
        return numbers[:MOST_TICKED]


class ChosenForm(Form):
    """The choice that the page was opened with, and nothing else."""

    koe = ChoiceField()


class ViewForm(Form):
    """A name for what stands in the address."""

    koe = ChoiceField()
    name = FreeText(
        max_length=LONGEST_NAME,
        error_messages={
            "required": "Giv visningen et navn.",
            "max_length": "Navnet er for langt.",
        },
    )

    def arguments(self) -> dict[str, Any]:
        # The view gives the act the choice, cleaned of what is no filter.
        return {"name": self.cleaned_data["name"]}
