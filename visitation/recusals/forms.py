"""What is typed of who may not judge a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import TextChoices

from skolefleks.forms import Form
from skolefleks.textfields import LongText
from visitation.law import rules as law_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict

    from skolefleks.models import User


class DeclareForm(Form):
    """Oneself: a reason from the list, in own words, in both or in none."""

    kind = forms.ChoiceField(
        label="Hvorfor er du inhabil?",
        required=False,
        widget=forms.RadioSelect,
    )
    text = LongText(
        "Uddyb det, hvis du vil",
        "Formanden og sekretæren kan læse det. Skolen kan ikke.",
        rows=3,
    )

    optional_fields = frozenset({"kind", "text"})

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        # The list is read here and not with the class: the municipality may
        # change its texts.
        kind: Any = self.fields["kind"]
        kind.choices = law_texts.texts().reasons.items()
        kind.error_messages["invalid_choice"] = (
            "Vælg en af grundene på listen, eller lad feltet stå tomt."
        )

    def arguments(self) -> dict[str, Any]:
        # The act knows one reason; the list and the text field are the form's own.
        return {"reason": self.reason}

    @property
    def reason(self) -> str:
        """What was chosen and what was written, in one text."""
        reasons = law_texts.texts().reasons
        chosen = reasons.get(self.cleaned_data["kind"], "")
        own_words = self.cleaned_data["text"]
        if chosen and own_words:
            return f"{chosen}. {own_words}"
        return chosen or own_words


class RecuseForm(Form):
    """Another of the committee, or a centre chief.

    The chair or the secretary sets it, or the committee settles it without the
    person.
    """

    class How(TextChoices):
        SET = "set", "Formand eller sekretær erklærer personen inhabil"
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
    reason = LongText(
        "Begrundelse",
        "Formanden og sekretæren kan læse det. Personen selv og skolen kan ikke.",
        rows=3,
    )

    optional_fields = frozenset[str]()

    def __init__(
        self, data: QueryDict | None = None, *, people: Iterable[User]
    ) -> None:
        super().__init__(data)
        # Chosen among these alone: nobody else is offered, and nobody else is taken.
        self.people = {user.pk: user for user in people}
        names = [(pk, user.name) for pk, user in self.people.items()]

        person: Any = self.fields["person"]
        person.choices = [("", "Vælg"), *names]
        person.error_messages |= {
            "required": "Vælg en person.",
            "invalid_choice": "Vælg en på listen.",
        }
        require_reason(self.fields["reason"])

    def arguments(self) -> dict[str, Any]:
        return {
            "person": self.people[self.cleaned_data["person"]],
            "how": self.How(self.cleaned_data["how"]),
            "reason": self.cleaned_data["reason"],
        }


class LiftForm(Form):
    """Why a case is opened to somebody again."""

    reason = LongText(
        "Begrundelse",
        "Det bliver stående sammen med den tidligere beslutning.",
        rows=3,
    )

    optional_fields = frozenset[str]()

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        require_reason(self.fields["reason"])


def require_reason(field: forms.Field) -> None:
    """Let a form be refused without it; a `LongText` may be left empty as a rule."""
    field.required = True
    field.error_messages["required"] = "Skriv begrundelsen."
