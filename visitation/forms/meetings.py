"""What chair and secretary type of a meeting: when and where, the agenda's order and minutes, who is there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils import timezone

from applications.models import LINE, TEXT
from skolefleks.danish import DayField, today
from visitation.actions import Slot
from visitation.meeting_days import MOST, Suggestion, suggestions
from visitation.models import AgendaItem, Attendance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.http import QueryDict

    from visitation.models import Meeting

YEARS_AHEAD = 3  # a date further off is a typing error
LONGEST_ITEM = 240  # minutes


class ClockField(forms.TimeField):
    """A time of day, typed `9`, `9.30` or `09:30`."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(
            format="%H.%M", attrs={"inputmode": "numeric", "autocomplete": "off", "class": "sf-tiny"}
        )
        messages = {"invalid": "Skriv klokkeslættet som timer og minutter, for eksempel 9.30."}
        super().__init__(input_formats=["%H.%M", "%H:%M", "%H"], widget=widget, error_messages=messages, **kwargs)


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

    def slot(self) -> Slot:
        data = self.cleaned_data
        return slot_on(data["day"], data["begins"], data["ends"], data["place"])


class ChangeMeetingForm(SlotForm):
    """Another time or place for a meeting, on top of how it was read."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, meeting: Meeting) -> None:
        begins, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
        now = {"day": begins.date(), "begins": begins.time(), "ends": ends.time(), "place": meeting.place}
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

    def slots(self, days: Iterable[date]) -> list[Slot]:
        data = self.cleaned_data
        return [slot_on(day, data["fra"], data["til"], data["sted"]) for day in days]


class AgendaForm(forms.Form):
    """The order of the agenda's items as the page had it, and the minutes of those that the reader may see."""

    revision = forms.IntegerField(min_value=0)

    def __init__(self, data: QueryDict, *, items: Iterable[AgendaItem]) -> None:
        super().__init__(data)
        self.listed = data.getlist("punkt")
        self.known = {str(item.pk): item for item in items}
        for pk in self.known:
            if self.minutes_name(pk) in data:
                self.fields[self.minutes_name(pk)] = forms.IntegerField(min_value=1, max_value=LONGEST_ITEM)

    @staticmethod
    def minutes_name(pk: str | UUID) -> str:
        return f"minutter-{pk}"

    @property
    def order(self) -> list[UUID]:
        """As the rows stood on the page, moved by the button that was pressed."""
        order = [UUID(pk) for pk in self._listed()]
        for name, step in (("op", -1), ("ned", 1)):
            moved = next((at for at, pk in enumerate(order) if str(pk) == self.data.get(name)), None)
            if moved is not None and 0 <= moved + step < len(order):
                order[moved], order[moved + step] = order[moved + step], order[moved]
        return order

    @property
    def minutes(self) -> dict[UUID, int]:
        names = {pk: self.minutes_name(pk) for pk in self.known}
        return {UUID(pk): self.cleaned_data[name] for pk, name in names.items() if name in self.cleaned_data}

    @property
    def removed(self) -> AgendaItem | None:
        return self.known.get(self.data.get("fjern", ""))

    @property
    def typed(self) -> dict[str, str]:
        """The minutes as they were typed, by item."""
        return {pk: str(self.data[name]) for pk in self.known if (name := self.minutes_name(pk)) in self.data}

    def _listed(self) -> list[str]:
        """What was sent, with nonsense read as an item that is not there."""
        nothing = str(UUID(int=0))
        return [pk if pk in self.known else nothing for pk in self.listed[: len(self.known) + 1]]


class AttendanceForm(forms.Form):
    """Present or not, a line a person; who is left open is not noted yet."""

    optional_fields = ()

    def __init__(self, data: QueryDict | None, *, people: Iterable[Attendance]) -> None:
        super().__init__(data)
        noted = [(s.value, s.label) for s in (Attendance.State.PRESENT, Attendance.State.ABSENT)]
        self.people = {f"person-{row.user_id}": row for row in people}
        for name, row in self.people.items():
            self.fields[name] = forms.ChoiceField(
                label=str(row.user), choices=noted, required=False, widget=forms.RadioSelect, initial=row.state
            )

    def states(self) -> dict[int, Attendance.State]:
        typed = {row.user_id: self.cleaned_data[name] for name, row in self.people.items()}
        return {user: Attendance.State(state) for user, state in typed.items() if state}


class WordsForm(forms.Form):
    """A text of the minutes, on top of how it was read."""

    text = forms.CharField(
        max_length=TEXT, required=False, widget=forms.Textarea(attrs={"rows": 4, "data-count": str(TEXT)})
    )
    read = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    optional_fields = ()
    is_overtaken = False
    theirs = ""  # what somebody else wrote meanwhile

    def __init__(
        self, data: QueryDict | None = None, *, label: str, prefix: str, text: str = "", read: str = ""
    ) -> None:
        super().__init__(data, prefix=prefix, initial={"text": text, "read": read})
        self.fields["text"].label = label


def slot_on(day: date, begins: time, ends: time, place: str) -> Slot:
    first, last = (timezone.make_aware(datetime.combine(day, at)) for at in (begins, ends))
    return Slot(first, last, place)


def sensible_day(day: date) -> date:
    if day < today():
        raise forms.ValidationError("Dagen er gået. Vælg en dag fra i dag og frem.")
    if day.year - today().year > YEARS_AHEAD:
        raise forms.ValidationError("Se årstallet efter.")
    return day


def require_order(form: forms.Form, begins: time | None, ends: time | None, *, field: str = "ends") -> None:
    if begins is not None and ends is not None and ends <= begins:
        form.add_error(field, "Mødet skal slutte efter, at det begynder.")
