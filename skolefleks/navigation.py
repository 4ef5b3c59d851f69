"""What every page shows around its content: the way to the other pages, by right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from skolefleks import danish
from skolefleks.models import User
from skolefleks.permissions import ANYWHERE_AT_ALL, may
from skolefleks.permissions import Permission as P
from skolefleks.setup import trade

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from skolefleks.setup.declarations import Values


# fmt: off
PLACES = (
    # name of the address    label           right (None: everyone signed in)
    ("start",                "Overblik",     None),
    ("applications:list",    "Ansøgninger",  P.APPLICATION_WRITE),
    ("efforts:list",         "Indsatser",    P.EFFORT_READ),
    ("efforts:oversight",    "Opfølgning",   P.EFFORT_OVERSEE),
    ("visitation:queue",     "Visitation",   P.QUEUE_READ),
    ("visitation:meetings",  "Møder",        P.QUEUE_READ),
    ("budget:dashboard",     "Økonomi",      P.POOL_READ),
    ("forecast",             "Prognose",     P.FORECAST_READ),
    ("evaluation:list",      "Evaluering",   P.EVALUATION_READ),
    ("own_school",           "Skolens tal",  P.SCHOOL_FIGURES_READ),
    ("budget:postings",      "Posteringer",  P.POSTING_READ),
    ("efforts:scales",       "Skalaer",      P.SCALE_KEEP),
    ("people",               "Personer",     P.PEOPLE_LOOK_AFTER),
    ("places",               "Steder",       P.PLACES_LOOK_AFTER),
    ("profile",              "Kommunen",     P.SETTINGS_KEEP),
    ("settings",             "Indstillinger", P.SETTINGS_KEEP),
    ("texts",                "Tekster",      P.SETTINGS_KEEP),
    ("operations",           "Drift",        P.OPERATIONS_READ),
    ("access_log",           "Adgangslog",   P.ACCESS_LOG_READ),
    ("trail",                "Revisionsspor", P.ACCESS_LOG_READ),
    ("undelivered_mails",    "Mails",        P.MAIL_LOOK_AFTER),
    ("signed_in",            "Logget ind",   P.SESSION_END),
)


# fmt: on


@dataclass(frozen=True)
class Alarm:
    """What stands above the pages of a floor until it is put right; '' for an address: no link."""

    title: str
    text: str
    url: str


# By what their addresses begin and end with. Filled at import, by the floors above.
_alarms: dict[tuple[str, str], Callable[[User], Alarm | None]] = {}


def register_alarm(
    start: str, alarm_of: Callable[[User], Alarm | None], *, end: str = ""
) -> None:
    """`alarm_of` is asked for every page whose address begins with `start` and ends with `end`."""
    _alarms[start, end] = alarm_of


def context(request: HttpRequest) -> dict[str, Any]:
    """What stands around every page; `unread` is how many of one's notices are."""
    # An error page may be shown before anybody is looked for.
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {
            "navigation": "",
            "demo_mode": settings.DEMO,
            "municipality": _municipality(),
        }

    # Each membership knows both, and they are the same: they came along in their
    # query.
    unread = 0
    centres: list[str] = []
    for membership in user.current_memberships:
        unread = getattr(membership, "unread", 0)
        centres = getattr(membership, "centres", None) or []

    return {
        "navigation": _links(user, request.path),
        "demo_mode": settings.DEMO,
        "municipality": trade.now(),
        "unread": unread,
        "centres_in_words": danish.enumeration(centres),
        "idle_seconds": settings.SESSION_IDLE_SECONDS,
        "alarm": _alarm(user, request.path),
    }


def _municipality() -> Values | None:
    """The profile for a page without a person; nothing where no database answers."""
    try:
        with transaction.atomic():
            return trade.now()
    except DatabaseError:
        return None


def _alarm(user: User, path: str) -> Alarm | None:
    for (start, end), alarm_of in _alarms.items():
        if path.startswith(start) and path.endswith(end):
            return alarm_of(user)
    return None


def _links(user: User, path: str) -> SafeString:
    """The list of pages that the person may enter; the one that `path` lies under is marked."""
    names = []
    for name, _, right in PLACES:
        if right is None or may(user, right, at=ANYWHERE_AT_ALL):
            names.append(name)

    # The page lies under the longest of the addresses that its own begins with.
    here = ""
    for name in names:
        url = _addresses()[name]
        if path.startswith(url) and len(url) > len(here):
            here = url

    # Every address begins with that of the first page, which is current only there.
    if path != "/" and here == "/":
        here = ""
    return _list_of(tuple(names), here)


@cache
def _addresses() -> dict[str, str]:
    """The address of each of `PLACES`, by its name."""
    return {name: reverse(name) for name, _, _ in PLACES}


@lru_cache(maxsize=1_000)
def _list_of(names: tuple[str, ...], here: str) -> SafeString:
    """The links as a list. It holds nothing of a person: those of one role have the same.

    Kept for speed: the list stands twice on every page, and took 2.5 of the 18 ms that the
    frame of a page takes.
    """
    labels = {name: label for name, label, _ in PLACES}
    links = [(labels[name], _addresses()[name]) for name in names]
    return render_to_string("_navigation.html", {"links": links, "here": here})
