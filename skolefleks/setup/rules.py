"""What holds when a setting is changed: from when, by whom, and what it comes to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from skolefleks.danish import day
from skolefleks.models import Role
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup.declarations import DECLARATIONS
from skolefleks.setup.kinds import Value, Weight

if TYPE_CHECKING:
    from skolefleks.models import SettingChange, User
    from skolefleks.setup.declarations import Values

# Who may be the second person, by what the setting is about.
SECOND_PERSONS = {
    Weight.LAW: (Role.ADMINISTRATOR,),
    Weight.MONEY: (Role.ADMINISTRATOR, Role.CENTRE_CHIEF),
}

UNTOUCHED = "Det, der allerede er afgjort, ændres ikke."


class OwnChange(Refusal):
    """Somebody would be the second person to their own change."""

    message = "Du har selv foreslået ændringen. En anden skal godkende den."


class NotYours(Refusal):
    """The setting is not one that the person's role answers for."""

    message = "Den ændring skal en systemadministrator svare på."


class Unordered(Refusal):
    """Two settings would contradict each other."""


def first_day(name: str, today: date) -> date:
    """The first day a change may hold from.

    What takes two people begins on a new day: then what was decided on a day was
    decided under one value, and it can be asked for afterwards.
    """
    if DECLARATIONS[name].takes_two:
        return today + timedelta(days=1)
    return today


def require_day(name: str, starts_on: date, today: date) -> None:
    """Raise Refusal where the change would reach back."""
    earliest = first_day(name, today)
    if starts_on < earliest:
        raise Refusal(
            f"Den kan tidligst gælde fra {day(earliest)}.", field="starts_on"
        )


def require_other_value(value: Value, before: Value) -> None:
    """Raise Refusal where nothing would be another."""
    if value == before:
        raise Refusal("Det er den værdi, der gælder i forvejen.", field="value")


def require_order(values: Values) -> None:
    """Raise Unordered where the values contradict each other as they would be together."""
    if values.unit_tariff > values.tariff_ceiling:
        raise Unordered(
            "Enhedstaksten kan ikke ligge over takstloftet.", field="value"
        )
    if values.still_days > values.still_days_to_leader:
        raise Unordered(
            "Den, der skrev, skal have sin påmindelse før lederen.", field="value"
        )
    if values.follow_up_window_days > values.follow_up_weeks_between * 7:
        raise Unordered(
            "To opfølgninger må ikke ligge i de samme dage.", field="value"
        )


def require_answerable(change: SettingChange) -> None:
    """Raise NotPossible where the change does not wait any more."""
    if not change.is_waiting:
        raise NotPossible("Ændringen er allerede besvaret. Genindlæs siden.")


def require_second_person(change: SettingChange, user: User) -> None:
    """Raise OwnChange or NotYours where the person cannot be the second one."""
    if change.made_by_id == user.pk:
        raise OwnChange
    roles = SECOND_PERSONS[DECLARATIONS[change.name].weight]
    if not user.roles.intersection(roles):
        raise NotYours


def may_answer(change: SettingChange, user: User) -> bool:
    """Whether the person can be the second one to a change that waits."""
    if not change.is_waiting or change.name not in DECLARATIONS:
        return False
    try:
        require_second_person(change, user)
    except Refusal:
        return False
    return True


def may_withdraw(change: SettingChange, user: User, today: date) -> bool:
    """Whether the person may take their own change back: before it holds, and nobody agreed."""
    is_own = change.made_by_id == user.pk
    is_open = change.is_waiting or (not change.answer and change.is_to_come(today))
    return is_own and is_open


def sentence(name: str, before: Value, value: Value, starts_on: date) -> str:
    """What a change does, before it is made."""
    declaration = DECLARATIONS[name]
    parts = [
        f"{declaration.label}: {declaration.in_words(before)} bliver"
        f" {declaration.in_words(value)} fra {day(starts_on)}.".replace("..", "."),
        UNTOUCHED,
    ]
    if declaration.weight is Weight.LAW:
        parts.append(
            "Det gælder først, når en anden systemadministrator har godkendt."
        )
    if declaration.weight is Weight.MONEY:
        parts.append(
            "Det gælder først, når en anden systemadministrator"
            " eller en centerchef har godkendt."
        )
    return " ".join(parts)
