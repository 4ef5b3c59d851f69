"""Measures tried and planned: rows that can be added and removed."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms.models import BaseInlineFormSet, inlineformset_factory

from applications.forms.words import Day, Hours, Line, LongText, Section, StepForm
from applications.models import Application, PlannedMeasure, TriedMeasure

_ROWS_MAX = 30


class _MeasureForm(StepForm):
    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        first, last = cleaned.get("started_on"), cleaned.get("ended_on")
        if first and last and last < first:
            self.add_error("ended_on", "Slutter, før det begynder. Se de to datoer efter.")
        return cleaned

    @property
    def is_empty(self) -> bool:
        return all(self.cleaned_data.get(name) in (None, "") for name in type(self).base_fields)


class TriedForm(_MeasureForm):
    what = LongText("Hvad har I prøvet?", "Én ting ad gangen, så konkret, at andre kan se det for sig.", rows=3)
    started_on = Day("Fra")
    ended_on = Day("Til")
    hours_per_week = Hours("Timer om ugen")
    outcome = LongText(
        "Hvad kom der ud af det?",
        "Også det, der ikke virkede, er værd at vide. Hvad ændrede sig, og hvordan så I det?",
        rows=3,
    )
    optional_fields = frozenset({"started_on", "ended_on", "hours_per_week"})
    sections = (Section("", "", ("what", ("started_on", "ended_on", "hours_per_week"), "outcome")),)

    class Meta:
        model = TriedMeasure
        fields = ("what", "started_on", "ended_on", "hours_per_week", "outcome")


class PlannedForm(_MeasureForm):
    kind = forms.ChoiceField(
        required=False,
        label="Slags tiltag",
        choices=[("", "Vælg slags"), *PlannedMeasure.Kind.choices],
        widget=forms.Select(attrs={"class": "sf-wide"}),
    )
    what = LongText("Hvad skal der ske?", "Hvad gør I, hvor, hvornår og hvor meget? Én ting ad gangen.", rows=4)
    who = Line("Hvem gør det?", "Funktion eller navn på den voksne, der står for det.")
    expected_effect = LongText(
        "Forventet effekt", "Hvad er anderledes for eleven om et år? Skriv, hvor I er nu, og hvor I vil hen.", rows=4
    )
    how_known = LongText(
        "Hvordan kan man se, at det virker?", "Noget, der kan tælles eller iagttages, og hvornår I ser efter.", rows=3
    )
    optional_fields = frozenset({"who"})
    sections = (Section("", "", ("kind", "what", "who", "expected_effect", "how_known")),)

    class Meta:
        model = PlannedMeasure
        fields = ("kind", "what", "who", "expected_effect", "how_known")


class Measures(BaseInlineFormSet):  # type: ignore[type-arg]
    """The rows of a step. A row emptied of all its words is gone, as is one that is marked for removal."""

    def add_empty_row(self, *, wanted: bool) -> None:
        """Show one empty row at the end, where `wanted` or there is none. Before the rows are first read."""
        if not self.is_bound and (wanted or not self.initial_form_count()):
            self.extra = 1

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Fjern tiltaget, når der gemmes"
        form.fields["id"].queryset = self.get_queryset()
        form.fields["id"].error_messages["invalid_choice"] = "Tiltaget findes ikke længere. Genindlæs siden."

    @property
    def kept(self) -> list[Any]:
        return [form.instance for form in self.forms if not self._goes(form)]

    @property
    def removed(self) -> list[Any]:
        return [form.instance for form in self.initial_forms if self._goes(form)]

    @staticmethod
    def _goes(form: Any) -> bool:
        return bool(form.cleaned_data.get("DELETE")) or form.is_empty


def _measures(model: type[TriedMeasure | PlannedMeasure], form: type[_MeasureForm]) -> type[Measures]:
    limits = {
        "can_delete_extra": False,
        "extra": 0,
        "max_num": _ROWS_MAX,
        "absolute_max": _ROWS_MAX * 2,
        "validate_max": True,
    }
    made = inlineformset_factory(Application, model, form=form, formset=Measures, **limits)  # type: ignore[arg-type]
    return cast("type[Measures]", made)


TriedMeasures = _measures(TriedMeasure, TriedForm)
PlannedMeasures = _measures(PlannedMeasure, PlannedForm)
