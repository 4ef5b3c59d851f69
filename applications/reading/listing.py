"""The school's list of cases: its tabs, its search, its order, and a case as the list shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import capfirst

from applications.lifecycle import EDITABLE, Status
from applications.models import Application, ApplicationQuerySet, PupilCase
from applications.reading import rules
from skolefleks.danish import short_day, today
from skolefleks.permissions import Permission, schools_of
from skolefleks.spreadsheets import Column, Table

if TYPE_CHECKING:
    from skolefleks.models import User


def is_begun(_: User) -> Q:
    """Nobody but the school has seen it yet."""
    return Q(status__in=(Status.CHALLENGE, Status.DRAFT))


def waits_for(user: User) -> Q:
    """Sent back, begun by `user`, and for one who submits: what is full, or to be signed."""
    is_with_writer = Q(handed_over_at__isnull=True)
    waits = Q(status=Status.SENT_BACK) | is_begun(user) & Q(created_by=user)
    waits &= is_with_writer

    schools = schools_of(user, Permission.APPLICATION_SUBMIT)
    if not schools:
        return waits
    # Nothing is expected of an application that was never summed up.
    is_full = Q(expected__gt=0, filled=F("expected"))
    is_to_sign = Q(status=Status.DRAFT) & is_full | ~is_with_writer
    return waits | Q(status__in=EDITABLE, school__in=schools) & is_to_sign


def is_with_the_committee(_: User) -> Q:
    return Q(status=Status.SUBMITTED)


def has_running_effort(_: User) -> Q:
    return Q(status=Status.CLOSED, effort_ends_on__gte=today())


def is_over(_: User) -> Q:
    """Decided without an effort that still runs, or withdrawn."""
    # Without the second half a NULL would make `not running` unknown, and hide
    # the row.
    is_running = Q(effort_ends_on__gte=today(), effort_ends_on__isnull=False)
    return Q(status=Status.WITHDRAWN) | Q(status=Status.CLOSED) & ~is_running


class Tab(NamedTuple):
    """One choice of the list: its label, what is in it for a person, and its text when empty."""

    label: str
    holds: Callable[[User], Q]
    empty: str


# By their name in the address; the first is the one that the list opens with.
TABS = {
    "mig": Tab(
        "Venter på mig",
        waits_for,
        "Ingen sag venter på dig. Skolens øvrige kladder står under Kladder.",
    ),
    "kladder": Tab(
        "Kladder",
        is_begun,
        "Bekymrer en elev jer, så begynd med en udfordring og invitér PPR: "
        "dialogen kommer før ansøgningen.",
    ),
    "hos-udvalget": Tab(
        "Hos udvalget",
        is_with_the_committee,
        "Når en ansøgning er indsendt, står den her, "
        "til udvalgets afgørelser er frigivet.",
    ),
    "indsatser": Tab(
        "Indsatser",
        has_running_effort,
        "Når der er bevilget noget, og indsatsen løber, står sagen her.",
    ),
    "afsluttede": Tab(
        "Afsluttede",
        is_over,
        "Afslag, trukne ansøgninger og indsatser, der er slut, står her.",
    ),
}

FIRST_TAB = "mig"

# Tabs that say how many: what waits for oneself, and what the school waits for.
COUNTED_TABS = ("mig", "hos-udvalget")

# By their name in the address: label, and the field that the list is ordered by.
ORDERS = {
    "": ("Senest ændret", "-updated_at"),
    "beloeb": ("Største beløb", "-requested"),
    "nummer": ("Nyeste sagsnummer", "-number"),
}

# All that a row shows: no encrypted column is fetched.
ROW_FIELDS = (
    "number",
    "school__name",
    "status",
    "initials",
    "kinds",
    "grades",
    "requested",
    "updated_at",
    "submitted_at",
    "sent_back_at",
    "handed_over_at",
    "days_at_school",
    "filled",
    "expected",
    "answer",
    "granted",
    "granted_from",
    "effort_ends_on",
)

# Of the spreadsheet.
COLUMNS = (
    Column("Sag"),
    Column("Skole"),
    Column("Elever"),
    Column("Klassetrin"),
    Column("Formål"),
    Column("Ansøgt pr. år (kr.)", "kr"),
    Column("Bevilget pr. år (kr.)", "kr"),
    Column("Bevilget fra", "day"),
    Column("Status"),
    Column("Næste skridt"),
    Column("Indsendt", "day"),
    Column("Indsats til", "day"),
    Column("Senest ændret", "day"),
)


class Row(NamedTuple):
    """One case as the list shows it."""

    application: Application
    url: str
    initials: str
    grades: str
    kinds: str
    period: str
    status: str
    tone: str
    next: str


def only_row_fields(cases: ApplicationQuerySet) -> ApplicationQuerySet:
    return cases.select_related("school").only(*ROW_FIELDS)


def rows_of(cases: Iterable[Application]) -> list[Row]:
    return [row_of(application) for application in cases]


def row_of(application: Application) -> Row:
    kinds = [PupilCase.Kind(kind).label for kind in application.kinds]
    return Row(
        application,
        url=_url_of(application),
        initials=", ".join(application.initials),
        grades=grades_text(application.grades),
        kinds=capfirst(" og ".join(kinds)),
        period=_period(application),
        status=application.state,
        tone=application.tone,
        next=rules.next_step(application, today()),
    )


def grades_text(grades: Sequence[int]) -> str:
    """`3. klasse`, `3. og 5. klasse`."""
    if not grades:
        return ""

    *others, last = [f"{grade}." for grade in grades]
    if not others:
        return f"{last} klasse"
    return f"{', '.join(others)} og {last} klasse"


def table_of(cases: Iterable[Application]) -> Table:
    """The list as a spreadsheet: a line a case, with what the screen shows of it."""
    lines = [_cells(row) for row in rows_of(cases)]
    return Table("Ansøgninger", COLUMNS, lines)


def _cells(row: Row) -> list[Any]:
    application = row.application
    return [
        application.number,
        application.school.name,
        row.initials,
        row.grades,
        row.kinds,
        application.requested or None,
        application.granted or None,
        application.granted_from,
        row.status,
        row.next,
        application.submitted_at,
        application.effort_ends_on,
        application.updated_at,
    ]


def _period(application: Application) -> str:
    """`1.8.2026 – 31.7.2027`, of what is granted; nothing where nothing is."""
    first = application.granted_from
    last = application.effort_ends_on
    if first is None or last is None:
        return ""
    return f"{short_day(first)} – {short_day(last)}"


def _url_of(application: Application) -> str:
    """Where the school goes on with it: the form while it can be written on, then the case."""
    if application.is_challenge:
        return reverse("applications:challenge", args=[application.number])
    if application.is_editable:
        return reverse("applications:pupils", args=[application.number])
    return application.get_absolute_url()
