"""What the committee types of one pupil: the terms alone, and the whole decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.conf import settings

from applications.models import TEXT
from skolefleks.danish import DayField, KrField, day, kr
from skolefleks.setup import trade
from skolefleks.textfields import FreeText, text_area
from visitation.decisions import actions, rules, terms_form, waiting
from visitation.decisions.sentences import GROUNDS
from visitation.models import Assessment, Decision
from visitation.ways.forms import WayForm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from django.forms import BoundField
    from django.http import QueryDict

    from applications.models import PupilCase

# Empty fields for follow-ups beside those that are suggested, and the most
# there ever are.
SPARE_FOLLOW_UPS = 2
MOST_FOLLOW_UPS = 24

Outcome = Decision.Outcome

# Put off as well, with the terms that there is no money for.
WAITING = "waiting"

# In part is not chosen: it follows from the terms.
OUTCOMES = [
    (Outcome.GRANTED.value, Outcome.GRANTED.label),
    (Outcome.REJECTED.value, Outcome.REJECTED.label),
    (Outcome.POSTPONED.value, Outcome.POSTPONED.label),
    (WAITING, "Udsat, på venteliste: der er ikke penge nok"),
]

# What an outcome asks for, where that is not all of the form.
_OF_ALL = frozenset(("outcome", "grounds"))
ASKED_BY = {
    Outcome.REJECTED.value: _OF_ALL | {"weight"},
    Outcome.POSTPONED.value: _OF_ALL,
    WAITING: _OF_ALL | {"weight", "tariff", "starts_on", "ends_on"},
}


def _steps() -> list[tuple[str, str]]:
    """The usual amounts, to press instead of type."""
    return [(str(step), kr(step)) for step in trade.now().tariff_steps]


class DecisionForm(WayForm):
    """What is decided for one pupil. Terms are asked for only where the pupil is granted.

    The field `outcome` is in `cleaned_data`; `form.outcome` is what the act
    returned.
    """

    outcome = forms.ChoiceField(
        label="Afgørelse", choices=OUTCOMES, widget=forms.RadioSelect
    )
    weight = forms.TypedChoiceField(
        label="Behovets tyngde",
        choices=[("", "Vælg"), *Assessment.Weight.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    step = forms.ChoiceField(
        label="Takst pr. år, trin",
        choices=_steps,
        required=False,
        widget=forms.RadioSelect,
    )
    tariff = KrField(
        label="Takst pr. år",
        maximum=settings.TARIFF_MAX,
        required=False,
        help_text=(
            "Vælg et trin, eller skriv et andet beløb. Prisen for perioden regnes ud efter dage."
        ),
    )
    deviation = FreeText(
        label="Hvorfor en anden takst end enhedstaksten?",
        max_length=TEXT,
        required=False,
        widget=text_area(3),
        help_text=trade.in_words(
            lambda now: (
                f"Skal udfyldes, når taksten ikke er {kr(now.unit_tariff)}"
                " Centercheferne læser teksten: skriv om indsatsens tyngde,"
                " og intet, der kan føre til eleven."
            )
        ),
    )
    starts_on = DayField(label="Fra og med", required=False)
    ends_on = DayField(label="Til og med", required=False)
    past_reason = FreeText(
        label="Hvorfor begynder perioden før ansøgningen?",
        max_length=TEXT,
        required=False,
        widget=text_area(2),
        help_text="Skal kun udfyldes, når den gør. Det står sammen med begrundelsen.",
    )
    # Asked for where the terms look like a slip of the hand.
    sure = forms.BooleanField(label="Ja, det er meningen", required=False)
    conditions = FreeText(
        label="Vilkår",
        max_length=TEXT,
        required=False,
        widget=text_area(3),
        help_text=(
            "Hvad skolen skal gøre, for at bevillingen gælder, og hvad I vil se ved opfølgningen."
        ),
    )
    grounds = FreeText(
        label="Begrundelse",
        max_length=TEXT,
        widget=text_area(7),
        help_text=(
            "Elevens behov, indsatsens tyngde og den forventede effekt:"
            " det, der har været afgørende. Skolen og forældrene læser den."
        ),
    )

    optional_fields = frozenset(("conditions",))
    sentences = GROUNDS
    pupil_case: PupilCase
    doubts: Sequence[str] = ()
    keeps_first_day = False

    def __init__(
        self,
        data: QueryDict | None,
        *,
        initial: dict[str, Any],
        follow_ups: Sequence[date],
    ) -> None:
        super().__init__(data, initial=initial)

        # The front reads these: which fields the figures follow, and what a
        # step fills in.
        for name in ("tariff", "starts_on", "ends_on"):
            self.fields[name].widget.attrs["data-terms"] = ""
        self.fields["step"].widget.attrs["data-fills"] = "id_tariff"
        self._add_follow_ups(follow_ups)

    @classmethod
    def of_wish(cls, data: QueryDict | None, pupil_case: PupilCase) -> Self:
        """The form, filled in with what the school applied for."""
        initial = {
            "tariff": pupil_case.requested_tariff,
            "starts_on": pupil_case.starts_on,
            "ends_on": pupil_case.ends_on,
        }
        days = rules.suggested_follow_ups(pupil_case.starts_on, pupil_case.ends_on)
        form = cls(data, initial=initial, follow_ups=days)
        form.pupil_case = pupil_case
        return form

    # -- what the act is given ---------------------------------------------------------------------
    def act(self) -> Callable[..., object]:
        """The act that the chosen outcome asks for, or the one that sends it round."""
        if self.is_sent_round:
            return self.send()
        outcome = self.cleaned_data["outcome"]
        if outcome == Outcome.GRANTED:
            return actions.grant
        if outcome == WAITING:
            return waiting.put_on_list
        if outcome == Outcome.POSTPONED:
            return actions.postpone
        return actions.reject

    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        arguments: dict[str, Any] = {
            "grounds": self.grounds_in_full(),
            "way": self.chosen_way(),
        }
        if cleaned["outcome"] == Outcome.GRANTED:
            arguments["terms"] = self.terms()
        elif cleaned["outcome"] == WAITING:
            arguments["terms"] = self._wished()
        elif cleaned["outcome"] == Outcome.REJECTED:
            arguments["weight"] = cleaned["weight"]
        return arguments

    def grounds_in_full(self) -> str:
        """With the reason for a period that begins before the application."""
        grounds: str = self.cleaned_data["grounds"]
        reason = self.cleaned_data["past_reason"]
        if not self.is_granting or not reason:
            return grounds
        return f"{grounds}\n\nHvorfor perioden begynder før ansøgningen: {reason}"

    def counts(self, name: str) -> bool:
        """Whether the outcome asks for the field: what else was left there says nothing."""
        names = ASKED_BY.get(self.cleaned_data.get("outcome", ""))
        return names is None or name in names

    @property
    def is_granting(self) -> bool:
        return bool(self.cleaned_data.get("outcome") == Outcome.GRANTED)

    def terms(self) -> rules.Terms | None:
        """What is granted; None where nothing is."""
        cleaned = self.cleaned_data
        if cleaned["outcome"] != Outcome.GRANTED:
            return None

        # A reason that was left from another tariff explains nothing.
        deviation = cleaned["deviation"]
        if rules.is_unit_tariff(cleaned["tariff"]):
            deviation = ""

        days = [cleaned.get(name) for name in self._follow_ups]
        return rules.Terms(
            tariff=cleaned["tariff"],
            starts_on=cleaned["starts_on"],
            ends_on=cleaned["ends_on"],
            conditions=cleaned["conditions"],
            deviation=deviation,
            weight=cleaned["weight"],
            follow_ups=tuple(day for day in days if day),
            past_reason=cleaned["past_reason"],
            begins_late=cleaned.get("days_before") == terms_form.GIVEN_BACK,
        )

    def _wished(self) -> rules.Terms:
        """What is waited for: no money is given, so nothing is said of it yet."""
        cleaned = self.cleaned_data
        return rules.Terms(
            cleaned["tariff"],
            cleaned["starts_on"],
            cleaned["ends_on"],
            weight=cleaned["weight"],
        )

    # -- validation --------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == WAITING:
            self._take_step(cleaned)
            self._check_wish(cleaned)
        if cleaned.get("outcome") == Outcome.GRANTED:
            # The step first: it may fill in the tariff.
            self._take_step(cleaned)
            self._check_terms(cleaned)
            self._check_follow_ups(cleaned)
            if not self.errors:
                self._ask_again(cleaned)
        return cleaned

    def _ask_again(self, cleaned: dict[str, Any]) -> None:
        """A past period gives its reason; what looks like a slip of the hand is confirmed."""
        starts_on = cleaned["starts_on"]
        is_as_before = starts_on == self.initial.get("starts_on")
        is_early = rules.begins_before_application(
            starts_on, self.pupil_case.application
        )
        # A correction that keeps the first day gives no new days.
        is_kept = self.keeps_first_day and is_as_before
        if is_early and not is_kept and not cleaned["past_reason"]:
            self.add_error(
                "past_reason",
                "Perioden begynder før ansøgningen. Skriv, hvorfor.",
            )

        terms = rules.Terms(cleaned["tariff"], starts_on, cleaned["ends_on"])
        self.doubts = rules.doubts_about(terms, self.pupil_case)
        if self.doubts and not cleaned["sure"]:
            self.add_error(
                "sure", f"{' '.join(self.doubts)} Sæt kryds, hvis det passer."
            )

    def _take_step(self, cleaned: dict[str, Any]) -> None:
        """Let a chosen step be the tariff where the amount was left as the page opened.

        Two different amounts are an error: nobody but the person knows
        which one is meant.
        """
        if not cleaned.get("step") or "tariff" in self.errors:
            return

        step = int(cleaned["step"])
        amount = cleaned.get("tariff")
        if step == amount:
            return
        if amount is None or amount == self.initial.get("tariff"):
            cleaned["tariff"] = step
            return
        self.add_error(
            "tariff",
            f"Du har valgt trinnet {kr(step)}, og her står {kr(amount)} Lad kun det ene stå.",
        )

    def _check_wish(self, cleaned: dict[str, Any]) -> None:
        """Whoever is given money or waits for it has a tariff, a period and a weight."""
        for name in ("tariff", "starts_on", "ends_on", "weight"):
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, "Skal udfyldes ved bevilling og venteliste.")
        terms_form.check_period(self, cleaned)

    def _check_terms(self, cleaned: dict[str, Any]) -> None:
        """A grant also says why its tariff is not the unit tariff."""
        self._check_wish(cleaned)

        tariff = cleaned.get("tariff")
        if tariff is None or rules.is_unit_tariff(tariff):
            return
        if not cleaned.get("deviation"):
            unit = kr(trade.now().unit_tariff)
            self.add_error("deviation", f"Skriv, hvorfor taksten ikke er {unit}")

    # -- the follow-ups ----------------------------------------------------------------------------
    def follow_ups(self) -> Iterator[BoundField]:
        for name in self._follow_ups:
            yield self[name]

    def _add_follow_ups(self, days: Sequence[date]) -> None:
        """A field for each of `days` and a few more; as many as were sent, up to a limit."""
        # A page that was opened before the period changed may send more
        # than are suggested now.
        in_page = sum(name.startswith("follow_up_") for name in self.data)
        count = max(len(days) + SPARE_FOLLOW_UPS, in_page)
        self._follow_ups = [
            f"follow_up_{place}" for place in range(min(count, MOST_FOLLOW_UPS))
        ]

        for number, name in enumerate(self._follow_ups, start=1):
            label = f"{number}. opfølgning"
            self.fields[name] = DayField(label=label, required=False, help_text="")
        self.initial.update(zip(self._follow_ups, days, strict=False))

    def _check_follow_ups(self, cleaned: dict[str, Any]) -> None:
        """Each lies within the period; a suggestion outside a shorter one is let go."""
        first = cleaned.get("starts_on")
        last = cleaned.get("ends_on")
        if not first or not last:
            return

        self._follow_the_period(cleaned, first, last)
        for name in self._follow_ups:
            due_on = cleaned.get(name)
            if not due_on or first <= due_on <= last:
                continue
            if due_on == self.initial.get(name):
                cleaned[name] = None
            else:
                self.add_error(
                    name, f"Vælg en dag mellem {day(first)} og {day(last)}."
                )

    def _follow_the_period(
        self, cleaned: dict[str, Any], first: date, last: date
    ) -> None:
        """Suggest the days anew for another period, where nobody has changed them."""
        before = (self.initial.get("starts_on"), self.initial.get("ends_on"))
        names = self._follow_ups
        untouched = all(cleaned.get(n) == self.initial.get(n) for n in names)
        if self.keeps_first_day or (first, last) == before or not untouched:
            return
        days = rules.suggested_follow_ups(first, last)[: len(names)]
        cleaned.update(dict.fromkeys(names))
        cleaned.update(zip(names, days, strict=False))
