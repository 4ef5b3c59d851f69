"""What is typed of a case's kind in law, and of the hearing of the party."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from skolefleks.danish import today
from skolefleks.forms import Form
from skolefleks.textfields import Day, Line, LongText
from visitation.models import Classification

if TYPE_CHECKING:
    from visitation.models import Hearing

CHOOSE_ONE = "Vælg en af de tre."


class ClassificationForm(Form):
    """What the committee's answer is in law, and why in just this case."""

    kind = forms.TypedChoiceField(
        label="Udvalgets svar i sagen er",
        choices=Classification.Kind.choices,
        coerce=Classification.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )
    reason = LongText("Begrundelse", "Hvorfor er det sådan i netop denne sag?", rows=3)

    optional_fields = frozenset[str]()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _require(self, "reason", "Skriv begrundelsen.")


class HearingForm(Form):
    """Who was heard, when, and until when an answer is awaited."""

    heard = Line("Hørt part", "For eksempel forældremyndighedens indehaver.")
    sent_on = Day("Sendt", past=True)
    deadline_on = Day("Frist for svar")

    optional_fields = frozenset[str]()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _require(self, "heard", "Skriv, hvem der er hørt.")
        _require(self, "sent_on", "Skriv, hvornår høringen blev sendt.")
        _require(self, "deadline_on", "Skriv fristen for svar.")

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        # Of two days only; one that is missing or wrong says so itself.
        sent_on = cleaned.get("sent_on")
        deadline_on = cleaned.get("deadline_on")
        if sent_on and deadline_on and deadline_on < sent_on:
            self.add_error("deadline_on", "Fristen ligger, før høringen blev sendt.")
        return cleaned


class HearingAnswerForm(Form):
    """What the party answered, and when."""

    on = Day("Svar modtaget", past=True)
    answer = LongText(
        "Svaret",
        "Gengiv svaret, eller skriv, at parten ikke har bemærkninger.",
        rows=5,
    )

    optional_fields = frozenset[str]()

    def __init__(self, *args: Any, hearing: Hearing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hearing = hearing
        # As a rule it is written in on the day it comes.
        self.fields["on"].initial = today()
        _require(self, "on", "Skriv, hvornår svaret kom.")
        _require(self, "answer", "Skriv svaret.")

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("on") and cleaned["on"] < self.hearing.sent_on:
            self.add_error("on", "Svaret ligger, før høringen blev sendt.")
        return cleaned


def _require(form: Form, name: str, sentence: str) -> None:
    """Make a field required here: the application's own fields never are, since it is a draft."""
    field = form.fields[name]
    field.required = True
    field.error_messages["required"] = sentence
