"""Measures tried and planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.utils.functional import cached_property

from applications.fields.declarations import PLANNED, TRIED
from applications.fields.row_fields import OF_PUPIL
from applications.models import Application, PlannedMeasure, TriedMeasure
from applications.writing.forms.declared import (
    field_maker,
    names_of,
    optional_names_of,
    sections_of,
)
from applications.writing.forms.rows import ROWS_MAX, RowForm, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from applications.models import PupilCase


class PupilChoice(forms.TypedChoiceField):
    """Whom a measure is for; the choices are known once the table is."""

    def __init__(self) -> None:
        super().__init__(required=False, label=OF_PUPIL.label, empty_value=None)

    def offer(self, pupils: Sequence[PupilCase]) -> None:
        by_key = {str(pupil.pk): pupil for pupil in pupils}
        self.coerce = by_key.__getitem__
        choices = [(key, str(pupil)) for key, pupil in by_key.items()]
        self.choices = [("", "Alle eleverne"), *choices]


def offer_pupils(form: forms.BaseForm, pupils: Sequence[PupilCase]) -> None:
    """Let the form's `pupil` be chosen; of a single one there is nothing to choose."""
    field = form.fields["pupil"]
    if len(pupils) > 1 and isinstance(field, PupilChoice):
        field.offer(pupils)
    else:
        del form.fields["pupil"]


class TriedForm(RowForm):
    """One measure that was tried, and what came of it."""

    block = TRIED.kind
    sections = sections_of(TRIED)
    optional_fields = optional_names_of(TRIED)
    period = ("started_on", "ended_on")

    pupil = PupilChoice()

    class Meta:
        model = TriedMeasure
        fields = names_of(TRIED)
        formfield_callback = field_maker(TRIED)


class PlannedForm(RowForm):
    """One measure that the money is to pay for."""

    block = PLANNED.kind
    sections = sections_of(PLANNED)
    optional_fields = optional_names_of(PLANNED)
    period = ("starts_on", "ends_on")

    pupil = PupilChoice()

    class Meta:
        model = PlannedMeasure
        fields = names_of(PLANNED)
        formfield_callback = field_maker(PLANNED)


class Measures(Rows, BaseInlineFormSet):  # type: ignore[type-arg]
    """The measures of an application, of one kind."""

    @cached_property
    def pupils(self) -> list[PupilCase]:
        return list(
            self.instance.pupil_cases.only("application", "initials", "position")
        )

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        offer_pupils(form, self.pupils)

    def add_empty_row(self, *, is_wanted: bool) -> None:
        """Show one empty row at the end, where it is wanted or there is no row.

        To be called before the rows are first read: Django makes their forms
        then.
        """
        # A page that comes back shows the rows that were sent, and no more.
        if self.is_bound:
            return
        if is_wanted or not self.initial_form_count():
            self.extra = 1


def _table_of(
    model: type[TriedMeasure | PlannedMeasure], form: type[RowForm]
) -> type[Measures]:
    table = inlineformset_factory(
        Application,
        model,
        form=form,
        formset=Measures,
        can_delete_extra=False,
        extra=0,
        max_num=ROWS_MAX,
        # Read and refused with a sentence; what is beyond is not even read.
        absolute_max=ROWS_MAX * 2,
        validate_max=True,
    )
    return cast("type[Measures]", table)


TriedMeasures = _table_of(TriedMeasure, TriedForm)

PlannedMeasures = _table_of(PlannedMeasure, PlannedForm)
