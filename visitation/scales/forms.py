"""What is typed of a scale, and of a goal that is measured on one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from skolefleks.danish import DayField
from skolefleks.forms import Form
from skolefleks.textfields import Line, LongText, OneDecimal
from visitation.efforts.forms import LARGEST_FIGURE, require
from visitation.models import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

OLDEST = 25

DIRECTIONS = [
    (Scale.Direction.UP.value, "Højere er bedre"),
    (Scale.Direction.DOWN.value, "Lavere er bedre"),
]


def age_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=OLDEST
    )


class ScaleForm(Form):
    """A scale by its name, its ends and what they mean, and by whose licence."""

    name = Line("Navn", "Det, den hedder i licensen, for eksempel »ORS, sumscore«.")
    licence = Line(
        "Licens", "Hvem har licensen, og til hvornår? Skriv »Ingen«, hvis den er fri."
    )
    lowest = OneDecimal("Laveste værdi", max_value=LARGEST_FIGURE)
    highest = OneDecimal("Højeste værdi", max_value=LARGEST_FIGURE)
    direction = forms.TypedChoiceField(
        label="Hvilken vej er bedre?",
        coerce=Scale.Direction,
        choices=DIRECTIONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg, hvilken vej der er bedre."},
    )
    unit = Line("Enhed", "For eksempel »point«. Står efter tallet.")
    low_anchor = Line("Den laveste værdi betyder")
    high_anchor = Line("Den højeste værdi betyder")
    youngest = age_field("Fra alder")
    oldest = age_field("Til alder")

    optional_fields = frozenset(
        ("highest", "unit", "low_anchor", "high_anchor", "youngest", "oldest")
    )

    # The columns are shorter than a line.
    SHORT = {"name": 80, "unit": 40, "low_anchor": 80, "high_anchor": 80}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, limit in self.SHORT.items():
            self.fields[name].limit = limit  # type: ignore[attr-defined]
        require(self, "name", "Skriv, hvad skalaen hedder.")
        require(self, "licence", "Skriv, hvem der har licensen.")
        require(self, "lowest", "Skriv den laveste værdi.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        youngest, oldest = cleaned.get("youngest"), cleaned.get("oldest")
        if youngest is not None and oldest is not None and oldest < youngest:
            self.add_error("oldest", "Slutter, før den begynder.")
        return cleaned


class GoalOnScaleForm(Form):
    """One more goal, measured on a scale of the municipality's own."""

    scale = forms.ModelChoiceField(
        label="Skala",
        queryset=Scale.objects.none(),
        empty_label="Vælg skalaen",
        error_messages={"required": "Vælg skalaen."},
    )
    what = LongText("Hvad skal være anderledes?", "", rows=3)
    baseline = OneDecimal("Udgangspunkt", max_value=LARGEST_FIGURE)
    target = OneDecimal("Mål", max_value=LARGEST_FIGURE)
    due_on = DayField(label="Skal være nået den", required=False)

    optional_fields = frozenset(("due_on",))

    def __init__(self, data: QueryDict | None, *, scales: Sequence[Scale]) -> None:
        super().__init__(data)
        keys = [scale.pk for scale in scales]
        offered = Scale.objects.filter(pk__in=keys)
        self.fields["scale"].queryset = offered  # type: ignore[attr-defined]
        require(self, "what", "Skriv, hvad der skal være anderledes.")
        require(self, "baseline", "Skriv, hvor eleven er nu.")
        require(self, "target", "Skriv målet.")
