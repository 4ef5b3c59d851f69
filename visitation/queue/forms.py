"""What stands in the queue's address, and what is done to the rows that are ticked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from applications.models import PupilCase
from skolefleks.danish import KrField, moment
from skolefleks.models import School
from visitation.lifecycle import MeetingStatus
from visitation.models import Meeting, SavedView

if TYPE_CHECKING:
    from collections.abc import Sequence


LARGEST_ID = 2**31 - 1


MOST_TICKED = 100


PUPILS_IN_ONE = 10  # the amount asked for is of all pupils together: a typing error's limit


_NUMBER = re.compile(r"SF-[0-9]{4}-[0-9]{4,6}")


def _chosen(label: str) -> forms.IntegerField:
    """A choice that is offered by `offer_places`, and read without asking the database what there is."""
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=LARGEST_ID, widget=forms.Select
    )


def _amount(label: str) -> KrField:
    return KrField(label=label, required=False, maximum=PUPILS_IN_ONE * settings.TARIFF_MAX)


class QueueFilter(forms.Form):
    """The queue's filters, as they stand in the address. What makes no sense there is left out."""

    q = forms.CharField(
        label="Søg", required=False, max_length=40, widget=forms.TextInput(attrs={"type": "search"})
    )
    distrikt = _chosen("Distrikt")
    skole = _chosen("Skole")
    trin = forms.TypedChoiceField(
        label="Klassetrin",
        required=False,
        coerce=int,
        choices=[("", "Alle"), *((str(grade), f"{grade}. klasse") for grade in range(11))],
    )
    formaal = forms.ChoiceField(
        label="Formål", required=False, choices=[("", "Alle"), *PupilCase.Kind.choices]
    )
    alder = forms.ChoiceField(
        label="Sagens alder",
        required=False,
        choices=[
            ("", "Alle"),
            ("uge", "Indsendt den seneste uge"),
            ("snart", "Målet nås inden for en uge"),
            ("over", f"Over målet på {settings.WAITING_GOAL_DAYS} dage"),
        ],
    )
    fra = _amount("Ansøgt fra")
    til = _amount("Ansøgt til")
    fyldt = forms.ChoiceField(
        label="Udfyldt",
        required=False,
        choices=[("", "Alle"), ("alt", "Alt udfyldt"), ("mangler", "Noget anbefalet mangler")],
    )
    orden = forms.ChoiceField(
        label="Rækkefølge",
        required=False,
        choices=[("", "Længst ventetid"), ("beloeb", "Største beløb")],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = "Sagsnummer, initialer eller skole"

    def offer_places(self) -> None:
        """Let districts and schools be chosen; takes one query, which only the queue's own page needs."""
        schools = list(School.objects.select_related("district"))
        districts = {str(school.district_id): school.district.name for school in schools}
        self._offer("distrikt", [("", "Alle"), *districts.items()])
        self._offer(
            "skole", [("", "Alle skoler"), *((str(school.pk), school.name) for school in schools)]
        )

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        widget = self.fields[name].widget
        widget.choices = choices


class _MeetingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, meeting: Any) -> str:
        return f"{moment(meeting.starts_at)}, {meeting.place}"


class BulkForm(forms.Form):
    """The rows that are ticked, and the meeting they are put on."""

    meeting = _MeetingField(
        label="Sæt de valgte sager på dagsordenen for",
        queryset=Meeting.objects.filter(status=MeetingStatus.PLANNED),
        empty_label="Vælg et møde",
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={
            "required": "Vælg et møde.",
            "invalid_choice": "Mødet er låst, aflyst eller holdt. Vælg et andet.",
        },
    )

    def clean(self) -> dict[str, Any]:
        if not self.numbers:
            raise forms.ValidationError("Sæt kryds ved de sager, der skal på dagsordenen.")
        return super().clean() or {}

    @property
    def numbers(self) -> list[str]:
        """The case numbers that are ticked, each once."""
        ticked = self.data.getlist("sag") if isinstance(self.data, QueryDict) else []
        return [number for number in dict.fromkeys(ticked) if _NUMBER.fullmatch(number)][
            :MOST_TICKED
        ]


class ViewForm(forms.ModelForm):  # type: ignore[type-arg]
    """A name for what stands in the address."""

    class Meta:
        model = SavedView
        fields = ("name",)
        error_messages = {
            "name": {"required": "Giv visningen et navn.", "max_length": "Navnet er for langt."}
        }
