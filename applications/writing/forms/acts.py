"""What an act asks for: which school, which adviser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from skolefleks.forms import Form

if TYPE_CHECKING:
    from skolefleks.models import Membership, School


class NewForm(Form):
    """Which school, for one who works at several."""

    school = forms.TypedChoiceField(
        coerce=int,
        label="Hvilken skole gælder det?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg skolen.",
            "invalid_choice": "Vælg en af dine skoler.",
        },
    )

    def __init__(self, *args: Any, schools: list[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = schools
        field: Any = self.fields["school"]
        field.choices = [(school.pk, school.name) for school in schools]

        # Who works at one school only is not asked which.
        if len(schools) == 1:
            del self.fields["school"]

    @property
    def chosen_school(self) -> School:
        """The school that was chosen, or the only one."""
        if "school" not in self.fields:
            return self.schools[0]
        schools_by_id = {school.pk: school for school in self.schools}
        return schools_by_id[self.cleaned_data["school"]]

    def arguments(self) -> dict[str, Any]:
        return {"school": self.chosen_school}


class InviteForm(Form):
    """Which adviser is invited to the case."""

    adviser = forms.TypedChoiceField(
        label="Invitér en rådgiver",
        coerce=int,
        help_text="Rådgiveren kan læse netop denne sag og ingen andre.",
        error_messages={
            "required": "Vælg, hvem der skal inviteres.",
            "invalid_choice": "Vælg en rådgiver på listen.",
        },
    )

    def __init__(self, *args: Any, advisers: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.users_by_id = {
            membership.user_id: membership.user for membership in advisers
        }

        choices: list[tuple[int | str, str]] = [("", "Vælg")]
        for membership in advisers:
            choices.append(
                (membership.user_id, f"{membership.user.name}, {membership.label}")
            )
        field: Any = self.fields["adviser"]
        field.choices = choices

    def arguments(self) -> dict[str, Any]:
        return {"adviser": self.users_by_id[self.cleaned_data["adviser"]]}
