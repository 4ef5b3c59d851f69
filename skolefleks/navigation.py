"""What every page shows around its content: the way to the other pages, by right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from skolefleks.models import User
from skolefleks.permissions import ANYWHERE_AT_ALL, may
from skolefleks.permissions import Permission as P

if TYPE_CHECKING:
    from django.http import HttpRequest


# fmt: off
PLACES = (
    # name of the address    label           right (None: everyone signed in)
    ("start",                "Overblik",     None),
    ("applications:list",    "Ansøgninger",  P.APPLICATION_WRITE),
    ("visitation:queue",     "Visitation",   P.QUEUE_READ),
    ("visitation:meetings",  "Møder",        P.QUEUE_READ),
    ("budget:dashboard",     "Økonomi",      P.POOL_READ),
    ("forecast",             "Prognose",     P.FORECAST_READ),
    ("own_school",           "Skolens tal",  P.SCHOOL_FIGURES_READ),
    ("budget:postings",      "Posteringer",  P.POSTING_READ),
    ("access_log",           "Adgangslog",   P.ACCESS_LOG_READ),
)


# fmt: on
@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool


def context(request: HttpRequest) -> dict[str, Any]:
    """`navigation`, `demo_mode`, `unread` (how many of one's notices)."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"navigation": [], "demo_mode": settings.DEMO}
    unread = max(
        (getattr(membership, "unread", 0) for membership in user.current_memberships), default=0
    )
    return {"navigation": _links(user, request.path), "demo_mode": settings.DEMO, "unread": unread}


def _links(user: User, path: str) -> list[Link]:
    urls = [
        (label, reverse(name))
        for name, label, right in PLACES
        if right is None or may(user, right, at=ANYWHERE_AT_ALL)
    ]
    here = max((url for _, url in urls if path.startswith(url)), key=len, default="")
    return [Link(label, url, url == here and (url != "/" or path == "/")) for label, url in urls]
