"""Goals: what should be different for each pupil, by when, and how one will know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms import modelformset_factory

from applications.fields.declarations import GOAL
from applications.models import Goal
from applications.writing import rules
from applications.writing.forms.declared import (
    field_maker,
    names_of,
    optional_names_of,
    sections_of,
)
from applications.writing.forms.rows import ROWS_MAX, RowForm, Rows
from skolefleks.textfields import OneDecimal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from applications.models import PupilCase


class Figure(OneDecimal):
    """A baseline or a target, in whatever the goal is measured in."""

    def __init__(self, label: str) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "class": "sf-tiny", "autocomplete": "off"}
        )
        super().__init__(
            label,
            max_value=99_999,
            widget=widget,
            error_messages={
                "invalid": "Skriv et tal, for eksempel 3 eller 3,5.",
                "min_value": "Tallet kan ikke være under 0.",
                "max_value": "Tallet er for stort.",
                "max_decimal_places": "Skriv højst én decimal.",
            },
        )


class GoalForm(RowForm):
    """One goal of one pupil."""

    block = GOAL.kind
    sections = sections_of(GOAL)
    optional_fields = optional_names_of(GOAL)

    pupil = forms.TypedChoiceField(required=False, widget=forms.HiddenInput())
    baseline = Figure(GOAL.field("baseline").label)
    target = Figure(GOAL.field("target").label)

    class Meta:
        model = Goal
        fields = names_of(GOAL)
        formfield_callback = field_maker(GOAL)

    @property
    def end_id(self) -> str:  # type: ignore[override]
        """Each pupil's goals are a table of their own."""
        return f"div_id_ny-{self['pupil'].value()}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()

        # While somebody types, the form may not hold the kind.
        kind = cleaned.get("kind", self.stored["kind"])
        bounds = rules.goal_bounds(kind)
        if bounds is None:
            return cleaned

        low, high = bounds
        for name in ("baseline", "target"):
            figure = cleaned.get(name)
            if figure is not None and not low <= figure <= high:
                self.add_error(name, f"Skriv et tal mellem {low} og {high}.")
        return cleaned


class Goals(Rows):
    """The goals of all pupils of an application, each with its pupil's id.

    A pupil without a goal gets an empty row, as does the one named in
    `shown_for` (a pupil's id).
    """

    row_name = "Mål"
    row_is_gone = "Målet findes ikke længere. Genindlæs siden."

    def __init__(
        self,
        *args: Any,
        pupils: Sequence[PupilCase],
        shown_for: str = "",
        **kwargs: Any,
    ) -> None:
        self.pupils = list(pupils)
        self.pupils_by_id = {str(pupil.pk): pupil for pupil in self.pupils}
        goals = Goal.objects.filter(pupil_case__in=self.pupils)
        super().__init__(*args, queryset=goals, **kwargs)  # type: ignore[misc]
        if not self.is_bound:
            self._add_empty_rows(shown_for)

    def _add_empty_rows(self, shown_for: str) -> None:
        pupils_with_a_goal = {goal.pupil_case_id for goal in self.get_queryset()}
        empty_rows = []
        for pupil in self.pupils:
            if pupil.pk not in pupils_with_a_goal or str(pupil.pk) == shown_for:
                empty_rows.append({"pupil": str(pupil.pk)})

        self.initial_extra = empty_rows
        self.extra = len(empty_rows)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["pupil"].choices = [
            (str(pupil.pk), pupil.initials) for pupil in self.pupils
        ]

        if form.instance.pupil_case_id:
            # A stored goal stays with its pupil, whatever the page sends.
            form.initial["pupil"] = str(form.instance.pupil_case_id)
        elif form.is_bound:
            # Before validation: a goal cannot be stored without its pupil.
            pupil = self.pupils_by_id.get(form["pupil"].value())
            if pupil:
                form.instance.pupil_case_id = pupil.pk

    @property
    def by_pupil(self) -> Iterator[tuple[PupilCase, list[tuple[int, Any]]]]:
        """Each pupil with their goals, and the place of each in the table."""
        for pupil in self.pupils:
            goals = []
            for place, form in enumerate(self.forms):
                if form["pupil"].value() == str(pupil.pk):
                    goals.append((place, form))
            yield pupil, goals


GoalRows = cast(
    "type[Goals]",
    modelformset_factory(
        Goal,
        form=GoalForm,
        formset=Goals,
        extra=0,
        max_num=ROWS_MAX,
        absolute_max=ROWS_MAX * 2,
        validate_max=True,
    ),
)
