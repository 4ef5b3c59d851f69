"""What a pupil's wish comes to in money and in hours of support, and how long a case waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone

from applications.lifecycle import Answer, Status
from applications.models import Application, PupilCase
from budget.tariff import Part, by_fiscal_year
from skolefleks.danish import day, today
from skolefleks.refusals import NotPossible
from skolefleks.setup import trade


@dataclass(frozen=True)
class Wish:
    """What is asked for one pupil, by fiscal year; no parts while tariff or period is missing."""

    pupil_case: PupilCase
    parts: dict[int, Part]

    def amount_in(self, year: int) -> int:
        """Whole DKK in one fiscal year."""
        if year not in self.parts:
            return 0
        return self.parts[year].amount

    @property
    def total(self) -> int:
        """Whole DKK in all."""
        return sum(part.amount for part in self.parts.values())


class PriceOfYear(NamedTuple):
    """What one fiscal year costs, in whole DKK: at the tariff asked for, and at the unit tariff."""

    year: int
    days: int
    requested: int
    at_unit_tariff: int


@dataclass(frozen=True)
class SupportHours:
    """A pupil's support, hours a week: what is written of the pupil, and what runs beside it."""

    pupil_case: PupilCase
    beside: Decimal

    @property
    def total(self) -> Decimal:
        return self.pupil_case.hours_with(self.beside)

    @property
    def is_too_many(self) -> bool:
        """Whether it is special education, which goes through PPR."""
        return self.pupil_case.has_too_many_hours(self.beside)

    @property
    def limit(self) -> str:
        return str(trade.now().support_hours_limit)


def wish_for(pupil_case: PupilCase) -> Wish:
    """What the school asks for, by fiscal year."""
    tariff = pupil_case.requested_tariff
    first = pupil_case.starts_on
    last = pupil_case.ends_on

    parts: dict[int, Part] = {}
    # A draft may have any of the three and not the others.
    if tariff and first and last:
        parts = by_fiscal_year(tariff, first, last)
    return Wish(pupil_case, parts)


def prices_of(pupil_case: PupilCase) -> list[PriceOfYear]:
    """What each fiscal year that the period touches costs; nothing while the period is missing."""
    first = pupil_case.starts_on
    last = pupil_case.ends_on
    if first is None or last is None:
        return []

    wish = wish_for(pupil_case)
    at_unit_tariff = by_fiscal_year(trade.now().unit_tariff, first, last)
    prices = []
    for year, part in at_unit_tariff.items():
        prices.append(PriceOfYear(year, part.days, wish.amount_in(year), part.amount))
    return prices


class Wait(NamedTuple):
    """Whole days since the first submission, and how many of them the school had the case."""

    days: int
    at_school: int

    @property
    def at_committee(self) -> int:
        """What the committee's goal is held against."""
        return self.days - self.at_school

    @property
    def text(self) -> str:
        """`20 dage`."""
        if self.days == 1:
            return "1 dag"
        return f"{self.days} dage"

    @property
    def note(self) -> str:
        """`heraf 6 hos skolen`; nothing where the school never had it back."""
        if not self.at_school:
            return ""
        return f"heraf {self.at_school} hos skolen"


def days_at_school(application: Application, until: date | None = None) -> int:
    """How many days the school has had a case back, up to `until` (today)."""
    days: int = application.days_at_school
    if application.status != Status.SENT_BACK or application.sent_back_at is None:
        return days
    since = timezone.localdate(application.sent_back_at)
    return days + max(((until or today()) - since).days, 0)


def wait_of(application: Application, until: date | None = None) -> Wait | None:
    """How long it has waited at `until` (today); None before it was ever submitted."""
    if application.submitted_at is None:
        return None
    until = until or today()
    first_day = timezone.localdate(application.submitted_at)
    days = max((until - first_day).days, 0)
    return Wait(days, min(days_at_school(application, until), days))


def next_step(application: Application, at: date) -> str:
    """What is next in the case on the day `at`, as the school's list says it."""
    status = Status(application.status)
    if application.handed_over_at and application.is_editable:
        return "Venter på skolelederens underskrift"
    if status in ALWAYS_NEXT:
        return ALWAYS_NEXT[status]
    if status == Status.DRAFT:
        return _before_submission(application)
    if status == Status.SUBMITTED:
        return _at_committee(application, at)
    return _after_the_answer(application, at)


COPY_IT = "Kan kopieres til en ny ansøgning"

# What is next whatever else holds.
ALWAYS_NEXT = {
    Status.CHALLENGE: "Dialog med PPR, og så en ansøgning",
    Status.SENT_BACK: "Skolen svarer udvalget og indsender igen",
    Status.WITHDRAWN: COPY_IT,
}


def _before_submission(application: Application) -> str:
    if application.is_complete:
        return "Klar til at gennemse og indsende"
    return f"Skal skrives færdig: {application.filled} af {application.expected} er udfyldt"


def _at_committee(application: Application, at: date) -> str:
    wait = wait_of(application, at)
    if application.answer == Answer.POSTPONED:
        return "Udsat: udvalget tager sagen op igen"
    if wait is None:
        return ""
    return f"Udvalget træffer afgørelse. Sagen har ventet {wait.text}"


def _after_the_answer(application: Application, at: date) -> str:
    last_day = application.effort_ends_on
    if application.answer == Answer.REJECTED:
        return COPY_IT
    if last_day is None:
        return "Ingen indsats"
    if last_day < at:
        return f"Indsatsen sluttede {day(last_day)}"
    if application.granted_from and application.granted_from > at:
        return f"Indsatsen begynder {day(application.granted_from)}"
    return f"Indsatsen løber til {day(last_day)}"


# What the school does instead of taking back what is granted.
INSTEAD_OF_WITHDRAWING = (
    "Sagen er bevilget og kan ikke trækkes tilbage. "
    "Skal hjælpen ændres, forlænges eller stoppe, så skriv det i opfølgningen på indsatsen: "
    "udvalget træffer en ny afgørelse, og den gamle bliver stående."
)


def require_nothing_granted(application: Application) -> None:
    """Raise NotPossible where a grant of the case is known to the school."""
    if application.granted:
        raise NotPossible(INSTEAD_OF_WITHDRAWING)


def may_be_copied(application: Application) -> bool:
    """Whether what is written in it may begin a new application: it led to nothing."""
    if application.status == Status.WITHDRAWN:
        return True
    is_closed = application.status == Status.CLOSED
    return is_closed and application.answer == Answer.REJECTED
