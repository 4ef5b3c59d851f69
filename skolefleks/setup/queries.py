"""What the pages of settings read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skolefleks import alphabet
from skolefleks.danish import today
from skolefleks.models import SettingChange, User
from skolefleks.setup import rules, trade
from skolefleks.setup.declarations import DECLARATIONS, default_of
from skolefleks.setup.kinds import Group

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skolefleks.setup.kinds import Declaration, Value


def slug_of(name: str) -> str:
    """A setting's part of its address, from its name on screen."""
    return alphabet.slug(DECLARATIONS[name].label)


NAMES = {slug_of(name): name for name, one in DECLARATIONS.items() if not one.is_text}


@dataclass(frozen=True)
class Line:
    """One change, in words."""

    change: SettingChange
    value: str
    state: str
    tone: str

    @property
    def label(self) -> str:
        return DECLARATIONS[self.change.name].label

    @property
    def pk_in_address(self) -> str:
        """Without the full stops that a template would put into a number."""
        return str(self.change.pk)


@dataclass(frozen=True)
class Row:
    """One setting on the page: as it holds today, and what comes."""

    name: str
    declaration: Declaration
    today: str
    is_default: bool
    to_come: list[Line]
    waiting: Line | None

    @property
    def slug(self) -> str:
        return slug_of(self.name)


def groups() -> list[tuple[Group, list[Row]]]:
    """Every setting under its heading. Two queries."""
    now = today()
    rows = {name: _row(name, []) for name in DECLARATIONS}
    unfinished = SettingChange.objects.filter(answer__in=("", "agreed"))
    changes: dict[str, list[SettingChange]] = {}
    for change in unfinished.order_by("holds_from", "pk"):
        if change.is_waiting or change.is_to_come(now):
            changes.setdefault(change.name, []).append(change)
    for name, of_one in changes.items():
        # A setting that an older version had may still have a change to come.
        if name in rows:
            rows[name] = _row(name, of_one)

    by_group: list[tuple[Group, list[Row]]] = []
    for group in Group:
        # The profile has a page of its own.
        if group is Group.MUNICIPALITY:
            continue
        of_group = [row for row in rows.values() if row.declaration.group is group]
        by_group.append((group, of_group))
    return by_group


def _row(name: str, changes: list[SettingChange]) -> Row:
    declaration = DECLARATIONS[name]
    value = getattr(trade.now(), name)
    waiting = None
    to_come = []
    for change in changes:
        if change.is_waiting:
            waiting = line_of(change)
        else:
            to_come.append(line_of(change))
    return Row(
        name=name,
        declaration=declaration,
        today=declaration.in_words(value),
        is_default=value == default_of(name),
        to_come=to_come,
        waiting=waiting,
    )


def history(name: str) -> list[Line]:
    """All changes of one setting, the newest first. One query."""
    changes = SettingChange.objects.filter(name=name)
    return [line_of(one) for one in changes.select_related("made_by", "answered_by")]


def line_of(change: SettingChange) -> Line:
    """One change with its words."""
    declaration = DECLARATIONS[change.name]
    value = declaration.in_words(declaration.from_stored(change.value))
    state, tone = _state_of(change)
    return Line(change, value, state, tone)


def _state_of(change: SettingChange) -> tuple[str, str]:
    """In words, with the tone of it on a screen."""
    if change.is_waiting:
        return "Venter på en anden", "warning"
    if change.holds_from is None:
        return change.get_answer_display(), "neutral"
    if change.is_to_come(today()):
        return "Kommer", "info"
    return "Trådt i kraft", "success"


def last_number(name: str) -> int:
    """How many times the setting was changed: what a form is shown with."""
    return SettingChange.objects.filter(name=name).count()


def value_before(name: str, change: SettingChange) -> Value:
    """What holds on the day that the change is to begin, without it."""
    value: Value = getattr(trade.on(max(change.starts_on, today())), name)
    return value


def second_people(name: str, by: User) -> QuerySet[User]:
    """Who can answer a change of `name` that `by` makes."""
    roles = rules.SECOND_PERSONS[DECLARATIONS[name].weight]
    return User.objects.holding(*roles).exclude(pk=by.pk)


def waiting_for(user: User) -> list[Line]:
    """The changes that wait for the person's second word. One query."""
    weights = [
        weight
        for weight, roles in rules.SECOND_PERSONS.items()
        if user.roles.intersection(roles)
    ]
    names = [name for name, one in DECLARATIONS.items() if one.weight in weights]
    waiting = SettingChange.objects.waiting().filter(name__in=names)
    others = waiting.exclude(made_by=user).select_related("made_by", "answered_by")
    return [line_of(change) for change in others]
