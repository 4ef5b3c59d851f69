"""What the committee types of one pupil or case: a decision, its correction or end, a question to the school."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from applications.models import TEXT, PupilCase
from skolefleks.danish import DayField, KrField, day, kr, today
from skolefleks.textfields import holds_cpr, text_area
from visitation.decisions import actions, queries
from visitation.decisions.sentences import GROUNDS
from visitation.models import Assessment, Decision, Grant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.forms import BoundField
    from django.http import QueryDict


LONGEST_PERIOD_YEARS = 3


YEARS_AHEAD = 5  # a date further off is a typing error


SPARE_FOLLOW_UPS = 2  # empty fields beside those that are suggested


MOST_FOLLOW_UPS = 24


Outcome = Decision.Outcome


OUTCOMES = [
    (choice.value, choice.label)
    for choice in (Outcome.GRANTED, Outcome.REJECTED, Outcome.POSTPONED)
]


STEP_CHOICES = [(str(step), kr(step)) for step in settings.TARIFF_STEPS]


class TermsForm(forms.Form):
    """Tariff and period alone: for the figures beside the form."""

    tariff = KrField(label="Takst om året", maximum=settings.TARIFF_MAX)
    starts_on = DayField(label="Fra og med")
    ends_on = DayField(label="Til og med")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        _check_period(self, data.get("starts_on"), data.get("ends_on"))
        return data


class DecisionForm(forms.Form):
    """What is decided for one pupil. Terms are asked for only where the pupil is granted; in part follows from them."""

    outcome = forms.ChoiceField(label="Afgørelse", choices=OUTCOMES, widget=forms.RadioSelect)
    weight = forms.TypedChoiceField(
        label="Behovets tyngde",
        choices=[("", "Vælg"), *Assessment.Weight.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    step = forms.ChoiceField(
        label="Takst om året, trin", choices=STEP_CHOICES, required=False, widget=forms.RadioSelect
    )
    tariff = KrField(
        label="Takst om året",
        maximum=settings.TARIFF_MAX,
        required=False,
        help_text="Vælg et trin, eller skriv et andet beløb. Prisen for perioden regnes ud efter dage.",
    )
    deviation = forms.CharField(
        label="Hvorfor en anden takst end enhedstaksten?",
        max_length=TEXT,
        required=False,
        widget=text_area(3),
        help_text=f"Skal udfyldes, når taksten ikke er {kr(settings.UNIT_TARIFF)} Centercheferne læser teksten:"
        " skriv om indsatsens tyngde, og intet, der kan føre til eleven.",
    )
    starts_on = DayField(label="Fra og med", required=False)
    ends_on = DayField(label="Til og med", required=False)
    conditions = forms.CharField(
        label="Vilkår",
        max_length=TEXT,
        required=False,
        widget=text_area(3),
        help_text="Hvad skolen skal gøre, for at bevillingen gælder, og hvad I vil se ved opfølgningen.",
    )
    grounds = forms.CharField(
        label="Begrundelse",
        max_length=TEXT,
        widget=text_area(7),
        help_text="Elevens behov, indsatsens tyngde og den forventede effekt: det, der har været afgørende."
        " Skolen og forældrene læser den.",
    )

    optional_fields = {"conditions"}
    sentences = GROUNDS

    def __init__(
        self, data: QueryDict | None, *, case: PupilCase, corrects: Decision | None = None
    ) -> None:
        self.corrects = corrects
        old = Grant.objects.filter(decision=corrects).first() if corrects else None
        super().__init__(
            data, initial=_of_grant(corrects, old) if corrects and old else _of_wish(case)
        )
        for name in ("tariff", "starts_on", "ends_on"):
            self.fields[name].widget.attrs["data-terms"] = ""
        self.fields["step"].widget.attrs["data-fills"] = "id_tariff"
        if corrects:
            self.fields["outcome"].choices = OUTCOMES[:2]  # type: ignore[attr-defined]
        self._add_follow_ups(old)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == Outcome.GRANTED:
            self._take_step(data)
            for name in ("tariff", "starts_on", "ends_on", "weight"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, "Skal udfyldes, når eleven får en bevilling.")
            _check_period(self, data.get("starts_on"), data.get("ends_on"))
            if data.get("tariff") not in {None, settings.UNIT_TARIFF} and not data.get("deviation"):
                self.add_error(
                    "deviation", f"Skriv, hvorfor taksten ikke er {kr(settings.UNIT_TARIFF)}"
                )
            self._check_follow_ups(data)
        for name in ("deviation", "conditions", "grounds"):
            if holds_cpr(data.get(name) or ""):
                self.add_error(
                    name, "Teksten ser ud til at indeholde et CPR-nummer. Tag det ud af teksten."
                )
        return data

    def terms(self) -> actions.Terms | None:
        """What is granted; None where nothing is."""
        data = self.cleaned_data
        if data["outcome"] != Outcome.GRANTED:
            return None
        deviation = data["deviation"] if data["tariff"] != settings.UNIT_TARIFF else ""
        days = tuple(data[name] for name in self._follow_ups if data.get(name))
        return actions.Terms(
            data["tariff"],
            data["starts_on"],
            data["ends_on"],
            data["conditions"],
            deviation,
            data["weight"],
            days,
        )

    def follow_ups(self) -> Iterator[BoundField]:
        for name in self._follow_ups:
            yield self[name]

    def _add_follow_ups(self, old: Grant | None) -> None:
        """A field for each suggested day and a few more; as many as were sent."""
        first, last = self.initial.get("starts_on"), self.initial.get("ends_on")
        days = (
            [row.due_on for row in old.follow_ups.all()]
            if old
            else queries.suggested_follow_ups(first, last)
        )
        sent = sum(name.startswith("follow_up_") for name in self.data)
        self._follow_ups = [
            f"follow_up_{n}"
            for n in range(min(max(len(days) + SPARE_FOLLOW_UPS, sent), MOST_FOLLOW_UPS))
        ]
        for number, name in enumerate(self._follow_ups):
            self.fields[name] = DayField(
                label=f"{number + 1}. opfølgning", required=False, help_text=""
            )
        self.initial.update(zip(self._follow_ups, days, strict=False))

    def _check_follow_ups(self, data: dict[str, Any]) -> None:
        """Each lies within the period; a suggestion that falls outside a shorter one is let go."""
        first, last = data.get("starts_on"), data.get("ends_on")
        for name in self._follow_ups:
            if not (first and last and data.get(name)) or first <= data[name] <= last:
                continue
            if data[name] == self.initial.get(name):
                data[name] = None
            else:
                self.add_error(name, f"Vælg en dag mellem {day(first)} og {day(last)}.")

    def _take_step(self, data: dict[str, Any]) -> None:
        """The step counts where the amount was left as it stood; two amounts at once are told, not chosen between."""
        step, typed = int(data["step"]) if data.get("step") else None, data.get("tariff")
        if step is None or "tariff" in self.errors or step == typed:
            return
        if typed is None or typed == self.initial.get("tariff"):
            data["tariff"] = step
        else:
            self.add_error(
                "tariff",
                f"Du har valgt trinnet {kr(step)}, og her står {kr(typed)} Lad kun det ene stå.",
            )


def _of_wish(case: PupilCase) -> dict[str, Any]:
    return {"tariff": case.requested_tariff, "starts_on": case.starts_on, "ends_on": case.ends_on}


def _of_grant(decision: Decision, grant: Grant) -> dict[str, Any]:
    return {
        "outcome": Outcome.GRANTED,
        "weight": decision.weight,
        "tariff": grant.tariff,
        "deviation": decision.deviation or "",
        "starts_on": grant.starts_on,
        "ends_on": grant.last_day,
        "conditions": grant.conditions,
    }


def _check_period(form: forms.Form, starts_on: date | None, ends_on: date | None) -> None:
    if not (starts_on and ends_on):
        return
    if ends_on <= starts_on:
        form.add_error("ends_on", "Perioden skal slutte efter den dag, den begynder.")
    elif abs(starts_on.year - today().year) > YEARS_AHEAD:
        form.add_error("starts_on", "Se årstallet efter.")
    elif ends_on.year - starts_on.year > LONGEST_PERIOD_YEARS:
        form.add_error("ends_on", f"Perioden må højst vare {LONGEST_PERIOD_YEARS} år.")
