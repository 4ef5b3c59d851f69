"""The school's application for an extension, and what the committee decides of a running effort."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.conf import settings

from applications.models import TEXT
from budget.tariff import Later
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import DayField, KrField, kr
from skolefleks.forms import Form
from skolefleks.refusals import Refusal
from skolefleks.setup import trade
from skolefleks.textfields import FreeText, LongText, text_area
from visitation.amendments import (
    actions,
    rules,
    writing,
)
from visitation.decisions import rules as decision_rules
from visitation.lifecycle import MeetingStatus
from visitation.models import (
    Amendment,
    Decision,
    Meeting,
)
from visitation.ways.forms import WayForm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import QueryDict

    from visitation.models import Grant

Outcome = Decision.Outcome

OUTCOMES = [
    (Outcome.STEPPED_DOWN.value, "Trap ned"),
    (Outcome.EXTENDED.value, "Forlæng"),
    (Outcome.CHANGED.value, "Ændr takst eller vilkår"),
    (Outcome.STOPPED.value, "Stop"),
    (Outcome.UNCHANGED.value, "Lad bevillingen stå uændret"),
]

# Tariffs that may follow the first one in a row.
STEPS = (2, 3, 4)


class ExtensionForm(Form):
    """What was reached, what is left, why longer, and until when."""

    reached = LongText(
        "Hvad har indsatsen nået?", "Mål for mål: hvor er eleven nu?", rows=6
    )
    remaining = LongText(
        "Hvad mangler?", "Det, der ikke er nået, og det, der er kommet til.", rows=5
    )
    reason = LongText(
        "Hvorfor skal indsatsen løbe længere?",
        "Hvad vil ske i den ekstra tid, og hvordan slutter den?",
        rows=5,
    )
    until = DayField(label="Forlænges til og med", required=False)
    tariff = KrField(
        label="Takst pr. år i forlængelsen",
        maximum=settings.TARIFF_MAX,
        required=False,
        help_text="Er behovet blevet mindre, så søg om mindre.",
    )

    # A draft may lack any of them; what is sent lacks none.
    optional_fields = ()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        amendment: Amendment | None,
        tariff: int | None,
    ) -> None:
        initial: dict[str, Any] = {"tariff": tariff}
        if amendment:
            initial = {name: getattr(amendment, name) for name in self.base_fields}
            initial["tariff"] = amendment.tariff or tariff
        super().__init__(data, initial=initial)

    def arguments(self) -> dict[str, Any]:
        return {"extension": writing.Extension(**self.cleaned_data)}


class AgendaForm(Form):
    """Which of the amendments are put on which meeting's agenda."""

    meeting = forms.ModelChoiceField(
        label="Sæt de valgte på dagsordenen for",
        queryset=Meeting.objects.filter(status=MeetingStatus.PLANNED),
        empty_label="Vælg et møde",
        error_messages={
            "required": "Vælg et møde.",
            "invalid_choice": "Mødet er låst, aflyst eller holdt. Vælg et andet.",
        },
    )
    chosen = forms.ModelMultipleChoiceField(
        label="Opfølgninger",
        queryset=Amendment.objects.none(),
        error_messages={
            "required": "Sæt kryds ved de opfølgninger, der skal på dagsordenen.",
            "invalid_choice": "En af opfølgningerne venter ikke længere på udvalget.",
        },
    )

    def __init__(self, data: QueryDict | None, *, rows: Sequence[Amendment]) -> None:
        super().__init__(data)
        chosen: Any = self.fields["chosen"]
        chosen.queryset = Amendment.objects.filter(pk__in=[row.pk for row in rows])


class Step(NamedTuple):
    """A tariff of the row as it is typed, with the names of its fields."""

    tariff: str
    until: str


