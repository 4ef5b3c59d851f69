"""What all forms have in common: they ask for one act, and show its refusal at the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.http import Http404

from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable


class Form(forms.Form):
    """A form that is sent to have one act done.

    `outcome` is what the act returned.
    """

    outcome: Any = None

    # Fields that stand in an address have a Danish name there: {"first_day": "foerste"}.
    names_in_address: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _name_in_required_error(field)

    def add_prefix(self, field_name: str) -> str:
        return super().add_prefix(self.names_in_address.get(field_name, field_name))

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments that the act is given: by default the fields and their values."""
        return dict(self.cleaned_data)

    def try_to(self, do: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Do the act with what was typed, and say whether it was done.

        Nothing is tried while the form is not sent or is not valid. A refusal is shown at the field
        it names, or above the form. One that is an Http404 too is raised on.
        """
        if not self.is_valid():
            return False

        try:
            self.outcome = do(*args, **self.arguments(), **kwargs)
        except Refusal as refusal:
            # The person may not see the case any more: it must not be shown with the refusal.
            if isinstance(refusal, Http404):
                raise
            self.show_refusal(refusal)
            return False
        return True

    def show_refusal(self, refusal: Refusal) -> None:
        """Put the refusal's sentence where the person can act on it."""
        field = None
        # An act may name a field that this form does not have.
        if refusal.field in self.fields:
            field = refusal.field
        self.add_error(field, str(refusal))


def _name_in_required_error(field: forms.Field) -> None:
    """Name the field in the error for an empty one, unless the form has its own message for it."""
    default_message = type(field).default_error_messages.get(
        "required", forms.Field.default_error_messages["required"]
    )
    if not field.label or field.error_messages.get("required") != default_message:
        return

    verb = "Skriv"
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        verb = "Vælg"
    if isinstance(field, forms.BooleanField):
        verb = "Sæt kryds ved"
    field.error_messages["required"] = f"{verb} »{field.label}«."
