"""The school's list of cases: its tabs, its search, its order, and a case as the list shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, Q
from django.urls import reverse

from applications.lifecycle import Status
from applications.models import Application, PupilCase
from skolefleks.danish import today
from skolefleks.permissions import Permission, schools_of
from skolefleks.spreadsheets import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet

    from skolefleks.models import User


class Tab(NamedTuple):
    """One choice of the list: its label, what is in it for a person, and what is said when it is empty."""

    label: str
    holds: Callable[[User], Q]
    empty: str


def _waiting(user: User) -> Q:
    """Sent back, begun by oneself, and for the one who submits: drafts that hold all they should."""
    begun = Q(status__in=(Status.CHALLENGE, Status.DRAFT))
    waits = Q(status=Status.SENT_BACK) | begun & Q(created_by=user)
    leads = schools_of(user, Permission.APPLICATION_SUBMIT)
    ready = Q(
        status=Status.DRAFT, school__in=leads, expected__gt=0, filled=F("expected")
    )
    return waits | ready if leads else waits


def _with_effort(_: User) -> Q:
    return Q(status=Status.CLOSED, effort_ends_on__gte=today())


def _over(_: User) -> Q:
    """Decided without an effort that still runs, or withdrawn."""
    running = Q(effort_ends_on__gte=today(), effort_ends_on__isnull=False)
    return Q(status=Status.WITHDRAWN) | Q(status=Status.CLOSED) & ~running


TABS = {
    "mig": Tab(
        "Venter på mig",
        _waiting,
        "Ingen sag venter på dig. Skolens øvrige kladder står under Kladder.",
    ),
    "kladder": Tab(
        "Kladder",
        lambda _: Q(status__in=(Status.CHALLENGE, Status.DRAFT)),
        "Bekymrer en elev jer, så begynd med en udfordring og invitér PPR: dialogen kommer før ansøgningen.",
    ),
    "hos-udvalget": Tab(
        "Hos udvalget",
        lambda _: Q(status=Status.SUBMITTED),
        "Når en ansøgning er indsendt, står den her, til udvalgets afgørelser er frigivet.",
    ),
    "indsatser": Tab(
        "Indsatser",
        _with_effort,
        "Når en elev er bevilget, og indsatsen løber, står sagen her.",
    ),
    "afsluttede": Tab(
        "Afsluttede",
        _over,
        "Afslag, trukne ansøgninger og indsatser, der er slut, står her.",
    ),
}


COUNTED = (
    "mig",
    "hos-udvalget",
)  # tabs that say how many: what waits for oneself, and what the school waits for


ORDERS = {
    "": ("Senest ændret", "-updated_at"),
    "beloeb": ("Største beløb", "-requested"),
    "nummer": ("Nyeste sagsnummer", "-number"),
}


_LISTED = (
    "number", "school__name", "status", "initials", "kinds", "grades", "requested", "updated_at", "submitted_at",
    "effort_ends_on",
)  # fmt: skip


_YEARS_BACK = 3  # how far a search for the last part of a number looks


_GRADE = re.compile(
    r"(?:KLASSE\s*)?(\d{1,2})\s*\.?\s*(?:KL\.?|KLASSE|KLASSETRIN)|KLASSE\s*(\d{1,2})"
)


def listed(cases: QuerySet[Application]) -> QuerySet[Application]:
    """Only what a list shows: no encrypted column is fetched."""
    return cases.select_related("school").only(*_LISTED)


def found(cases: QuerySet[Application], text: str) -> QuerySet[Application]:
    """Those whose number begins with `text`, or with a pupil in that grade (`4. kl.`) or of those initials (`ab`)."""
    wanted = text.upper()
    if grade := _GRADE.fullmatch(wanted):
        return cases.filter(grades__contains=[int(grade[1] or grade[2])])
    if re.fullmatch(r"[0-9]{1,4}", wanted) and not wanted.startswith("20"):
        year = today().year
        return cases.filter(
            number__in=[f"SF-{year - back}-{wanted:0>4}" for back in range(_YEARS_BACK)]
        )
    if wanted.startswith("SF-") or wanted[:1].isdigit():
        return cases.filter(
            number__startswith=wanted if wanted.startswith("SF-") else f"SF-{wanted}"
        )
    letters = "".join(f"{letter}." for letter in wanted if letter.isalpha())
    return cases.filter(initials__contains=[letters[:12]])


class Row(NamedTuple):
    """One case as the list shows it."""

    case: Application
    url: str
    initials: str
    grades: str
    kinds: str
    status: str
    tone: str


def rows(cases: Iterable[Application]) -> list[Row]:
    return [_row(case) for case in cases]


def _row(case: Application) -> Row:
    status = Status(case.status)
    at_school = (
        "applications:challenge"
        if case.is_challenge
        else "applications:pupils"
        if case.is_editable
        else ""
    )
    url = (
        reverse(at_school, args=[case.number]) if at_school else case.get_absolute_url()
    )
    kinds = " og ".join(PupilCase.Kind(kind).label for kind in case.kinds).capitalize()
    return Row(
        case,
        url,
        ", ".join(case.initials),
        grades_text(case.grades),
        kinds,
        status.label,
        case.tone,
    )


def grades_text(grades: list[int]) -> str:
    """`3. klasse`, `3. og 5. klasse`."""
    *others, last = [f"{grade}." for grade in grades] or [""]
    return (
        f"{', '.join(others)} og {last} klasse"
        if others
        else f"{last} klasse"
        if last
        else ""
    )


COLUMNS = (
    Column("Sag"),
    Column("Skole"),
    Column("Elever"),
    Column("Klassetrin"),
    Column("Formål"),
    Column("Ansøgt om året (kr.)", "kr"),
    Column("Status"),
    Column("Indsendt", "day"),
    Column("Indsats til", "day"),
    Column("Senest ændret", "day"),
)


def table(cases: Iterable[Application]) -> Table:
    """The list as a spreadsheet: a line a case, with what the screen shows of it."""
    return Table("Ansøgninger", COLUMNS, [_cells(row) for row in rows(cases)])


def _cells(row: Row) -> list[Any]:
    case = row.case
    return [
        case.number,
        case.school.name,
        row.initials,
        row.grades,
        row.kinds,
        case.requested or None,
        row.status,
        case.submitted_at,
        case.effort_ends_on,
        case.updated_at,
    ]
