"""What an evaluation counts by: its year, where a voice sees a goal, and how sure a share is."""

from __future__ import annotations

import enum
import hashlib
import json
import math
import statistics
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings

from budget.tariff import cost
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import FIRST_DAY, LAST_DAY, today
from skolefleks.setup import trade
from visitation.measurements.rules import share_of_way
from visitation.models import Evaluation
from visitation.models.evaluations import SLUGS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from visitation.models import EffortGoal, Grant

Span = Evaluation.Span

# A 95 % interval.
Z = 1.959964

# The month in which a school year begins.
AUGUST = 8


@dataclass(frozen=True, order=True)
class Period:
    """A fiscal year (calendar year) or a school year (1 August to 31 July), by its first year."""

    span: Span
    year: int

    @property
    def first_day(self) -> date:
        if self.span == Span.SCHOOL:
            return date(self.year, AUGUST, 1)
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        return Period(self.span, self.year + 1).first_day - ONE_DAY

    @property
    def length(self) -> int:
        """Its days."""
        return (self.last_day - self.first_day).days + 1

    @property
    def fiscal_years(self) -> list[int]:
        """The fiscal years that it touches."""
        return list(range(self.first_day.year, self.last_day.year + 1))

    @property
    def name(self) -> str:
        if self.span == Span.SCHOOL:
            return f"Skoleåret {self.year}/{str(self.year + 1)[2:]}"
        return f"Regnskabsåret {self.year}"

    @property
    def slug(self) -> str:
        return f"{SLUGS[self.span]}-{self.year}"

    @property
    def counted_on(self) -> date:
        """The day its figures are of: its last, or today while it runs."""
        return min(self.last_day, today())

    @property
    def has_begun(self) -> bool:
        return self.first_day <= today()

    @property
    def is_over(self) -> bool:
        return self.last_day < today()


def period_of_slug(slug: str) -> Period | None:
    """`skoleaar-2026` is the school year 2026/27; None where it names no year."""
    name, _, year = slug.rpartition("-")
    spans = {text: span for span, text in SLUGS.items()}
    # `isdigit` alone is true of digits in other scripts.
    is_number = year.isascii() and year.isdigit()
    if name not in spans or not is_number:
        return None
    # Days of other years are typing errors everywhere here.
    if not FIRST_DAY.year <= int(year) <= LAST_DAY.year:
        return None
    return Period(Span(spans[name]), int(year))


def latest_periods(count: int) -> list[Period]:
    """This year and those before it, `count` of each kind, the newest first."""
    this_year = today().year
    school_year = this_year
    if today().month < AUGUST:
        school_year -= 1

    periods = []
    for back in range(count):
        periods.append(Period(Span.FISCAL, this_year - back))
        periods.append(Period(Span.SCHOOL, school_year - back))
    return periods


# -- money and days --
def days_in(grant: Grant, period: Period) -> int:
    """The granted days that lie in the period."""
    first = max(grant.starts_on, period.first_day)
    last = min(grant.last_day, period.last_day)
    return max(0, (last - first).days + 1)


def amount_in(grant: Grant, period: Period) -> int:
    """Whole DKK that the grant costs in the period, as the books divide it by days."""
    last = min(grant.last_day, period.last_day)
    by_the_end = cost(grant.tariff, grant.starts_on, last, grant.later)
    day_before = period.first_day - ONE_DAY
    before = cost(
        grant.tariff, grant.starts_on, min(day_before, grant.last_day), grant.later
    )
    return max(0, by_the_end - before)


def price(amount: int, days: int, length: int) -> int | None:
    """Whole DKK per full-year pupil, half a krone up; None without a single day."""
    # Without a day there is no price, and not one of nought.
    if not days:
        return None
    # Doubled and halved again: half a krone is rounded up without a float.
    return (2 * amount * length + days) // (2 * days)


# -- the pupils --
class AgeGroup(enum.Enum):
    """The two groups of the day-treatment report; the value is what the screen says."""

    CHILD = "6-13 år"
    YOUTH = "14-17 år"
    UNKNOWN = "Alder ikke oplyst"


def age_group(age: int | None) -> AgeGroup:
    """By the age on the day of the decision."""
    if age is None:
        return AgeGroup.UNKNOWN
    if age < settings.YOUTH_AGE:
        return AgeGroup.CHILD
    return AgeGroup.YOUTH


# -- where a voice sees a goal --
class View(enum.Enum):
    """How one voice's last answer lies to a goal; the value is what the screen says."""

    REACHED = "Nået"
    MOVED = "På vej"
    UNCHANGED = "Uændret"
    BACK = "Gået tilbage"
    TOO_FEW = "For få målinger"


# Of these a share is taken: the others have nothing to be compared with.
MEASURED = (View.REACHED, View.MOVED, View.UNCHANGED, View.BACK)
FORWARD = (View.REACHED, View.MOVED)


def view_of(goal: EffortGoal, values: Sequence[Decimal]) -> View:
    """Where a voice's last value lies between baseline and target; `values` in their order.

    The same bounds as the sentence beside the curves (visitation/measurements/rules.py), for one
    voice alone.
    """
    is_measurable = goal.baseline is not None and goal.target is not None
    if not is_measurable or len(values) < trade.now().curve_least_measurements:
        return View.TOO_FEW
    # The last one alone: a curve that went up and down again has not moved.
    share = share_of_way(goal, values[-1])
    if share < 0:
        return View.BACK
    if share >= 1:
        return View.REACHED
    if share * trade.now().curve_moved_part >= 1:
        return View.MOVED
    return View.UNCHANGED


# -- shares --
class Interval(NamedTuple):
    """In percent."""

    low: float
    high: float


def percent(part: int, whole: int) -> float | None:
    """None of nothing."""
    if not whole:
        return None
    return 100 * part / whole


def wilson(part: int, whole: int) -> Interval | None:
    """The 95 % interval of a share by Wilson's score (1927); None of nothing.

    Unlike the usual one it stays between 0 and 100 with few counts, and is never a single point.
    """
    if not whole:
        return None
    share = part / whole
    middle = share + Z**2 / (2 * whole)
    half = Z * math.sqrt(share * (1 - share) / whole + Z**2 / (4 * whole**2))
    below = 1 + Z**2 / whole
    low = max(0.0, (middle - half) / below)
    high = min(1.0, (middle + half) / below)
    return Interval(100 * low, 100 * high)


def median(numbers: Sequence[int]) -> float | None:
    """None of nothing."""
    if not numbers:
        return None
    return float(statistics.median(numbers))


# -- signing --
def mark_of(texts: Sequence[tuple[str, str]], figures: dict[str, Any]) -> str:
    """A digest of all that is signed, in hex: another one means that it was changed since."""
    signed = json.dumps([texts, figures], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(signed.encode()).hexdigest()
