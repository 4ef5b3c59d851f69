"""What a setting is today, and what it was on a day: `trade.now().quorum`, `trade.on(day)`.

All changes are read at once, with the person's roles: no page asks a query more for them.
Outside a request (a command) each reading asks anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.functional import lazy

from skolefleks.danish import today
from skolefleks.models import SettingChange, User
from skolefleks.setup.declarations import DECLARATIONS, Values, default_of

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable
    from django.http import HttpRequest, HttpResponse

What = TypeVar("What")

# (the first day, the value), oldest first, by the setting.
Steps = dict[str, list[tuple[date, Any]]]


@dataclass
class _Reading:
    """What one request has read: the changes, and the values of the days it asked for."""

    steps: Steps | None = None
    request: HttpRequest | None = None
    by_day: dict[date, Values] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)


_reading: ContextVar[_Reading | None] = ContextVar("setup_reading", default=None)


def now() -> Values:
    """The settings as they hold today."""
    return on(today())


def on(day: date) -> Values:
    """The settings as they held, or will hold as far as is known, on that day."""
    reading = _reading.get() or _Reading()
    if day not in reading.by_day:
        reading.by_day[day] = _values_on(day, _steps_of(reading))
    return reading.by_day[day]


def at(moment: datetime | None) -> Values:
    """The settings as they held on the day of `moment`; today's where it has not come."""
    if moment is None:
        return now()
    return on(timezone.localdate(moment))


def by_day(name: str, day: Combinable | str) -> Combinable:
    """The number that held on `day`, a date of the row, for a query."""
    reading = _reading.get() or _Reading()
    whens = []
    # The latest first: the first that fits counts.
    for first_day, value in reversed(_steps_of(reading).get(name, [])):
        whens.append(When(**{f"{day}__gte": first_day}, then=Value(value)))
    default = Value(default_of(name))
    return Case(*whens, default=default, output_field=models.IntegerField())


def with_one(before: Values, name: str, value: Any) -> Values:
    """The same values with another one of them."""
    return replace(before, **{name: value})


def letterhead() -> dict[str, str]:
    """What a letter says of its sender: it keeps that for ever."""
    values = now()
    return {
        "name": values.municipality,
        "sender": values.sender,
        "address": values.address,
        "contact": values.contact,
        "kle": values.kle,
        "colour": values.colour,
    }


def in_words(write: Callable[[Values], str]) -> Any:
    """A text of a form that is declared once: written anew, from today's values, each time."""
    return lazy(lambda: write(now()), str)()


@contextmanager
def read_once(
    steps: Steps | None = None, *, request: HttpRequest | None = None
) -> Iterator[None]:
    """Read the changes at most once in here; with `steps` they are these, and none is read."""
    token = _reading.set(_Reading(steps, request))
    try:
        yield
    finally:
        _reading.reset(token)


def once(name: str, read: Callable[[], What]) -> What:
    """What `read` gives, asked once in a request or a task; `name` is whose it is."""
    reading = _reading.get()
    if reading is None:
        return read()
    if name not in reading.others:
        reading.others[name] = read()
    what: What = reading.others[name]
    return what


class ReadOnceMiddleware:
    """A request sees one state of the settings, and asks for it once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with read_once(request=request):
            return self.get_response(request)


def _steps_of(reading: _Reading) -> Steps:
    if reading.steps is None:
        reading.steps = _in_order(_rows(reading.request))
    return reading.steps


def _rows(request: HttpRequest | None) -> Iterable[Any]:
    """(name, value, first day) of all that is in force, oldest first."""
    # Their query brings the changes along, and every page makes it: saves one
    # query a request.
    user = getattr(request, "user", None)
    if isinstance(user, User) and user.current_memberships:
        return getattr(user.current_memberships[0], "setup", None) or ()
    changes = SettingChange.objects.in_force().order_by("holds_from", "pk")
    return changes.values_list("name", "value", "holds_from")


def _in_order(rows: Iterable[Any]) -> Steps:
    steps: Steps = {}
    for name, value, first_day in rows:
        # What an older version knew and this one does not is left where it is.
        if name not in DECLARATIONS:
            continue
        # In JSON a day is a text.
        starts_on = date.fromisoformat(str(first_day))
        stored = DECLARATIONS[name].from_stored(value)
        steps.setdefault(name, []).append((starts_on, stored))
    return steps


def _values_on(day: date, steps: Steps) -> Values:
    chosen: dict[str, Any] = {}
    for name in DECLARATIONS:
        value: Any = default_of(name)
        for first_day, later in steps.get(name, ()):
            if first_day <= day:
                value = later
        chosen[name] = value
    return Values(**chosen)
