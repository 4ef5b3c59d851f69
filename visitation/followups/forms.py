"""What is typed of a follow-up: the status report, the voices, the talk and the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from applications.writing.forms.stepform import StepForm
from skolefleks.danish import DayField
from skolefleks.forms import Form
from skolefleks.textfields import LongText
from visitation.models import FollowUpVoice, FollowUpWindow, StatusReport

if TYPE_CHECKING:
    from django.http import QueryDict


# -- before the talk --
class ReportForm(StepForm):
    """The status report: saved half-written, and while somebody types."""

    carried_out = LongText(
        "Sådan er planen gennemført",
        "Tiltag for tiltag: hvad er sket siden sidst, og hvad er ikke?",
        rows=10,
    )
    progress = LongText(
        "Sådan går det med målene",
        "Mål for mål: hvor er eleven nu, og hvordan ved I det?",
        rows=6,
    )
    obstacles = LongText(
        "Det, der er svært", "Hvad står i vejen, og hvad har I gjort ved det?", rows=4
    )
    suggestion = LongText(
        "Skolens forslag",
        "Fortsæt uændret, ret indsatsen, trap ned, forlæng eller stop? Hvorfor?",
        rows=4,
    )
    optional_fields = frozenset(("obstacles", "suggestion"))

    class Meta:
        model = StatusReport
        fields = ("carried_out", "progress", "obstacles", "suggestion")


class VoiceForm(Form):
    """What the pupil, the parents or PPR say."""

    words = LongText("Ordene", "Skriv så vidt muligt med personens egne ord.", rows=5)
    is_declined = forms.BooleanField(label="Ønsker ikke at udtale sig", required=False)
    how = forms.TypedChoiceField(
        label="Hvordan er det skrevet?",
        coerce=FollowUpVoice.How,
        choices=FollowUpVoice.How.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg, hvordan ordene er skrevet ned."},
    )

    optional_fields = frozenset(("is_declined",))

    def __init__(self, data: QueryDict | None, *, row: FollowUpVoice | None) -> None:
        initial = {}
        if row:
            initial = {name: getattr(row, name) for name in self.base_fields}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("words") and not cleaned.get("is_declined"):
            self.add_error("words", "Skriv ordene, eller sæt kryds nedenfor.")
        return cleaned


# -- at the talk --
class TalkForm(Form):
    """When the talk was, and who took part."""

    held_on = DayField(
        label="Samtalen blev holdt den",
        error_messages={"required": "Skriv, hvilken dag samtalen blev holdt."},
    )
    present = forms.MultipleChoiceField(
        label="Hvem deltog?",
        choices=FollowUpWindow.Present.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Sæt kryds ved dem, der deltog."},
    )
    also_present = LongText("Andre, der deltog", "Navn og funktion.", rows=2)

    optional_fields = frozenset(("also_present",))


class OutcomeForm(Form):
    """The one outcome of the follow-up, with its grounds."""

    outcome = forms.TypedChoiceField(
        label="Resultat af opfølgningen",
        coerce=FollowUpWindow.Outcome,
        choices=FollowUpWindow.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg ét resultat."},
    )
    asks_committee = forms.BooleanField(
        label="Ret indsatsen: takst eller vilkår skal også ændres",
        help_text="Sæt kryds, hvis udvalget skal ændre bevillingen.",
        required=False,
    )
    grounds = LongText(
        "Begrundelse",
        "Hvad har været afgørende? Udvalget, PPR og forældrene skal kunne forstå den.",
        rows=5,
    )

    optional_fields = frozenset(("asks_committee",))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grounds"].required = True
        self.fields["grounds"].error_messages["required"] = "Skriv en begrundelse."
