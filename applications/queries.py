"""What the school's pages read: its list of cases, and one draft with all that the form shows of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.urls import reverse

from applications.completeness import checklist, missing
from applications.lifecycle import EDITABLE, Status
from applications.models import Application, PlannedMeasure, PupilCase, TriedMeasure
from budget.tariff import Part, by_fiscal_year
from skolefleks.danish import today
from skolefleks.models import Membership, Role, School
from skolefleks.permissions import Permission, schools_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from applications.completeness import Item
    from skolefleks.models import User


class Tab(NamedTuple):
    """One choice of the list: its label, the statuses in it, and what is said when it is empty."""

    label: str
    statuses: tuple[str, ...]
    empty: str


TABS = {
    "kladder": Tab(
        "Kladder og mangler oplysninger", EDITABLE, "Ingen kladder, og udvalget venter ikke på noget fra jer."
    ),
    "hos-udvalget": Tab(
        "Hos udvalget", (Status.SUBMITTED,), "Når en ansøgning er indsendt, står den her, til den er afgjort."
    ),
    "afgjorte": Tab("Afgjorte", (Status.CLOSED,), "Når udvalget har frigivet sine afgørelser, står sagerne her."),
    "alle": Tab("Alle", tuple(Status), "En ansøgning kan gælde én elev eller flere, og den kan gemmes halvfærdig."),
}
COUNTED = ("kladder", "hos-udvalget")  # tabs that say how many: what waits for the school, and what it waits for

STEPS = {
    "pupils": "Elever",
    "environment": "Læringsmiljø",
    "plan": "Planlagte tiltag",
    "cooperation": "Samarbejde",
    "leadership": "Ledelse",
    "check": "Gennemse og indsend",
}

_LISTED = ("number", "school__name", "status", "initials", "kinds", "grades", "requested", "updated_at")
_YEARS_BACK = 3  # how far a search for the last part of a number looks


def own_cases(user: User) -> QuerySet[Application]:
    """The cases of the schools where `user` writes applications."""
    return Application.objects.visible_to(user).filter(school__in=schools_of(user, Permission.APPLICATION_WRITE))


def own_schools(user: User) -> list[School]:
    """The schools where `user` writes applications, in the order of the memberships; takes no query of its own."""
    own = schools_of(user, Permission.APPLICATION_WRITE)
    return list({m.school_id: m.school for m in user.current_memberships if m.school and m.school_id in own}.values())


def listed(cases: QuerySet[Application]) -> QuerySet[Application]:
    """Only what a list shows: no encrypted column is fetched."""
    return cases.select_related("school").only(*_LISTED)


def found(cases: QuerySet[Application], text: str) -> QuerySet[Application]:
    """Those whose case number begins with `text`, or whose pupils have it as initials (`ab`, `A.B.`)."""
    wanted = text.upper()
    if re.fullmatch(r"\d{1,4}", wanted) and not wanted.startswith("20"):
        year = today().year
        return cases.filter(number__in=[f"SF-{year - back}-{wanted:0>4}" for back in range(_YEARS_BACK)])
    if wanted.startswith("SF-") or wanted[:1].isdigit():
        return cases.filter(number__startswith=wanted if wanted.startswith("SF-") else f"SF-{wanted}")
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
    url = reverse("applications:pupils", args=[case.number]) if case.is_editable else case.get_absolute_url()
    kinds = " og ".join(PupilCase.Kind(kind).label for kind in case.kinds).capitalize()
    return Row(case, url, ", ".join(case.initials), grades_text(case.grades), kinds, status.label, case.tone)


def grades_text(grades: list[int]) -> str:
    """`3. klasse`, `3. og 5. klasse`."""
    *others, last = [f"{grade}." for grade in grades] or [""]
    return f"{', '.join(others)} og {last} klasse" if others else f"{last} klasse" if last else ""


class Wish(NamedTuple):
    """What is asked for one pupil, by fiscal year; nothing while tariff or period is missing."""

    pupil: PupilCase
    parts: dict[int, Part]

    def amount_in(self, year: int) -> int:
        return self.parts[year].amount if year in self.parts else 0

    @property
    def total(self) -> int:
        return sum(part.amount for part in self.parts.values())


def wish(pupil: PupilCase) -> Wish:
    tariff, first, last = pupil.requested_tariff, pupil.starts_on, pupil.ends_on
    return Wish(pupil, by_fiscal_year(tariff, first, last) if tariff and first and last else {})


def prices(pupil: PupilCase) -> list[tuple[int, int, int, int]]:
    """(fiscal year, days, DKK at the tariff asked for, DKK at the unit tariff) of each year the period touches."""
    if not (pupil.starts_on and pupil.ends_on):
        return []
    asked, unit = wish(pupil).parts, by_fiscal_year(settings.UNIT_TARIFF, pupil.starts_on, pupil.ends_on)
    return [(year, part.days, asked[year].amount if asked else 0, part.amount) for year, part in unit.items()]


@dataclass(frozen=True)
class Draft:
    """An application as the school writes it: the row, and everything that hangs on it, read once."""

    application: Application
    pupils: list[PupilCase]
    tried: list[TriedMeasure]
    planned: list[PlannedMeasure]

    @cached_property
    def items(self) -> list[Item]:
        tried, planned = sum(row.is_told for row in self.tried), sum(row.is_told for row in self.planned)
        return checklist(self.application, self.pupils, tried=tried, planned=planned)

    @property
    def missing(self) -> list[Item]:
        return missing(self.items)

    @property
    def advised(self) -> list[Item]:
        return [item for item in self.items if not item.required and not item.filled]

    def missing_of(self, pupil: PupilCase) -> list[Item]:
        return [item for item in self.missing if item.pupil and item.pupil.pk == pupil.pk]

    @property
    def ages(self) -> set[int]:
        return {age for pupil in self.pupils if (age := pupil.age_on(today())) is not None}

    def url(self, step: str) -> str:
        return reverse(f"applications:{step}", args=[self.application.number])

    def links(self, items: list[Item]) -> list[tuple[str, str]]:
        return [(item.shown, item.url(self.application)) for item in items]

    def steps(self, current: str) -> list[tuple[str, str, str, str]]:
        """(label, url, state, note) of each step, as components/steps.html wants them."""
        steps = ["pupils" if item.pupil else item.step for item in self.missing]
        lacking = {name: steps.count(name) for name in STEPS}
        return [
            (
                label,
                self.url(name),
                "current" if name == current else "missing" if lacking[name] or name == "check" else "done",
                f"{lacking[name]} mangler" if lacking[name] else "",
            )
            for name, label in STEPS.items()
        ]

    @property
    def wishes(self) -> list[Wish]:
        return [wish(pupil) for pupil in self.pupils]


def draft(application: Application) -> Draft:
    """Takes three queries, whatever the number of pupils and measures."""
    pupils = list(application.pupil_cases.select_related("pupil"))
    for pupil in pupils:
        pupil.application = application
    return Draft(application, pupils, list(application.tried_measures.all()), list(application.planned_measures.all()))


def way(application: Application) -> list[tuple[str, str, str]]:
    """The case's way while the school has it, and just after it was submitted."""
    names = ("Udfordring", "Ansøgning", "Visitation", "Indsats")
    here = 1 if application.is_editable else 2
    return [(name, "done" if at < here else "current" if at == here else "ahead", "") for at, name in enumerate(names)]


def advisers_of(application: Application) -> tuple[list[Membership], list[Membership]]:
    """Those invited to the case, and those who can be; each with what they are."""
    asked = set(application.invitations.values_list("user", flat=True))
    held = Membership.objects.current().filter(role=Role.ADVISER, user__is_active=True)
    advisers = list(held.select_related("user", "school").order_by("user__name"))
    return [m for m in advisers if m.user_id in asked], [m for m in advisers if m.user_id not in asked]


def leaders_of(school_id: int) -> list[str]:
    """The names of the district school leaders, who answer for the school's applications."""
    held = Membership.objects.current().filter(role=Role.SCHOOL_LEADER, school=school_id, user__is_active=True)
    return list(held.order_by("user__name").values_list("user__name", flat=True))
