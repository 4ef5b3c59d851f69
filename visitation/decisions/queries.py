"""What a grant takes from the pool, and what a school has got of it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import OuterRef, Subquery

from applications.reading import queries as reading_queries
from budget.models import Standing
from budget.tariff import by_fiscal_year
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import kr, today
from skolefleks.models import User
from skolefleks.models.people import COMMITTEE_ROLES
from visitation.lifecycle import DecisionStatus, GrantStatus, MeetingStatus
from visitation.models import Attendance, Grant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from applications.models import Application, PupilCase
    from budget.tariff import Part


class Cost(NamedTuple):
    """What a grant takes from one fiscal year; `before` and `after` are free whole DKK, None without a pool."""

    year: int
    days: int
    amount: int
    before: int | None
    after: int | None


def effect(tariff: int, starts_on: date, ends_on: date) -> list[Cost]:
    """What a grant on these terms would take of each fiscal year it touches, and what it would leave."""
    parts = by_fiscal_year(tariff, starts_on, ends_on)
    free = Standing.objects.free(parts)
    return [
        Cost(
            year,
            part.days,
            part.amount,
            free.get(year),
            free[year] - part.amount if year in free else None,
        )
        for year, part in parts.items()
    ]


@dataclass(frozen=True)
class TakingPart:
    """Who would take part if it were decided now; `in_meeting` or outside of one."""

    in_meeting: bool
    present: list[str]
    out: list[tuple[str, str]]


def taking_part(application: Application, by: User) -> TakingPart:
    """Who is at the meeting under way that has the case on its agenda, else `by` alone; and who is out, and why."""
    there = Attendance.objects.filter(
        user=OuterRef("pk"),
        meeting__status=MeetingStatus.UNDER_WAY,
        meeting__items__application=application,
    )
    committee = list(
        User.objects.holding(*COMMITTEE_ROLES)
        .annotate(at=Subquery(there.values("state")[:1]))
        .order_by("name")
    )
    out = reading_queries.disqualified(application, committee)
    free = [person for person in committee if person.pk not in out]
    present = [
        person.name for person in free if person == by or person.at == Attendance.State.PRESENT
    ]
    in_meeting = any(person.at for person in committee)
    return TakingPart(
        in_meeting,
        present,
        [(person.name, out[person.pk]) for person in committee if person.pk in out],
    )


def suggested_follow_ups(starts_on: date | None, ends_on: date | None) -> list[date]:
    """Every so many months from the first day (a setting), before the last."""
    if not (starts_on and ends_on):
        return []
    days: list[date] = []
    step = settings.FOLLOW_UP_MONTHS
    while (due := _months_after(starts_on, step * (len(days) + 1))) < ends_on:
        days.append(due)
    return days


def remarks(
    case: PupilCase, tariff: int, starts_on: date, ends_on: date, *, old: Grant | None = None
) -> list[tuple[str, str]]:
    """(tone, sentence) of what follows from the terms beside their cost; `old`: the grant that they would correct."""
    said = []
    goes_on = old is not None and old.starts_on < starts_on <= old.last_day + ONE_DAY
    begins = old.starts_on if old and goes_on else starts_on
    asked = case.requested_tariff or 0, case.starts_on or begins, case.ends_on or ends_on
    if tariff < asked[0] or begins > asked[1] or ends_on < asked[2]:
        said.append(
            ("info", "Det er mindre, end skolen søger om: afgørelsen bliver »Delvist bevilget«.")
        )
    if tariff != settings.UNIT_TARIFF:
        said.append(
            ("info", f"Taksten er en anden end {kr(settings.UNIT_TARIFF)} Skriv nedenfor, hvorfor.")
        )
    if tariff > settings.TARIFF_CEILING:
        ceiling = kr(settings.TARIFF_CEILING)
        said.append(
            (
                "warning",
                f"Taksten er over {ceiling} Begge centerchefer skal godkende den, før I kan frigive.",
            )
        )
    return said


def grant_to_end(case: PupilCase) -> Grant | None:
    """The pupil's running grant that the school knows of; where there are two, the one that ends first."""
    running = Grant.objects.known().filter(
        decision__pupil_case=case, status=GrantStatus.RUNNING, ends_on__gt=today()
    )
    return running.select_related("decision").order_by("ends_on").first()


def granted_now(case: PupilCase) -> Grant | None:
    """The grant of the decision that the school knows, which a correction would change."""
    return (
        Grant.objects.standing()
        .filter(decision__pupil_case=case, decision__status=DecisionStatus.RELEASED)
        .first()
    )


@dataclass(frozen=True)
class YearChange:
    """What a fiscal year holds for the pupil before and after, and what is free before and after; whole DKK."""

    year: int
    before: int
    after: int
    free: int | None

    @property
    def free_after(self) -> int | None:
        return None if self.free is None else self.free + self.before - self.after

    @property
    def difference(self) -> int:
        return self.after - self.before


def correction(old: Grant | None, tariff: int, starts_on: date, ends_on: date) -> list[YearChange]:
    """What new terms change: the old grant runs to the day before, or gives way where they begin together."""
    before = old.by_fiscal_year() if old else {}
    last = min(old.last_day, starts_on - ONE_DAY) if old else starts_on
    kept = by_fiscal_year(old.tariff, old.starts_on, last, old.later) if old else {}
    return _changes(before, kept, by_fiscal_year(tariff, starts_on, ends_on))


def ending(old: Grant, on: date | None) -> list[YearChange]:
    """What it changes to end a grant on that day; None: it is as if it had not been."""
    return _changes(
        old.by_fiscal_year(), by_fiscal_year(old.tariff, old.starts_on, on, old.later) if on else {}
    )


def _changes(before: Mapping[int, Part], *after: Mapping[int, Part]) -> list[YearChange]:
    years = sorted({*before, *(year for parts in after for year in parts)})
    free = Standing.objects.free(years)
    return [
        YearChange(
            year,
            before[year].amount if year in before else 0,
            sum(parts[year].amount for parts in after if year in parts),
            free.get(year),
        )
        for year in years
    ]


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
