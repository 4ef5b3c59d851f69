"""Leadership's oversight: how the efforts are followed up, in figures, with the way behind each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from skolefleks.models import School
from skolefleks.pages import page
from skolefleks.permissions import (
    ANYWHERE_AT_ALL,
    EVERYWHERE,
    Request,
    may,
    schools_of,
)
from skolefleks.permissions import Permission as P
from visitation.efforts.concerns import CONCERNS
from visitation.models import Effort
from visitation.oversight import queries

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skolefleks.models import User

# Which concern is behind a share of the two clocks.
HELD_LATE = "holdt-sent"
TOLD_LATE = "givet-sent"

# Those that are shown as shares, and not as figures of their
# own.
AS_SHARES = (HELD_LATE, TOLD_LATE)

# What is bad as soon as there is one.
ALARMING = ("overskredet", "uden-plan", "vilkaar", "slutrapport")


@page(P.EFFORT_OVERSEE)
def oversight(request: Request) -> HttpResponse:
    """The figures of one's own school, or of all. No pupil, no case: nothing to be logged."""
    schools = _schools(request.user)
    figures = queries.oversight(_efforts(request.user), schools)
    # Who may open no effort is shown the same figures, and no
    # way to them.
    links = Links(
        may_be_shown=may(request.user, P.EFFORT_READ, at=ANYWHERE_AT_ALL),
    )

    context = {
        "scope": _scope(schools),
        "figures": [_figure(name, figures.total, links) for name in _counted()],
        "clocks": _clocks(figures.total, links),
        "live": figures.total.live,
        "columns": [CONCERNS[name].short for name in _counted()],
        "rows": [_row(line, links) for line in figures.lines],
        "may_follow": bool(links.url),
    }
    return render(request, "visitation/oversight/oversight.html", context)


def _schools(user: User) -> list[School]:
    schools = School.objects.select_related("district")
    if may(user, P.EFFORT_OVERSEE, at=EVERYWHERE):
        return list(schools)
    return list(schools.filter(pk__in=schools_of(user, P.EFFORT_OVERSEE)))


def _efforts(user: User) -> QuerySet[Effort]:
    """Those that are counted: where the person may open them, no other ones.

    A chief may open none, and sees figures alone.
    """
    # So that a figure is never larger than the list it leads
    # to, not even where one is recused.
    if may(user, P.EFFORT_READ, at=ANYWHERE_AT_ALL):
        return Effort.objects.visible_to(user)
    return Effort.objects.all()


def _scope(schools: list[School]) -> str:
    if len(schools) == 1:
        return schools[0].name
    return "Alle skoler"


def _counted() -> list[str]:
    return [name for name in CONCERNS if name not in AS_SHARES]


class Links:
    """The list of efforts behind a figure; empty for who may open no effort."""

    def __init__(self, *, may_be_shown: bool) -> None:
        self.url = ""
        if may_be_shown:
            self.url = reverse("efforts:list")

    def to(self, concern: str, school_id: int | None = None) -> str:
        if not self.url:
            return ""
        # The list takes the same names, and counts by the same
        # conditions.
        query: dict[str, object] = {"hvad": concern}
        if school_id:
            query["skole"] = school_id
        return f"{self.url}?{urlencode(query)}"


def _figure(name: str, line: queries.Line, links: Links) -> dict[str, Any]:
    # What is due is work; what is late or missing is what
    # leadership came for.
    count = line.counts[name]
    tone = ""
    if count and name in ALARMING:
        tone = "warning"
    return {
        "label": CONCERNS[name].label,
        "value": count,
        "url": links.to(name, line.school_id),
        "tone": tone,
    }


def _clocks(line: queries.Line, links: Links) -> list[dict[str, Any]]:
    """The two shares, each with the way to those that were late."""
    return [
        {
            "label": "Opfølgninger holdt til tiden",
            "share": line.holding,
            "url": links.to(HELD_LATE),
        },
        {
            "label": "Resultater givet til tiden",
            "share": line.telling,
            "url": links.to(TOLD_LATE),
        },
    ]


def _row(line: queries.Line, links: Links) -> dict[str, Any]:
    return {
        "name": line.name,
        "live": line.live,
        "figures": [_figure(name, line, links) for name in _counted()],
        "holding": line.holding,
        "telling": line.telling,
        "holding_url": links.to(HELD_LATE, line.school_id),
        "telling_url": links.to(TOLD_LATE, line.school_id),
    }
