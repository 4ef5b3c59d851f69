"""What chair and secretary type of a meeting: when and where, and who is there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from skolefleks.calendar import banking_days_before
from skolefleks.danish import DayField, today
from skolefleks.danish import day as in_words
from skolefleks.forms import Form
from skolefleks.refusals import Refusal
from skolefleks.setup import trade
from skolefleks.textfields import LARGEST, LINE, FreeText
from visitation.meetings import rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.http import QueryDict

    from skolefleks.setup.declarations import Values
    from visitation.models import Meeting

# A date further off is a typing error.
YEARS_AHEAD = 3


class ClockField(forms.TimeField):
    """A time of day, typed `9`, `9.30` or `09:30`."""

    def __init__(self, **kwargs: Any) -> None:
        # The numeric keyboard on phones; a browser's own suggestions would be
        # other meetings.
        attributes = {
            "inputmode": "numeric",
            "autocomplete": "off",
            "class": "sf-tiny",
        }
        super().__init__(
            input_formats=["%H.%M", "%H:%M", "%H", "%H%M"],
            widget=forms.TimeInput(format="%H.%M", attrs=attributes),
            error_messages={
                "invalid": "Skriv klokkeslættet som timer og minutter, for eksempel 9.30."
            },
            **kwargs,
        )


def _usual_deadline_in_words(values: Values) -> str:
    return (
        "Skolerne kan se den. Tom er det samme som"
        f" {values.submission_days} arbejdsdage før mødet."
    )


class SlotForm(Form):
    """When one meeting is, and where, and the last day for cases."""

    day = DayField(label="Dag")
    begins = ClockField(label="Fra kl.")
    ends = ClockField(label="Til kl.")
    place = FreeText(label="Sted", max_length=LINE)
    submit_by = DayField(
        label="Sidste dag for sager",
        required=False,
        help_text=trade.in_words(_usual_deadline_in_words),
    )
    anyway = forms.BooleanField(label="Læg mødet der alligevel", required=False)

    optional_fields: Collection[str] = {"anyway", "submit_by"}

    # Whether something speaks against the day, and the tick that overrules it is shown.
    asks_first = False

    def __init__(
        self,
        data: QueryDict | None,
        *,
        busy_days: Collection[str],
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, initial=initial)
        self.busy_days = busy_days

    def clean_day(self) -> date:
        return check_day(self.cleaned_data["day"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_order(self, data.get("begins"), data.get("ends"))
        self._ask_of_day(data)
        self._settle_deadline(data)
        return data

    def _settle_deadline(self, data: dict[str, Any]) -> None:
        """The day that was typed, or the usual one; past or after the meeting it is refused."""
        meets_on, deadline = data.get("day"), data.get("submit_by")
        if meets_on is None or "submit_by" in self.errors:
            return
        if deadline is None or self._follows(meets_on, deadline):
            data["submit_by"] = rules.usual_deadline(meets_on)
            return

        if deadline > meets_on:
            self.add_error("submit_by", "Fristen ligger efter mødet.")
        elif deadline < today() and deadline != self.initial.get("submit_by"):
            # What has passed stands, but nobody is given a deadline that has.
            self.add_error(
                "submit_by", "Dagen er gået. Vælg en dag fra i dag og frem."
            )

    def _follows(self, meets_on: date, deadline: date) -> bool:
        """Whether the meeting moves, and a deadline nobody touched moves along."""
        before = self.initial.get("day")
        if before in (None, meets_on) or deadline != self.initial.get("submit_by"):
            return False
        return deadline == rules.usual_deadline(before)

    def _ask_of_day(self, data: dict[str, Any]) -> None:
        """A day that something speaks against is asked for, unless it is the day it is."""
        day = data.get("day")
        if day is None or day == self.initial.get("day"):
            return
        reason = rules.against(day, self.busy_days)
        if reason:
            self.asks_first = True
        if reason and not data.get("anyway"):
            self.add_error(
                "day", f"{reason}. Sæt kryds, hvis mødet skal ligge der alligevel."
            )

    def slot(self) -> rules.Slot:
        data = self.cleaned_data
        return slot_on(
            data["day"],
            data["begins"],
            data["ends"],
            data["place"],
            submit_by=data["submit_by"],
        )


class ChangeMeetingForm(SlotForm):
    """Another time or place for a meeting, on top of how it was read."""

    revision = forms.IntegerField(
        min_value=0, max_value=LARGEST, widget=forms.HiddenInput
    )

    def __init__(
        self, data: QueryDict | None, *, meeting: Meeting, busy_days: Collection[str]
    ) -> None:
        initial = {
            **_slot_of(meeting),
            "day": timezone.localdate(meeting.starts_at),
            "submit_by": meeting.submit_by,
            "revision": meeting.revision,
        }
        super().__init__(data, busy_days=busy_days, initial=initial)

    def arguments(self) -> dict[str, Any]:
        return {"slot": self.slot(), "revision": self.cleaned_data["revision"]}


class PutOffForm(SlotForm):
    """When the meeting is held instead; the hours and the place are those of the old one."""

    def __init__(
        self, data: QueryDict | None, *, meeting: Meeting, busy_days: Collection[str]
    ) -> None:
        super().__init__(data, busy_days=busy_days, initial=_slot_of(meeting))

    def arguments(self) -> dict[str, Any]:
        return {"slot": self.slot()}


class PlanForm(Form):
    """The first meeting of a row: its day, time and place, and how often after it.

    Stands in the address, so that the days suggested can be looked at before
    anything is planned.
    """

    # Addresses are Danish and stay as they are; the fields are named like all code.
    names_in_address = {
        "first_day": "foerste",
        "begins": "fra",
        "ends": "til",
        "place": "sted",
        "weeks": "uger",
        "last_day": "indtil",
        "days_before": "frist",
    }

    first_day = DayField(label="Første møde")
    begins = ClockField(label="Fra kl.")
    ends = ClockField(label="Til kl.")
    place = FreeText(label="Sted", max_length=LINE)
    weeks = forms.IntegerField(
        label="Derefter hver ... uge",
        required=False,
        min_value=1,
        max_value=52,
        help_text=(
            "For eksempel 2 for hver anden uge. Lad feltet stå tomt, hvis det kun er ét møde."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "sf-tiny"}),
    )
    last_day = DayField(label="Sidste dag, der må være møde", required=False)

    days_before = forms.IntegerField(
        label="Sidste dag for sager, i arbejdsdage før mødet",
        required=False,
        min_value=0,
        max_value=60,
        help_text=(
            "Skolerne kan se fristen. Sager, der kommer senere, kan I sætte på alligevel."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "sf-tiny"}),
    )

    optional_fields = {"weeks", "last_day", "days_before"}

    def clean_first_day(self) -> date:
        return check_day(self.cleaned_data["first_day"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_order(self, data.get("begins"), data.get("ends"))

        first_day = data.get("first_day")
        last_day = data.get("last_day")
        # An unreadable day has its own sentence already.
        is_missing = last_day is None and "last_day" not in self.errors
        if data.get("weeks") and is_missing:
            self.add_error("last_day", "Skriv, hvornår rækken af møder slutter.")

        if first_day and last_day:
            latest = first_day + timedelta(days=366 * YEARS_AHEAD)
            if not first_day <= last_day <= latest:
                self.add_error(
                    "last_day",
                    "Skal ligge efter det første møde, og højst tre år frem.",
                )
        self._check_first_deadline(data)
        return data

    def _check_first_deadline(self, data: dict[str, Any]) -> None:
        """Say at the field that the first meeting's deadline would be past."""
        first_day, days = data.get("first_day"), data.get("days_before")
        if first_day is None or days is None:
            return
        deadline = banking_days_before(first_day, days)
        if deadline < today():
            self.add_error(
                "days_before",
                f"Fristen for det første møde var den {in_words(deadline)}."
                " Skriv færre dage, eller lad feltet stå tomt.",
            )

    def deadline(self, meets_on: date) -> date:
        """The last day for cases to a meeting of the row, by what is typed."""
        days = self.cleaned_data.get("days_before")
        if days is None:
            return rules.usual_deadline(meets_on)
        return banking_days_before(meets_on, days)

    def suggestions(self, busy_days: Collection[str]) -> list[rules.Suggestion]:
        """The days that what is typed comes to; `busy_days` (ISO) have a meeting already."""
        data = self.cleaned_data
        first_day = data["first_day"]
        # Without a rhythm it is one meeting, on the first day.
        if not data["weeks"]:
            return rules.suggestions(
                first_day, weeks=1, until=first_day, busy_days=busy_days
            )
        return rules.suggestions(
            first_day,
            weeks=data["weeks"],
            until=data["last_day"],
            busy_days=busy_days,
        )

    def slots(self, days: Iterable[date]) -> list[rules.Slot]:
        data = self.cleaned_data
        return [
            slot_on(
                day,
                data["begins"],
                data["ends"],
                data["place"],
                submit_by=self.deadline(day),
            )
            for day in days
        ]


