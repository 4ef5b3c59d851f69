"""The forms of a challenge, of the dialogue on a case, and of an adviser's statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from applications.dialogue import rules
from applications.models import DialogueEntry, Statement
from applications.writing.forms.measures import PupilChoice, offer_pupils
from applications.writing.forms.pupil import PupilForm
from applications.writing.forms.rows import read_key
from applications.writing.forms.stepform import Section, StepForm
from skolefleks.forms import Form
from skolefleks.textfields import Day, Line, LongText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from applications.models import PupilCase


Kind = DialogueEntry.Kind


def require(form: forms.BaseForm, name: str, if_empty: str) -> None:
    """Have a field of the form filled in; `if_empty` is what is said where it is not.

    The fields for text are made optional, because most of them are saved half-
    written.
    """
    field = form.fields[name]
    field.required = True
    field.error_messages["required"] = if_empty


class ChallengeForm(PupilForm):
    """The pupil that worries the school. An empty CPR field leaves a stored number as it is."""

    worry = LongText(
        "Hvad bekymrer jer?",
        "Skriv, hvad I ser: hvad der er svært og hvornår, hvad der hjælper, og hvad I frygter, "
        "der sker.",
        rows=7,
    )
    worried_since = Line(
        "Siden hvornår?",
        "For eksempel siden skolestart i august, eller efter en bestemt hændelse.",
    )

    optional_fields = frozenset({"cpr", "grade", "worried_since"})
    # A challenge has no period yet: there is nothing to compare.
    period = None
    sections = (
        Section("Eleven", "", ("name", ("cpr", "grade"), "is_protected")),
        Section("Bekymringen", "", ("worry", "worried_since")),
    )

    class Meta(PupilForm.Meta):
        fields = ("name", "grade", "is_protected", "worry", "worried_since")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        require(self, "name", "Skriv elevens navn.")
        require(self, "worry", "Skriv, hvad der bekymrer jer.")

    def arguments(self) -> dict[str, Any]:
        """The pupil that the form has filled in is given beside; a CPR number is not the row's."""
        return {"cpr": self.cpr_number}


class EntryForm(Form):
    """A message, or a note of a conversation or a telephone call."""

    kind = forms.ChoiceField(
        label="Hvad skriver du?",
        # A correction is written beneath what it corrects, on a page of its own.
        choices=[choice for choice in Kind.choices if choice[0] != Kind.CORRECTION],
        initial=Kind.MESSAGE,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, hvad du skriver.",
            "invalid_choice": "Vælg en af de tre.",
        },
    )
    happened_on = Day("Hvornår var samtalen?", past=True)
    took_part = Line("Hvem deltog?", "Navn og rolle.")
    text = LongText(
        "Tekst",
        "Skolen og de inviterede rådgivere kan læse det. Udvalget kan ikke, medmindre skolen "
        "deler det.",
    )

    # A note must have both, and with a message they are not shown.
    optional_fields = frozenset[str]()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        require(self, "text", "Skriv beskeden eller notatet.")

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("kind") in rules.NOTES:
            self._require_in_a_note("happened_on", "Skriv, hvornår samtalen var.")
            self._require_in_a_note("took_part", "Skriv, hvem der deltog.")
        return self.cleaned_data

    def arguments(self) -> dict[str, Any]:
        """What was typed of day and people stays behind where the kind is a message."""
        typed = self.cleaned_data
        if typed["kind"] == Kind.MESSAGE:
            return {"kind": Kind.MESSAGE, "text": typed["text"]}
        return typed

    def _require_in_a_note(self, name: str, if_empty: str) -> None:
        # A date that cannot be read has an error already; a second would
        # contradict it.
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, if_empty)


class CorrectionForm(Form):
    """What is to be put right in an entry."""

    text = LongText(
        "Rettelse",
        "Det, du skrev først, bliver stående. Rettelsen står lige under.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        require(self, "text", "Skriv, hvad der skal rettes.")


class StatementForm(StepForm):
    """A statement is saved half-written, and while typing; the act says what a signed one holds.

    A new one carries the key it will be stored under, so that a page that was
    left open learns that the statement was signed meanwhile.
    """

    text = LongText(
        "Din udtalelse",
        "Hvad er din faglige vurdering af eleven eller eleverne, af det, skolen vil gøre, og af "
        "din egen del i det? Skolen kan ikke se den, før du underskriver.",
        rows=12,
    )
    optional_fields = frozenset()
    pupil = PupilChoice()
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Statement
        fields = ("pupil", "text")

    def __init__(
        self,
        data: QueryDict | None,
        *,
        draft: Statement | None,
        pupils: Sequence[PupilCase],
    ) -> None:
        statement = draft
        if statement is None:
            statement = Statement()
            # What the page shows first is stored under the same key, however
            # often it is sent.
            key = read_key(data.get("key")) if data else None
            if key:
                statement.pk = key

        super().__init__(data, instance=statement)
        self.fields["key"].initial = str(self.instance.pk)
        offer_pupils(self, pupils)

    def arguments(self) -> dict[str, Any]:
        """The text as it is after what two windows wrote was merged, and the statement's key."""
        return {
            "text": self.instance.text,
            "pupil": self.instance.pupil,
            "key": self.instance.pk,
        }
