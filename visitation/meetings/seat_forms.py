"""Who comes, as each answers for themself, and who takes the seat of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from skolefleks.forms import Form
from skolefleks.models import User
from visitation.models import Attendance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict

    from skolefleks.refusals import Refusal


class PersonField(forms.ChoiceField):
    """One of `people`; its value is the person."""

    def __init__(self, *, empty: str, **kwargs: Any) -> None:
        self.empty = empty
        self.people: dict[str, User] = {}
        super().__init__(**kwargs)

    def offer(self, people: Iterable[User]) -> None:
        self.people = {str(person.pk): person for person in people}
        choices = [(key, person.name) for key, person in self.people.items()]
        self.choices = [("", self.empty), *choices]

    def clean(self, value: Any) -> User | None:
        return self.people.get(super().clean(value))


class SeatForm(Form):
    """A form of the meeting's own page, which tells in one sentence what is wrong with it."""

    refused = ""

    def show_refusal(self, refusal: Refusal) -> None:
        super().show_refusal(refusal)
        self.refused = str(refusal)

    def complaint(self, missing: str) -> str:
        """What the act refused, else `missing`."""
        return self.refused or missing

    def offer(self, name: str, people: Iterable[User]) -> None:
        field = self.fields[name]
        if isinstance(field, PersonField):
            field.offer(people)


class AnswerForm(SeatForm):
    """Whether the reader comes; who does not may name a substitute."""

    comes = forms.ChoiceField(
        label="Dit svar",
        choices=[
            (
                Attendance.State.COMING.value,
                Attendance.State.COMING.label,
            ),
            (
                Attendance.State.ABSENT.value,
                Attendance.State.ABSENT.label,
            ),
        ],
        widget=forms.RadioSelect,
    )
    substitute = PersonField(
        label="Suppleant, hvis du melder afbud",
        required=False,
        empty="Ingen suppleant",
        help_text="En fra udvalget, der ikke selv har en plads på mødet.",
    )

    optional_fields = {"substitute"}

    def __init__(
        self,
        data: QueryDict | None,
        *,
        row: Attendance,
        people: Iterable[Attendance],
        substitutes: Iterable[User],
    ) -> None:
        # The one who was named already has a seat, and may keep it.
        mine = [seat.user for seat in people if seat.stands_in_for_id == row.user_id]
        initial: dict[str, Any] = {"comes": row.state}
        # Whom the leader has noted as there before the meeting has said that they come.
        if row.state == Attendance.State.PRESENT:
            initial["comes"] = Attendance.State.COMING
        if mine:
            initial["substitute"] = mine[0].pk
        super().__init__(data, initial=initial)
        others = [person for person in substitutes if person.pk != row.user_id]
        self.offer("substitute", [*mine, *others])

    def arguments(self) -> dict[str, Any]:
        return {
            "comes": self.cleaned_data["comes"] == Attendance.State.COMING,
            "substitute": self.cleaned_data["substitute"],
        }


class SubstituteForm(SeatForm):
    """Whose seat is taken, and by whom."""

    member = PersonField(label="I stedet for", empty="Vælg et medlem")
    substitute = PersonField(label="Suppleant", empty="Vælg en suppleant")

    optional_fields = ()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        people: Iterable[Attendance],
        substitutes: Iterable[User],
    ) -> None:
        super().__init__(data)
        self.offer("member", [row.user for row in people if row.counts])
        self.offer("substitute", substitutes)


class AttendanceForm(Form):
    """Present or not, a line a person; who is left open is not noted yet."""

    optional_fields = ()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        people: Iterable[Attendance],
        is_on: bool = False,
    ) -> None:
        super().__init__(data)
        # Invited is how a row begins; nobody is set back to it.
        present, absent = Attendance.State.PRESENT, Attendance.State.ABSENT
        choices = [(present.value, present.label), (absent.value, absent.label)]
        # Who goes while the meeting is on has sent no apology.
        if is_on:
            choices[1] = (absent.value, "Ikke til stede")
        self.people = {f"person-{row.user_id}": row for row in people}
        for name, row in self.people.items():
            self.fields[name] = forms.ChoiceField(
                label=str(row.user),
                help_text=_remark(row),
                choices=choices,
                required=False,
                widget=forms.RadioSelect,
                initial=_expected(row),
            )

    def arguments(self) -> dict[str, Any]:
        states = {}
        for name, row in self.people.items():
            # A person left open keeps the state they have.
            if self.cleaned_data[name]:
                states[row.user_id] = Attendance.State(self.cleaned_data[name])
        return {"states": states}


def _remark(row: Attendance) -> str:
    """What the leader should know of a row: an answer given, a seat taken."""
    if row.stands_in_for:
        return f"suppleant for {row.stands_in_for.name}"
    if row.state in (
        Attendance.State.COMING,
        Attendance.State.INVITED,
    ):
        return {
            "coming": "har svaret: deltager",
            "invited": "har ikke svaret",
        }[row.state]
    return ""


def _expected(row: Attendance) -> str:
    """What the leader will probably note: who said that they come is there."""
    if row.state == Attendance.State.COMING:
        return Attendance.State.PRESENT
    return row.state
