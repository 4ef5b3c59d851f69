"""What is typed about an effort: its beginning, plan and conditions, and the list's filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from skolefleks.danish import DayField, day
from skolefleks.forms import Form
from skolefleks.textfields import LARGEST, Day, Hours, Line, LongText, OneDecimal
from visitation.efforts import concerns
from visitation.models import EffortCondition, EffortPhase, PlanMeasure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import QueryDict

    from visitation.models import Effort, EffortContact, EffortGoal

LARGEST_FIGURE = 99_999


def require(form: Form, name: str, message: str) -> None:
    """Let an empty field be refused with its own sentence."""
    form.fields[name].required = True
    form.fields[name].error_messages["required"] = message


# -- the beginning --
class BegunForm(Form):
    """The day on which the effort began."""

    begun_on = DayField(
        label="Indsatsen begyndte den",
        error_messages={"required": "Skriv, hvilken dag indsatsen begyndte."},
    )


class NotBegunForm(Form):
    """Why the effort has not begun, and when it is expected to."""

    reason = LongText(
        "Hvorfor er indsatsen ikke begyndt?",
        "For eksempel: den voksne er ikke ansat endnu. Udvalget læser det.",
        rows=4,
    )
    expected_on = DayField(
        label="Vi forventer at begynde den",
        error_messages={"required": "Skriv, hvornår I forventer at begynde."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        require(self, "reason", "Skriv, hvorfor indsatsen ikke er begyndt.")


# -- the plan --
class MeasureForm(Form):
    """One measure of the plan, as it is carried out."""

    kind = forms.ChoiceField(label="Slags", choices=PlanMeasure.Kind.choices)
    what = LongText("Hvad sker der?", "Sådan som det foregår i praksis.", rows=4)
    who = Line("Hvem gør det?")
    starts_on = Day("Fra")
    ends_on = Day("Til")
    hours_per_week = Hours("Timer om ugen")

    optional_fields = frozenset(("who", "starts_on", "ends_on", "hours_per_week"))

    def __init__(self, data: QueryDict | None, *, measure: PlanMeasure) -> None:
        initial = {name: getattr(measure, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        require(self, "what", "Skriv, hvad der sker.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first = cleaned.get("starts_on")
        last = cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "Slutter, før det begynder.")
        return cleaned


class ContactsForm(Form):
    """Who holds each part, and what is arranged; two fields a part."""

    def __init__(
        self, data: QueryDict | None, *, contacts: Iterable[EffortContact]
    ) -> None:
        super().__init__(data)
        self.contacts = list(contacts)
        for contact in self.contacts:
            label = contact.get_part_display()
            self.fields[f"{contact.part}-who"] = Line(f"{label}: hvem?")
            self.fields[f"{contact.part}-arrangement"] = LongText(
                f"{label}: aftalen", "", rows=2
            )
            self.initial[f"{contact.part}-who"] = contact.who
            self.initial[f"{contact.part}-arrangement"] = contact.arrangement

    optional_fields = frozenset[str]()

    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        contacts = {}
        for contact in self.contacts:
            part = contact.part
            contacts[part] = (cleaned[f"{part}-who"], cleaned[f"{part}-arrangement"])
        return {"contacts": contacts}


class PhasesForm(Form):
    """The first day of each phase after the first one."""

    def __init__(
        self, data: QueryDict | None, *, phases: Sequence[EffortPhase]
    ) -> None:
        super().__init__(data)
        for phase in phases[1:]:
            self.fields[phase.kind] = DayField(
                label=f"{phase.get_kind_display()} fra",
                error_messages={"required": "Skriv, hvilken dag fasen begynder."},
            )
            self.initial[phase.kind] = phase.starts_on

    def arguments(self) -> dict[str, Any]:
        first_days = {}
        for kind, first_day in self.cleaned_data.items():
            first_days[EffortPhase.Kind(kind)] = first_day
        return {"first_days": first_days}


class GoalForm(Form):
    """A new version of a goal, with the reason."""

    what = LongText("Hvad skal være anderledes?", "", rows=3)
    low_anchor = Line("1 betyder")
    high_anchor = Line("10 betyder")
    unit = Line("Det, der tælles")
    baseline = OneDecimal("Udgangspunkt", max_value=LARGEST_FIGURE)
    target = OneDecimal("Mål", max_value=LARGEST_FIGURE)
    due_on = Day("Skal være nået den")
    how_measured = LongText("Hvordan måles det?", "", rows=3)
    reason = LongText(
        "Hvorfor ændres målet?",
        "Det gamle mål bliver stående, så man kan se, hvad der er ændret og hvorfor.",
        rows=3,
    )

    optional_fields = frozenset(("due_on", "how_measured"))

    # The fields that one kind of goal has and the others do
    # not.
    OF_KIND = {"scale": ("low_anchor", "high_anchor"), "own": ("unit",)}

    def __init__(self, data: QueryDict | None, *, goal: EffortGoal) -> None:
        names = [name for name in self.base_fields if name != "reason"]
        initial = {name: getattr(goal, name) for name in names}
        super().__init__(data, initial=initial)
        for kind, of_kind in self.OF_KIND.items():
            if kind != goal.kind:
                for name in of_kind:
                    del self.fields[name]
        require(self, "what", "Skriv, hvad der skal være anderledes.")
        require(self, "baseline", "Skriv, hvor eleven er nu.")
        require(self, "target", "Skriv målet.")
        require(self, "reason", "Skriv, hvorfor målet ændres.")


class ConditionForm(Form):
    """Whose a condition is, by when, and whether it is met."""

    state = forms.TypedChoiceField(
        label="Er vilkåret opfyldt?",
        coerce=EffortCondition.State,
        choices=[
            (state.value, state.label)
            for state in EffortCondition.State
            if state != EffortCondition.State.DROPPED
        ],
        widget=forms.RadioSelect,
    )
    owner = forms.TypedChoiceField(
        label="Hvem skal sørge for det?",
        coerce=EffortCondition.Owner,
        choices=EffortCondition.Owner.choices,
    )
    due_on = Day("Senest")
    note = LongText(
        "Bemærkning", "Hvordan er det opfyldt, eller hvorfor ikke?", rows=3
    )

    optional_fields = frozenset(("due_on", "note"))

    def __init__(self, data: QueryDict | None, *, condition: EffortCondition) -> None:
        initial = {name: getattr(condition, name) for name in self.base_fields}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_not_met = cleaned.get("state") == EffortCondition.State.NOT_MET
        if is_not_met and not cleaned.get("note"):
            self.add_error("note", "Skriv, hvorfor vilkåret ikke er opfyldt.")
        return cleaned


# -- the list --
class EffortFilter(forms.Form):
    """The list's filters, as they stand in the address. What makes no sense there is left out."""

    skole = forms.IntegerField(
        label="Skole",
        required=False,
        min_value=1,
        max_value=LARGEST,
        widget=forms.Select,
    )
    fase = forms.ChoiceField(
        label="Fase",
        required=False,
        choices=[("", "Alle"), *EffortPhase.Kind.choices],
    )
    hvad = forms.ChoiceField(
        label="Hvad",
        required=False,
        choices=[("", "Alt"), *concerns.choices()],
    )


def begun_form(data: QueryDict | None, effort: Effort) -> BegunForm:
    """The form with the first granted day in it, which is the usual answer."""
    return BegunForm(data, initial={"begun_on": effort.starts_on})


def period_in_words(effort: Effort) -> str:
    """`1. august 2026 til 31. juli 2027`."""
    return f"{day(effort.starts_on)} til {day(effort.ends_on)}"
