"""Measures tried and planned."""

from __future__ import annotations

from typing import cast

from django import forms
from django.conf import settings
from django.forms.models import BaseInlineFormSet, inlineformset_factory

from applications.models import Application, PlannedMeasure, TriedMeasure
from applications.writing.forms.rows import ROWS_MAX, RowForm, Rows
from applications.writing.forms.words import Section
from skolefleks.danish import KrField
from skolefleks.textfields import Day, Hours, Line, LongText


class TriedForm(RowForm):
    block = "tried"
    what = LongText(
        "Hvad har I prøvet?", "Én ting ad gangen, så konkret, at andre kan se det for sig.", rows=3
    )
    started_on = Day("Fra")
    ended_on = Day("Til")
    hours_per_week = Hours("Timer om ugen")
    outcome = LongText(
        "Hvad kom der ud af det?",
        "Også det, der ikke virkede, er værd at vide. Hvad ændrede sig, og hvordan så I det?",
        rows=3,
    )
    is_support = forms.BooleanField(
        required=False,
        label="Timerne er støttetimer, som ikke er talt med ved eleven",
        help_text="Sæt kryds, hvis timerne kommer oven i dem, der står ved eleven. Løber tiltaget stadig, lægges de sammen.",
    )
    optional_fields = frozenset({"started_on", "ended_on", "hours_per_week"})
    period = ("started_on", "ended_on")
    sections = (
        Section(
            "", "", ("what", ("started_on", "ended_on", "hours_per_week"), "is_support", "outcome")
        ),
    )

    class Meta:
        model = TriedMeasure
        fields = ("what", "started_on", "ended_on", "hours_per_week", "is_support", "outcome")


class PlannedForm(RowForm):
    block = "planned"
    kind = forms.ChoiceField(
        required=False,
        label="Slags tiltag",
        choices=[("", "Vælg slags"), *PlannedMeasure.Kind.choices],
        widget=forms.Select(attrs={"class": "sf-wide"}),
    )
    what = LongText(
        "Hvad skal der ske?", "Hvad gør I, hvor, hvornår og hvor meget? Én ting ad gangen.", rows=4
    )
    who = Line("Hvem gør det?", "Funktion eller navn på den voksne, der står for det.")
    expected_effect = LongText(
        "Forventet effekt",
        "Hvad er anderledes for eleven om et år? Skriv, hvor I er nu, og hvor I vil hen.",
        rows=4,
    )
    how_known = LongText(
        "Hvordan kan man se, at det virker?",
        "Noget, der kan tælles eller iagttages, og hvornår I ser efter.",
        rows=3,
    )
    starts_on = Day("Fra")
    ends_on = Day("Til")
    cost = KrField(
        required=False,
        maximum=settings.TARIFF_MAX,
        label="Hvad koster det?",
        help_text="Hele kroner for hele perioden.",
    )
    optional_fields = frozenset({"who", "starts_on", "ends_on", "cost"})
    period = ("starts_on", "ends_on")
    sections = (
        Section(
            "",
            "",
            (
                "kind",
                "what",
                "who",
                ("starts_on", "ends_on", "cost"),
                "expected_effect",
                "how_known",
            ),
        ),
    )

    class Meta:
        model = PlannedMeasure
        fields = (
            "kind",
            "what",
            "who",
            "starts_on",
            "ends_on",
            "cost",
            "expected_effect",
            "how_known",
        )


class Measures(Rows, BaseInlineFormSet):  # type: ignore[type-arg]
    def add_empty_row(self, *, wanted: bool) -> None:
        """Show one empty row at the end, where `wanted` or there is none. Before the rows are first read."""
        if not self.is_bound and (wanted or not self.initial_form_count()):
            self.extra = 1


def _measures(model: type[TriedMeasure | PlannedMeasure], form: type[RowForm]) -> type[Measures]:
    limits = {
        "can_delete_extra": False,
        "extra": 0,
        "max_num": ROWS_MAX,
        "absolute_max": ROWS_MAX * 2,
        "validate_max": True,
    }
    made = inlineformset_factory(Application, model, form=form, formset=Measures, **limits)  # type: ignore[arg-type]
    return cast("type[Measures]", made)


TriedMeasures = _measures(TriedMeasure, TriedForm)


PlannedMeasures = _measures(PlannedMeasure, PlannedForm)
