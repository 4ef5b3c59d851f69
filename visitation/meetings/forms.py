"""What chair and secretary type of a meeting: when and where, the agenda's order and minutes, who is there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from applications.models import LINE
from skolefleks.danish import DayField, today
from visitation.meetings import actions
from visitation.meetings.days import MOST, Suggestion, suggestions
from visitation.models import Attendance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.http import QueryDict

    from visitation.models import Meeting


YEARS_AHEAD = 3  # a date further off is a typing error


class ClockField(forms.TimeField):
    """A time of day, typed `9`, `9.30` or `09:30`."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(
            format="%H.%M",
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "sf-tiny"},
        )
        messages = {"invalid": "Skriv klokkeslættet som timer og minutter, for eksempel 9.30."}
        super().__init__(
            input_formats=["%H.%M", "%H:%M", "%H"], widget=widget, error_messages=messages, **kwargs
        )


class SlotForm(forms.Form):
    """When one meeting is, and where."""

    day = DayField(label="Dag")
    begins = ClockField(label="Fra kl.")
    ends = ClockField(label="Til kl.")
    place = forms.CharField(label="Sted", max_length=LINE)

    def clean_day(self) -> date:
        return sensible_day(self.cleaned_data["day"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        require_order(self, data.get("begins"), data.get("ends"))
        return data

    def slot(self) -> actions.Slot:
        data = self.cleaned_data
        return slot_on(data["day"], data["begins"], data["ends"], data["place"])


class ChangeMeetingForm(SlotForm):
    """Another time or place for a meeting, on top of how it was read."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, meeting: Meeting) -> None:
        begins, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
        now = {
            "day": begins.date(),
            "begins": begins.time(),
            "ends": ends.time(),
            "place": meeting.place,
        }
        super().__init__(data, initial=now | {"revision": meeting.revision})


class PlanForm(forms.Form):
    """The first meeting of a row: its day, time and place, and how often after it. Stands in the address."""

    foerste = DayField(label="Første møde")
    fra = ClockField(label="Fra kl.")
    til = ClockField(label="Til kl.")
    sted = forms.CharField(label="Sted", max_length=LINE)
    uger = forms.IntegerField(
        label="Derefter hver ... uge",
        required=False,
        min_value=1,
        max_value=52,
        help_text="For eksempel 2 for hver anden uge. Lad feltet stå tomt, hvis det kun er ét møde.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "sf-tiny"}),
    )
    indtil = DayField(label="Sidste dag, der må være møde", required=False)

    optional_fields = {"uger", "indtil"}

    def clean_foerste(self) -> date:
        return sensible_day(self.cleaned_data["foerste"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        require_order(self, data.get("fra"), data.get("til"), field="til")
        first, until = data.get("foerste"), data.get("indtil")
        if data.get("uger") and not until and "indtil" not in self.errors:
            self.add_error("indtil", "Skriv, hvornår rækken af møder slutter.")
        elif first and until and not first <= until <= first + timedelta(days=366 * YEARS_AHEAD):
            self.add_error("indtil", "Skal ligge efter det første møde, og højst tre år frem.")
        return data

    def suggestions(self, taken: Collection[str]) -> list[Suggestion]:
        data = self.cleaned_data
        weeks = data["uger"] or MOST
        until = data["indtil"] if data["uger"] else data["foerste"]
        return suggestions(data["foerste"], weeks=weeks, until=until, taken=taken)

    def slots(self, days: Iterable[date]) -> list[actions.Slot]:
        data = self.cleaned_data
        return [slot_on(day, data["fra"], data["til"], data["sted"]) for day in days]


class AttendanceForm(forms.Form):
    """Present or not, a line a person; who is left open is not noted yet."""

    optional_fields = ()

    def __init__(self, data: QueryDict | None, *, people: Iterable[Attendance]) -> None:
        super().__init__(data)
        noted = [(s.value, s.label) for s in (Attendance.State.PRESENT, Attendance.State.ABSENT)]
        self.people = {f"person-{row.user_id}": row for row in people}
        for name, row in self.people.items():
            self.fields[name] = forms.ChoiceField(
                label=str(row.user),
                choices=noted,
                required=False,
                widget=forms.RadioSelect,
                initial=row.state,
            )

    def states(self) -> dict[int, Attendance.State]:
        typed = {row.user_id: self.cleaned_data[name] for name, row in self.people.items()}
        return {user: Attendance.State(state) for user, state in typed.items() if state}


def slot_on(day: date, begins: time, ends: time, place: str) -> actions.Slot:
    first, last = (timezone.make_aware(datetime.combine(day, at)) for at in (begins, ends))
    return actions.Slot(first, last, place)


def sensible_day(day: date) -> date:
    if day < today():
        raise forms.ValidationError("Dagen er gået. Vælg en dag fra i dag og frem.")
    if day.year - today().year > YEARS_AHEAD:
        raise forms.ValidationError("Se årstallet efter.")
    return day


def require_order(
    form: forms.Form, begins: time | None, ends: time | None, *, field: str = "ends"
) -> None:
    if begins is not None and ends is not None and ends <= begins:
        form.add_error(field, "Mødet skal slutte efter, at det begynder.")
