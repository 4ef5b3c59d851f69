"""The forms of a challenge, of the dialogue on a case, and of an adviser's statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from applications.dialogue import actions
from applications.models import DialogueEntry, PupilCase, Statement
from applications.writing.forms.pupil import PupilForm
from applications.writing.forms.rows import read_key
from applications.writing.forms.words import Section, StepForm
from skolefleks.textfields import Day, LastingText, Line, LongText

if TYPE_CHECKING:
    from django.http import QueryDict


Kind = DialogueEntry.Kind


class ChallengeForm(PupilForm):
    """The pupil that worries the school. An empty CPR field leaves a stored number as it is."""

    worry = LongText(
        "Hvad bekymrer jer?",
        "Skriv, hvad I ser: hvad der er svært og hvornår, hvad der hjælper, og hvad I frygter, der sker.",
        rows=7,
    )
    worried_since = Line(
        "Siden hvornår?", "For eksempel siden skolestart i august, eller efter en bestemt hændelse."
    )

    optional_fields = frozenset({"cpr", "grade", "worried_since"})
    period = None
    sections = (
        Section("Eleven", "", ("name", ("cpr", "grade"), "is_protected")),
        Section("Bekymringen", "", ("worry", "worried_since")),
    )

    class Meta:
        model = PupilCase
        fields = ("name", "grade", "is_protected", "worry", "worried_since")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {"cpr", *self.Meta.fields}:
            del self.fields[name]
        for name, said in (
            ("name", "Skriv elevens navn."),
            ("worry", "Skriv, hvad der bekymrer jer."),
        ):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = said


class EntryForm(forms.Form):
    """A message, or a note of a conversation or a telephone call."""

    kind = forms.ChoiceField(
        label="Hvad skriver du?",
        choices=[choice for choice in Kind.choices if choice[0] != Kind.CORRECTION],
        initial=Kind.MESSAGE,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, hvad du skriver.",
            "invalid_choice": "Vælg en af de tre.",
        },
    )
    happened_on = Day("Hvornår var samtalen?", past=True)
    took_part = Line("Hvem deltog?", "Navn og rolle. Udfyldes kun for et notat.")
    text = LastingText(
        "Tekst",
        "Skolen og de inviterede rådgivere kan læse det. Udvalget kan ikke, medmindre skolen deler det.",
    )

    optional_fields = frozenset({"happened_on", "took_part"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        self.fields["text"].error_messages["required"] = "Skriv beskeden eller notatet."

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("kind") in {Kind.CONVERSATION, Kind.PHONE}:
            if not cleaned.get("happened_on") and "happened_on" not in self.errors:
                self.add_error("happened_on", "Skriv, hvornår samtalen var.")
            if not cleaned.get("took_part") and "took_part" not in self.errors:
                self.add_error("took_part", "Skriv, hvem der deltog.")
        return cleaned

    @property
    def said(self) -> actions.Said:
        cleaned = self.cleaned_data
        if cleaned["kind"] == Kind.MESSAGE:
            return actions.Said(Kind.MESSAGE, cleaned["text"])
        return actions.Said(
            cleaned["kind"], cleaned["text"], cleaned["happened_on"], cleaned["took_part"]
        )


class CorrectionForm(forms.Form):
    text = LastingText(
        "Rettelse", "Det, du skrev først, bliver stående. Rettelsen står lige under."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        self.fields["text"].error_messages["required"] = "Skriv, hvad der skal rettes."


class StatementForm(StepForm):
    """Saved half-written, and while typing; what a signed one must hold is the act's to say.

    A new one carries the key it will be stored under, so that a page left open knows that it was signed meanwhile.
    """

    text = LastingText(
        "Din udtalelse",
        "Hvad er din faglige vurdering af eleven eller eleverne, af det, skolen vil gøre, og af din egen del i det? "
        "Skolen kan ikke se den, før du underskriver.",
        rows=12,
    )
    optional_fields = frozenset()
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Statement
        fields = ("text",)

    def __init__(self, data: QueryDict | None, *, draft: Statement | None) -> None:
        key = read_key(data.get("key")) if data else None
        super().__init__(data, instance=draft or Statement(**({"pk": key} if key else {})))
        self.fields["key"].initial = str(self.instance.pk)
