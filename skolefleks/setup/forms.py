"""What an administrator types of a setting, and the second person of a no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from skolefleks.danish import today
from skolefleks.forms import Form
from skolefleks.models.settings import REASON
from skolefleks.setup import rules
from skolefleks.setup.declarations import DECLARATIONS
from skolefleks.textfields import LARGEST, Day, FreeText

if TYPE_CHECKING:
    from django.http import QueryDict

    from skolefleks.setup.kinds import Declaration, Value

# Characters of numbers with commas between.
LONGEST_VALUE = 80


class Reason(FreeText):
    """Why, in a sentence or two."""

    def __init__(self, label: str) -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        super().__init__(label=label, max_length=REASON, widget=widget)


class ChangeForm(Form):
    """A new value, from when, and why."""

    starts_on = Day("Gælder fra")
    reason = Reason("Begrundelse")
    # One is added to it.
    after = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=LARGEST - 1
    )

    def __init__(
        self, data: QueryDict | None, *, name: str, value: Value, after: int
    ) -> None:
        self.declaration = DECLARATIONS[name]
        typed = self.declaration.as_typed(value)
        earliest = rules.first_day(name, today())
        initial = {"value": typed, "after": after, "starts_on": earliest}
        super().__init__(data, initial=initial)
        self.fields["value"] = _field_of(self.declaration)
        self.fields["starts_on"].required = True
        self.order_fields(["value", "starts_on", "reason", "after"])

    def clean_value(self) -> Value:
        """The value as it is stored."""
        typed = self.cleaned_data["value"]
        if isinstance(typed, list):
            return self._chosen(typed)
        if self.declaration.is_choice:
            return str(typed)
        try:
            return self.declaration.read(typed)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def _chosen(self, typed: list[str]) -> Value:
        if all(option.isdigit() for option in self.declaration.options):
            return tuple(int(one) for one in typed)
        return tuple(typed)


class RefuseForm(Form):
    """Why not."""

    reason = Reason("Begrundelse for afvisning")


def _field_of(declaration: Declaration) -> forms.Field:
    options = list(declaration.options.items())
    if declaration.takes_several:
        return forms.MultipleChoiceField(
            label="Ny værdi",
            choices=options,
            required=bool(declaration.least),
            widget=forms.CheckboxSelectMultiple,
        )
    if declaration.is_choice:
        return forms.ChoiceField(
            label="Ny værdi", choices=options, widget=forms.RadioSelect
        )
    widget: Any = forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "off"}
    )
    if declaration.unit:
        widget.attrs["data-suffix"] = declaration.unit
    return FreeText(
        label="Ny værdi",
        max_length=LONGEST_VALUE,
        help_text=declaration.bounds_in_words(),
        widget=widget,
    )
