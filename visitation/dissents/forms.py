"""What a member writes who disagrees with a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from skolefleks.forms import Form
from skolefleks.textfields import TEXT, FreeText, text_area

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from skolefleks.models import User


class DissentForm(Form):
    """Whose it is, where more than one can be chosen, and what it says."""

    member = forms.ChoiceField(label="Hvem er uenig?")
    text = FreeText(
        label="Hvad uenigheden gælder, og hvorfor",
        max_length=TEXT,
        widget=text_area(6),
        help_text=(
            "Står i referatet ved afgørelsen, og aldrig i brevet til skolen. "
            "Skriv ingen navne på elever: de bliver til initialer."
        ),
    )

    optional_fields = ()

    def __init__(self, data: QueryDict | None, *, people: Sequence[User]) -> None:
        super().__init__(data)
        self.people = {str(person.pk): person for person in people}
        choices = [(key, person.name) for key, person in self.people.items()]
        field = self.fields["member"]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) > 1:
            # Nobody is suggested: one would be named by mistake.
            field.choices = [("", "Vælg"), *choices]  # type: ignore[attr-defined]
        else:
            field.initial = choices[0][0]
            field.widget = forms.HiddenInput()

    def arguments(self) -> dict[str, Any]:
        member = self.people[self.cleaned_data["member"]]
        return {"member": member, "text": self.cleaned_data["text"]}
