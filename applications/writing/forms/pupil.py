"""What is written of one pupil."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.html import format_html

from applications.fields import helps
from applications.fields.declarations import PUPIL
from applications.models import PupilCase
from applications.writing.forms.declared import (
    field_maker,
    names_of,
    optional_names_of,
    sections_of,
)
from applications.writing.forms.stepform import Section, StepForm
from skolefleks.danish import CprField, age_on, born_on, masked, today

# Whole years; a pupil outside is a typing error, no rule.
YOUNGEST = 4
OLDEST = 25


class PupilForm(StepForm):
    """All that is written of one pupil. An empty CPR field leaves a stored number as it is."""

    block = PUPIL.kind
    sections: ClassVar[tuple[Section, ...]] = sections_of(PUPIL)
    optional_fields = optional_names_of(PUPIL)
    period: ClassVar[tuple[str, str] | None] = ("starts_on", "ends_on")
    same_day = False

    cpr = CprField(
        required=False,
        label=PUPIL.field("cpr").label,
        help_text=helps.of_field(PUPIL, PUPIL.field("cpr")),
    )

    class Meta:
        model = PupilCase
        fields = names_of(PUPIL)
        formfield_callback = field_maker(PUPIL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_cpr = ""
        if self.instance.pupil:
            self.stored_cpr = self.instance.pupil.cpr

        # The number itself is never sent to the page again.
        if self.stored_cpr:
            self.fields["cpr"].help_text = format_html(
                "Gemt: <strong>{}</strong>. Lad feltet stå tomt, så bliver det stående; "
                "skriv kun for at rette det.",
                masked(self.stored_cpr),
            )

    @property
    def is_empty(self) -> bool:
        return super().is_empty and not self.cleaned_data.get("cpr")

    @property
    def place(self) -> str:
        return f"{self.block}:{self.instance.pk}"

    def clean_cpr(self) -> str:
        cpr: str = self.cleaned_data["cpr"]
        if cpr and not YOUNGEST <= age_on(born_on(cpr), today()) <= OLDEST:
            raise ValidationError(
                "CPR-nummeret hører ikke til et barn eller en ung. Se cifrene efter.",
                code="invalid",
            )
        return cpr

    @property
    def cpr_number(self) -> str:
        """Ten digits: what was typed, else what was stored, else ''."""
        return self.cleaned_data.get("cpr") or self.stored_cpr
