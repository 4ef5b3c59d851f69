"""What an administrator writes of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from skolefleks.danish import today
from skolefleks.forms import Form
from skolefleks.models.settings import REASON
from skolefleks.models.texts import WORDS
from skolefleks.textfields import LARGEST, Day, FreeText, Words
from skolefleks.texts import queries, rules
from skolefleks.texts.declarations import Group

if TYPE_CHECKING:
    from django.http import QueryDict

    from skolefleks.texts.declarations import Text

ROWS = 6


class SearchForm(Form):
    """Which texts one looks for; it stands in the address."""

    names_in_address: ClassVar[dict[str, str]] = {
        "words": "q",
        "group": "gruppe",
        "show": "vis",
    }

    words = FreeText(label="Søg i teksterne", required=False, max_length=80)
    group = forms.ChoiceField(
        label="Gruppe",
        required=False,
        choices=[("", "Alle"), *((one.slug, one.value) for one in Group)],
    )
    show = forms.ChoiceField(
        label="Vis",
        required=False,
        choices=[("", "Alle tekster"), *queries.SHOWN.items()],
    )

    def choice(self) -> dict[str, Any]:
        """What is asked for; a choice that there is none of asks for nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class TextForm(Form):
    """The words, from when, and why."""

    text = Words(
        "Ny ordlyd",
        limit=WORDS,
        widget=forms.Textarea(attrs={"rows": ROWS, "data-count": str(WORDS)}),
    )
    starts_on = Day("Gælder fra")
    reason = FreeText(
        label="Begrundelse",
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    # One is added to it.
    after = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=LARGEST - 1
    )

    def __init__(
        self, data: QueryDict | None, *, declaration: Text, text: str, after: int
    ) -> None:
        self.declaration = declaration
        earliest = rules.first_day(declaration, today())
        initial = {"text": text, "after": after, "starts_on": earliest}
        super().__init__(data, initial=initial)
        self.fields["text"].help_text = f"{declaration.shape.value}."
        self.fields["text"].required = not declaration.may_be_empty
        self.fields["text"].error_messages["required"] = rules.NO_WORDS
        self.fields["starts_on"].required = True

    def clean_text(self) -> str:
        """The words as they are kept, if they can be used."""
        text = str(self.cleaned_data["text"]).strip()
        problem = rules.problem_in(self.declaration, text)
        if problem:
            raise forms.ValidationError(problem)
        return text