class ReopenForm(Form):
    """Why a meeting that was ended goes on."""

    reason = FreeText(
        label="Hvorfor genåbnes mødet?",
        max_length=LINE,
        help_text="Det står i referatet.",
    )

    optional_fields = ()


def reason_of(data: QueryDict) -> str:
    """The reason that was sent. Raises Refusal, with what is wrong, where there is none."""
    form = ReopenForm(data)
    if not form.is_valid():
        raise Refusal(str(form.errors["reason"][0]))
    return str(form.cleaned_data["reason"])


def _slot_of(meeting: Meeting) -> dict[str, Any]:
    """In Danish time: the form is read and typed as the clock on the wall."""
    return {
        "begins": timezone.localtime(meeting.starts_at).time(),
        "ends": timezone.localtime(meeting.ends_at).time(),
        "place": meeting.place,
    }


def slot_on(
    day: date, begins: time, ends: time, place: str, *, submit_by: date | None = None
) -> rules.Slot:
    # The clock as typed, in Danish time; the database keeps moments.
    starts_at = timezone.make_aware(datetime.combine(day, begins))
    ends_at = timezone.make_aware(datetime.combine(day, ends))
    return rules.Slot(starts_at, ends_at, place, submit_by)


def check_day(day: date) -> date:
    """The day itself; raises ValidationError where it is past or too far ahead."""
    if day < today():
        raise forms.ValidationError("Dagen er gået. Vælg en dag fra i dag og frem.")
    if day.year - today().year > YEARS_AHEAD:
        raise forms.ValidationError("Kontrollér årstallet.")
    return day


def check_order(form: forms.Form, begins: time | None, ends: time | None) -> None:
    """Say at the field `ends` that the meeting must end after it begins."""
    if begins is None or ends is None:
        return
    if ends <= begins:
        form.add_error("ends", "Mødet skal slutte efter, at det begynder.")
