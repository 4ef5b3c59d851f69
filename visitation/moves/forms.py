"""What is typed when a pupil changes school while the effort runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from skolefleks.danish import DayField
from skolefleks.forms import Form
from skolefleks.models import School
from skolefleks.textfields import LongText
from visitation.efforts.forms import require

if TYPE_CHECKING:
    from django.http import QueryDict

    from visitation.models import Effort


class MoveForm(Form):
    """To which school, the last day at the old one, and why."""

    school = forms.ModelChoiceField(
        label="Ny skole",
        queryset=School.objects.none(),
        empty_label="Vælg skolen",
        error_messages={"required": "Vælg, hvilken skole eleven flytter til."},
    )
    last_day = DayField(
        label="Sidste dag på den gamle skole",
        help_text="Den nye skole får pengene fra dagen efter.",
        error_messages={"required": "Skriv den sidste dag på den gamle skole."},
    )
    grounds = LongText(
        "Hvorfor flytter indsatsen med?",
        "Begge skoler læser det i brevet, og forældrene får det også.",
        rows=4,
    )

    def __init__(self, data: QueryDict | None, *, effort: Effort) -> None:
        super().__init__(data)
        others = School.objects.exclude(pk=effort.school_id)
        self.fields["school"].queryset = others  # type: ignore[attr-defined]
        require(self, "grounds", "Skriv, hvorfor indsatsen flytter med eleven.")
