"""What is typed of a case's kind in law, and of the hearing of the party."""

from __future__ import annotations

from typing import Any

from django import forms

from skolefleks.danish import today
from skolefleks.textfields import Day, LastingText, Line
from visitation.models import Classification, Hearing


class ClassificationForm(forms.Form):
    kind = forms.ChoiceField(
        label="Udvalgets svar i sagen er",
        choices=Classification.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg en af de tre.", "invalid_choice": "Vælg en af de tre."},
    )
    reason = LastingText("Begrundelse", "Hvorfor er det sådan i netop denne sag?", rows=3)

    optional_fields = frozenset[str]()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = "Skriv begrundelsen."


class HearingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who was heard, when, and until when an answer is awaited."""

    heard = Line("Hørt part", "For eksempel forældremyndighedens indehaver.")
    sent_on = Day("Sendt", past=True)
    deadline_on = Day("Frist for svar")

    optional_fields = frozenset[str]()

    class Meta:
        model = Hearing
        fields = ("heard", "sent_on", "deadline_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, said in (
            ("heard", "Skriv, hvem der er hørt."),
            ("sent_on", "Skriv, hvornår høringen blev sendt."),
            ("deadline_on", "Skriv fristen for svar."),
        ):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = said

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if (
            data.get("sent_on")
            and data.get("deadline_on")
            and data["deadline_on"] < data["sent_on"]
        ):
            self.add_error("deadline_on", "Fristen ligger, før høringen blev sendt.")
        return data


class HearingAnswerForm(forms.Form):
    """What the party answered, and when."""

    on = Day("Svar modtaget", past=True)
    answer = LastingText(
        "Svaret", "Gengiv svaret, eller skriv, at parten ikke har bemærkninger.", rows=5
    )

    optional_fields = frozenset[str]()

    def __init__(self, *args: Any, hearing: Hearing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today()
        self.hearing = hearing
        for name, said in (("on", "Skriv, hvornår svaret kom."), ("answer", "Skriv svaret.")):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = said

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("on") and data["on"] < self.hearing.sent_on:
            self.add_error("on", "Svaret ligger, før høringen blev sendt.")
        return data
