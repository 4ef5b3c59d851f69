"""What holds of a decision and its terms: outcome, period, tariff, follow-ups."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from applications.lifecycle import Answer
from budget.tariff import Later, Part, by_fiscal_year
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import kr, today
from skolefleks.refusals import Refusal
from skolefleks.setup import trade
from visitation.models import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from applications.models import Application, PupilCase
    from visitation.models import Grant

Outcome = Decision.Outcome

LONGEST_PERIOD_YEARS = 3

# A date further off is a typing error.
YEARS_AHEAD = 5


@dataclass(frozen=True)
class Terms:
    """What is granted.

    `tariff` is whole DKK a year; `deviation` says why it is not the unit
    tariff, without a word about the pupil; `weight` is the committee's own
    view of the need (Assessment.Weight). `past_reason` says why the period
    begins before the application, where it does. `begins_late`: the effort had not
    begun before the first day, so that nothing is left of the grant that the terms
    take the place of. `steps` are the lower tariffs that
    follow it inside the period, ascending by their first day.
    """

    tariff: int
    starts_on: date
    ends_on: date
    conditions: str = ""
    deviation: str = ""
    weight: int | None = None
    follow_ups: tuple[date, ...] = ()
    steps: tuple[Later, ...] = ()
    past_reason: str = ""
    begins_late: bool = False

    def by_fiscal_year(self) -> dict[int, Part]:
        """Whole DKK and days of each fiscal year that the period touches."""
        return by_fiscal_year(self.tariff, self.starts_on, self.ends_on, self.steps)


# -- the outcome -----------------------------------------------------------------------------------
# What leaves a pupil without money.
REFUSALS = {Outcome.REJECTED: Answer.REJECTED, Outcome.STOPPED: Answer.STOPPED}


def answer_of(outcomes: Iterable[str]) -> str:
    """What came of a case, by the outcomes its school knows; '' for none."""
    of_pupils = set(outcomes)
    if not of_pupils:
        return ""
    if Outcome.POSTPONED in of_pupils:
        return Answer.POSTPONED

    refusals = of_pupils & REFUSALS.keys()
    if refusals == of_pupils:
        return REFUSALS[Outcome(min(refusals))]
    if refusals:
        return Answer.MIXED
    if Outcome.PARTLY in of_pupils:
        return Answer.PARTLY
    return Answer.GRANTED


def outcome_of(
    terms: Terms, pupil_case: PupilCase, *, old: Grant | None = None
) -> Outcome:
    """Granted, or partly: a lower tariff or a shorter period than the school applied for.

    `old` is the grant that the terms correct. Where the effort goes on from
    it, its days count.
    """
    first_day = terms.starts_on
    if old and goes_on_from(old, terms.starts_on):
        first_day = old.starts_on

    # A school that left something open applied for whatever it is given.
    has_lower_tariff = False
    if pupil_case.requested_tariff is not None:
        has_lower_tariff = terms.tariff < pupil_case.requested_tariff

    starts_later = False
    if pupil_case.starts_on is not None:
        starts_later = first_day > pupil_case.starts_on

    ends_earlier = False
    if pupil_case.ends_on is not None:
        ends_earlier = terms.ends_on < pupil_case.ends_on

    if has_lower_tariff or starts_later or ends_earlier:
        return Outcome.PARTLY
    return Outcome.GRANTED


def goes_on_from(old: Grant, starts_on: date) -> bool:
    """Whether new terms from `starts_on` carry the effort of `old` on, without a day between.

    The answer is the same before `old` is cut short for them and after.
    """
    return old.starts_on < starts_on <= old.last_day + ONE_DAY


def last_day_kept(old: Grant, terms: Terms) -> date | None:
    """How long `old` still runs when `terms` take its place; None: it gives way whole."""
    if terms.begins_late or terms.starts_on <= old.starts_on:
        return None
    return min(old.last_day, terms.starts_on - ONE_DAY)


# -- the tariff and the period ---------------------------------------------------------------------
def is_above_ceiling(tariff: int) -> bool:
    """Whether both centre chiefs must agree to the tariff before it is released."""
    return tariff > trade.now().tariff_ceiling


def is_unit_tariff(tariff: int) -> bool:
    """Whether the tariff needs no reason of its own."""
    return tariff == trade.now().unit_tariff


def require_period(starts_on: date, ends_on: date) -> None:
    """Raise Refusal, at the day that is wrong, unless the days make a period to grant."""
    if ends_on <= starts_on:
        raise Refusal(
            "Perioden skal slutte efter den dag, den begynder.", field="ends_on"
        )

    if abs(starts_on.year - today().year) > YEARS_AHEAD:
        raise Refusal("Kontrollér årstallet.", field="starts_on")

    if ends_on.year - starts_on.year > LONGEST_PERIOD_YEARS:
        raise Refusal(
            f"Perioden må højst vare {LONGEST_PERIOD_YEARS} år.", field="ends_on"
        )


def doubts_about(terms: Terms, pupil_case: PupilCase) -> list[str]:
    """What may be a slip of the hand, and is asked for before it is decided; none as a rule."""
    doubts = []
    requested = pupil_case.requested_tariff
    if requested is not None and terms.tariff > requested:
        doubts.append(
            f"Taksten er højere end de {kr(requested)} pr. år, skolen søger om."
        )
    if sum(part.amount for part in terms.by_fiscal_year().values()) == 0:
        doubts.append("Perioden koster 0 kr. i alt.")
    return doubts


def begins_before_application(starts_on: date, application: Application) -> bool:
    """Whether money is given for days before the school had applied: that takes a reason."""
    submitted_at = application.submitted_at
    return submitted_at is not None and starts_on < timezone.localdate(submitted_at)


def require_past_reason(
    terms: Terms | None, application: Application, *, old: Grant | None = None
) -> None:
    """Raise Refusal where days before the application are given without a word of why.

    A correction that keeps the first day of `old` gives no new days.
    """
    if terms is None or (old and old.starts_on == terms.starts_on):
        return
    is_early = begins_before_application(terms.starts_on, application)
    if is_early and not terms.past_reason.strip():
        raise Refusal(
            "Perioden begynder før ansøgningen. Skriv, hvorfor.", field="past_reason"
        )


# -- the follow-ups --------------------------------------------------------------------------------
def suggested_follow_ups(starts_on: date | None, ends_on: date | None) -> list[date]:
    """Every FOLLOW_UP_MONTHS months from the first day, before the last; none without a period."""
    if not starts_on or not ends_on:
        return []

    days = []
    due_on = months_after(starts_on, settings.FOLLOW_UP_MONTHS)
    while due_on < ends_on:
        days.append(due_on)
        due_on = months_after(starts_on, settings.FOLLOW_UP_MONTHS * (len(days) + 1))
    return days


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    days_in_month = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, days_in_month))
