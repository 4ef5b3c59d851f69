"""What is typed of who may not judge a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import TextChoices

from skolefleks.textfields import LastingText
from visitation.law import rules as law_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skolefleks.models import User


class DeclareForm(forms.Form):
    """Oneself: a reason from the list, in own words, in both or in none."""

    kind = forms.ChoiceField(
        label="Hvorfor er du inhabil?", required=False, widget=forms.RadioSelect
    )
    text = LastingText(
        "Uddyb det, hvis du vil", "Formanden og sekretæren kan læse det. Skolen kan ikke.", rows=3
    )

    optional_fields = frozenset({"kind", "text"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = law_texts.texts().reasons.items()
        kind.error_messages["invalid_choice"] = "Vælg en af grundene på listen, eller lad være."

    @property
    def reason(self) -> str:
        """What was chosen and what was written, in one text."""
        said = (
            law_texts.texts().reasons.get(self.cleaned_data["kind"], ""),
            self.cleaned_data["text"],
        )
        return ". ".join(filter(None, said))


class RecuseForm(forms.Form):
    """Another of the committee, or a centre chief: set by the chair, or settled by the committee without them."""

    class How(TextChoices):
        SET = "set", "Sættes nu som inhabil af formand eller sekretær"
        OUT = "out", "Udvalget har afgjort det uden personen: inhabil"
        IN = "in", "Udvalget har afgjort det uden personen: ikke inhabil"

    person = forms.TypedChoiceField(label="Person", coerce=int)
    how = forms.ChoiceField(
        label="Det er besluttet",
        choices=How.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, hvad der er besluttet.",
            "invalid_choice": "Vælg en af de tre.",
        },
    )
    reason = LastingText(
        "Begrundelse",
        "Formanden og sekretæren kan læse det. Personen selv og skolen kan ikke.",
        rows=3,
    )

    optional_fields = frozenset[str]()

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.choices = [("", "Vælg"), *((user.pk, user.name) for user in people)]
        person.error_messages |= {
            "required": "Vælg en person.",
            "invalid_choice": "Vælg en på listen.",
        }
        _require(self.fields["reason"])


class LiftForm(forms.Form):
    reason = LastingText("Begrundelse", "Det bliver stående sammen med det, der var sat.", rows=3)

    optional_fields = frozenset[str]()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _require(self.fields["reason"])


def _require(reason: forms.Field) -> None:
    reason.required = True
    reason.error_messages["required"] = "Skriv begrundelsen."
