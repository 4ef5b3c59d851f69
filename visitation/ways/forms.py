"""How a decision is made, beside what is decided; and the answer to a round."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from applications.models import TEXT
from skolefleks.danish import DayField, day, kr, today
from skolefleks.forms import Form
from skolefleks.setup import trade
from skolefleks.textfields import FreeText, text_area
from visitation.ways import actions, queries, rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from visitation.models import Amendment, WrittenRound

Basis = rules.Basis
WRITTEN = Basis.WRITTEN.value
LABELS = {
    rules.Ground.SLIP: "Formanden alene: en fejl i afgørelsen rettes",
    rules.Ground.URGENT: "Formanden alene: sagen haster og kan ikke vente",
    rules.Ground.MOVED: "Formanden alene: eleven skifter skole",
}
# What says how it is decided, and is no part of what is proposed.
WAY_FIELDS = ("way", "way_reason", "deadline")


class WayForm(Form):
    """What a decision's form has beside its terms: how it is made.

    A view calls `offer` before it asks whether the form is valid. What is
    sent round is the form as it was sent; the decision is made of it, word
    for word, once it is agreed to.
    """

    way = forms.ChoiceField(
        label="Hvordan træffes afgørelsen?",
        required=False,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": "Det er ikke længere muligt. Genindlæs siden."
        },
    )
    way_reason = FreeText(
        label="Hvorfor afgør formanden det alene?",
        max_length=TEXT,
        required=False,
        widget=text_area(3),
        help_text="Udvalget læser det på sit næste møde. Det står i referatet.",
    )
    deadline = DayField(label="Svarfrist i skriftlig behandling", required=False)

    standing: queries.Standing
    circular: WrittenRound | None = None

    def offer(self, standing: queries.Standing) -> None:
        """Let the reader choose among the ways that there are for them now."""
        self.standing = standing
        choices = []
        if standing.may_choose:
            choices.append((WRITTEN, "Skriftlig behandling: send forslaget rundt"))
            for ground in rules.grounds_alone(standing.what):
                choices.append((ground.value, LABELS[ground]))
        way: Any = self.fields["way"]
        way.choices = choices
        suggested = today() + timedelta(days=trade.now().round_days)
        self.initial["deadline"] = suggested

    # -- what the act is given ---------------------------------------------------------------------
    @property
    def is_sent_round(self) -> bool:
        """Whether the form is to be sent round instead of decided."""
        return self.circular is None and self.cleaned_data.get("way") == WRITTEN

    def chosen_way(self) -> rules.Way | None:
        """How the decision is made; None: at the meeting, or not at all yet."""
        if self.circular:
            return rules.Way(Basis.WRITTEN)
        chosen = self.cleaned_data.get("way")
        if not chosen or chosen == WRITTEN:
            return None
        reason = self.cleaned_data["way_reason"]
        return rules.Way(Basis.ALONE, rules.Ground(chosen), reason)

    def send(self, amendment: Amendment | None = None) -> Callable[..., Any]:
        """The act that sends it round, with what it sends."""

        def act(pupil_case: Any, *, by: Any, **_: Any) -> WrittenRound:
            return actions.send_round(
                pupil_case,
                what=self.standing.what,
                sent_form=self._as_sent(),
                proposal=self._in_words(),
                deadline=self.cleaned_data["deadline"],
                amendment=amendment,
                by=by,
            )

        return act

    def counts(self, name: str) -> bool:
        """Whether a field is part of what is proposed."""
        return name in self.fields

    def _as_sent(self) -> str:
        """The fields that were sent, without what else came along."""
        fields_sent = QueryDict(mutable=True)
        for name in self.fields:
            key = self.add_prefix(name)
            if name not in WAY_FIELDS and key in self.data:
                fields_sent[key] = self.data[key]
        return fields_sent.urlencode()

    def _in_words(self) -> list[list[str]]:
        """Label and value of each field that says something."""
        lines = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            is_empty = value in (None, "", [], True, False)
            if name in WAY_FIELDS or name == "step" or is_empty:
                continue
            if not self.counts(name):
                continue
            lines.append([str(field.label), _as_shown(field, value)])
        return lines

    # -- validation --------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("way")
        if chosen == WRITTEN and "deadline" not in self.errors:
            self._check_deadline(cleaned.get("deadline"))
        alone = bool(chosen) and chosen != WRITTEN
        if alone and "way_reason" not in self.errors and not cleaned.get("way_reason"):
            self.add_error("way_reason", rules.NO_REASON)
        return cleaned

    def _check_deadline(self, deadline: date | None) -> None:
        last = today() + timedelta(days=settings.ROUND_DAYS_MOST)
        if deadline is None or not today() < deadline <= last:
            self.add_error(
                "deadline",
                ValidationError(f"Vælg en dag efter i dag og senest {day(last)}."),
            )


def _as_shown(field: forms.Field, value: Any) -> str:
    """A typed value as the page shows it."""
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = {str(key): str(label) for key, label in choices}
        return labels.get(str(value), str(value))
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int):
        return kr(value)
    return str(value)


class AnswerForm(Form):
    """A member's answer; the reason is for asking for a meeting."""

    reason = FreeText(
        label="Hvorfor et møde, hvis du beder om det",
        max_length=TEXT,
        required=False,
        widget=text_area(3),
        help_text="Udvalget læser det.",
    )

    optional_fields = ()

    @property
    def agrees(self) -> bool:
        return bool(self.data.get("answer") == "agree")

    def arguments(self) -> dict[str, Any]:
        # Whoever agrees needs no reason, and one that was left in the field is not kept.
        if self.agrees:
            return {"agrees": True, "reason": ""}
        return {"agrees": False, "reason": self.cleaned_data["reason"]}