class AmendmentForm(WayForm):
    """What is decided of a running effort. Terms are asked for only where they are changed."""

    outcome = forms.TypedChoiceField(
        label="Afgørelse",
        choices=OUTCOMES,
        coerce=Outcome,
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg en afgørelse."},
    )
    starts_on = DayField(
        label="Fra og med",
        required=False,
        help_text="En forlængelse begynder altid dagen efter bevillingens sidste dag.",
    )
    tariff = KrField(label="Takst pr. år", maximum=settings.TARIFF_MAX, required=False)
    until = DayField(label="Til og med", required=False)
    last_day = DayField(
        label="Indsatsens sidste dag",
        required=False,
        help_text="Kun når indsatsen stopper. Pengene efter dagen bliver fri med det samme.",
    )
    deviation = FreeText(
        label="Hvorfor en anden takst end enhedstaksten?",
        max_length=TEXT,
        required=False,
        widget=text_area(3),
        help_text=trade.in_words(
            lambda now: (
                f"Skal udfyldes, når taksten ikke er {kr(now.unit_tariff)}"
                " Centercheferne læser teksten: skriv intet, der kan føre til eleven."
            )
        ),
    )
    conditions = FreeText(
        label="Vilkår",
        max_length=TEXT,
        required=False,
        widget=text_area(3),
        help_text="De vilkår, der gælder fra den dag. Står her som de er nu.",
    )
    grounds = FreeText(
        label="Begrundelse",
        max_length=TEXT,
        widget=text_area(6),
        help_text="Det, der har været afgørende. Skolen og forældrene læser den.",
        error_messages={"required": "Skriv en begrundelse."},
    )

    optional_fields = frozenset(("conditions",))

    def __init__(
        self,
        data: QueryDict | None,
        *,
        amendment: Amendment,
        grants: Sequence[Grant],
    ) -> None:
        super().__init__(data, initial=_as_asked(amendment, grants))
        self.amendment = amendment
        self.grants = grants
        for number in STEPS:
            self.fields[f"tariff_{number}"] = KrField(
                label=f"{number}. takst pr. år",
                maximum=settings.TARIFF_MAX,
                required=False,
            )
            self.fields[f"until_{number}"] = DayField(
                label="Til og med", required=False, help_text=""
            )

    def steps(self) -> list[list[Any]]:
        """The fields of the tariffs that follow, by row."""
        return [
            [self[f"tariff_{number}"], self[f"until_{number}"]] for number in STEPS
        ]

    @property
    def has_steps(self) -> bool:
        """Whether one of them is filled in, so that the page shows them."""
        return any(self.data.get(f"tariff_{number}") for number in STEPS)

    # -- what the act is given ---------------------------------------------------------------------
    def act(self) -> Callable[..., object]:
        """The act that the chosen outcome asks for, or the one that sends it round."""
        if self.is_sent_round:
            return self.send(self.amendment)
        outcome = self.cleaned_data["outcome"]
        if outcome == Outcome.STOPPED:
            return actions.stop
        if outcome == Outcome.UNCHANGED:
            return actions.leave_unchanged
        return partial(actions.regrant, outcome=outcome)

    def arguments(self) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "grounds": self.cleaned_data["grounds"],
            "way": self.chosen_way(),
        }
        if self.cleaned_data["outcome"] == Outcome.STOPPED:
            arguments["last_day"] = self.cleaned_data["last_day"]
        elif self.cleaned_data["outcome"] in rules.WITH_TERMS:
            arguments["terms"] = self.terms
        return arguments

    def counts(self, name: str) -> bool:
        """Whether the outcome asks for the field: what else was left there says nothing."""
        outcome = self.cleaned_data.get("outcome")
        if name in {"outcome", "grounds"}:
            return True
        if outcome in rules.WITH_TERMS:
            return name != "last_day"
        return outcome == Outcome.STOPPED and name == "last_day"

    @property
    def first_day(self) -> date:
        """The first day on which what was granted holds no more."""
        if self.cleaned_data["outcome"] == Outcome.STOPPED:
            last_day: date = self.cleaned_data["last_day"]
            return last_day + ONE_DAY
        return self.terms.starts_on

    # -- validation --------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        outcome = cleaned.get("outcome")
        try:
            if outcome in rules.WITH_TERMS:
                self._read_terms(cleaned, Outcome(outcome))
            elif outcome == Outcome.STOPPED and "last_day" not in self.errors:
                self._check_stop(cleaned)
        except Refusal as refusal:
            self._show(refusal)
        return cleaned

    def _read_terms(self, cleaned: dict[str, Any], outcome: Outcome) -> None:
        """Keep the terms as the act takes them, where all that is needed is typed."""
        if outcome == Outcome.EXTENDED:
            cleaned["starts_on"] = rules.last_day_of(self.grants) + ONE_DAY
        for name in ("starts_on", "tariff", "until"):
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, "Skal udfyldes, når bevillingen ændres.")
        is_unit = decision_rules.is_unit_tariff(cleaned.get("tariff") or 0)
        if cleaned.get("tariff") and not is_unit and not cleaned.get("deviation"):
            unit = kr(trade.now().unit_tariff)
            self.add_error("deviation", f"Skriv, hvorfor taksten ikke er {unit}")
        if self.errors:
            return

        # A reason that was left from another tariff explains nothing.
        deviation = cleaned["deviation"]
        if is_unit:
            deviation = ""
        later, ends_on = self._row(cleaned)
        self.terms = decision_rules.Terms(
            tariff=cleaned["tariff"],
            starts_on=cleaned["starts_on"],
            ends_on=ends_on,
            conditions=cleaned["conditions"],
            deviation=deviation,
            steps=tuple(later),
        )
        rules.require_terms(outcome, self.terms, self.grants)

    def _row(self, cleaned: dict[str, Any]) -> tuple[list[Later], date]:
        """The tariffs after the first, each from the day after the one before; and the last day."""
        later = []
        ends_on: date = cleaned["until"]
        for number in STEPS:
            tariff = cleaned.get(f"tariff_{number}")
            until = cleaned.get(f"until_{number}")
            if not tariff and not until:
                continue
            if not tariff or not until or until <= ends_on:
                raise Refusal(
                    "Skriv både takst og en senere sidste dag, eller lad begge stå tomme.",
                    field=f"until_{number}",
                )
            later.append(Later(ends_on + ONE_DAY, tariff))
            ends_on = until
        return later, ends_on

    def _check_stop(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("last_day"):
            raise Refusal("Skriv indsatsens sidste dag.", field="last_day")
        rules.require_stop(cleaned["last_day"], self.grants)

    def _show(self, refusal: Refusal) -> None:
        """At its field; the rules call the end of the period by another name."""
        if refusal.field == "ends_on":
            refusal.field = "until"
        self.show_refusal(refusal)


def _as_asked(amendment: Amendment, grants: Sequence[Grant]) -> dict[str, Any]:
    """The form as it begins: the decision that is asked for, on the terms that are known."""
    initial: dict[str, Any] = {
        "outcome": rules.ANSWERS[Amendment.Kind(amendment.kind)]
    }
    if not grants:
        return initial
    last = grants[-1]
    initial["conditions"] = last.conditions
    initial["deviation"] = last.decision.deviation or ""
    initial["until"] = amendment.until or last.last_day
    if amendment.kind == Amendment.Kind.EXTEND:
        initial["starts_on"] = last.last_day + ONE_DAY
        initial["tariff"] = amendment.tariff
    return initial
