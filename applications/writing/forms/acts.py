"""What an act asks for: which school, which reason, which adviser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from skolefleks.models import Membership, School


class NewForm(forms.Form):
    """Which school, for one who works at several."""

    school = forms.TypedChoiceField(
        coerce=int, label="Hvilken skole gælder det?", widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, schools: list[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        field.choices = [(school.pk, school.name) for school in schools]
        field.error_messages = {
            "required": "Vælg skolen.",
            "invalid_choice": "Vælg en af dine skoler.",
        }
        if len(schools) == 1:
            del self.fields["school"]


class InviteForm(forms.Form):
    adviser = forms.TypedChoiceField(
        label="Invitér en rådgiver",
        coerce=int,
        help_text="Rådgiveren kan læse netop denne sag og ingen andre.",
    )

    def __init__(self, *args: Any, advisers: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["adviser"]
        field.choices = [
            ("", "Vælg"),
            *((m.user_id, f"{m.user.name}, {m.label}") for m in advisers),
        ]
        field.error_messages = {
            "required": "Vælg, hvem der skal inviteres.",
            "invalid_choice": "Vælg en rådgiver på listen.",
        }
