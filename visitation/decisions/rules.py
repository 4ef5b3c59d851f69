"""What holds of a decision and its terms: outcome, period, tariff, follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from applications.lifecycle import Answer
from budget.tariff import Later, Part, by_fiscal_year
from skolefleks.calendar import ONE_DAY, months_after
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

# A first day in a year further from this one, before or after, is taken for a typing error.
MOST_YEARS_AWAY = 5


@dataclass(frozen=True)
class Terms:
    """What is granted to one pupil, and for how long."""

    # Whole DKK a year, from the first day on.
    tariff: int
    starts_on: date
    ends_on: date
    conditions: str = ""
    # Why it is not the unit tariff, without a word about the pupil.
    deviation: str = ""
    # The committee's own view of the need (Assessment.Weight).
    weight: int | None = None
    follow_ups: tuple[date, ...] = ()
    # The lower tariffs that follow the first inside the period, ascending by their first day.
    steps: tuple[Later, ...] = ()
    # Why the period begins before the application, where it does.
    past_reason: str = ""
    # For a correction: the effort had not begun before the first day of these terms, so that no day
    # is left of the grant that they replace.
    begins_late: bool = False

    def by_fiscal_year(self) -> dict[int, Part]:
        """Whole DKK and days of each fiscal year that the period touches."""
        return by_fiscal_year(self.tariff, self.starts_on, self.ends_on, self.steps)


# -- the outcome -----------------------------------------------------------------------------------
# The outcomes that leave a pupil without money.
WITHOUT_MONEY = {Outcome.REJECTED, Outcome.STOPPED}


def answer_of(outcomes: Iterable[str]) -> str:
    """What came of a case, by those outcomes of its pupils that its school knows; '' for none."""
    of_pupils = set(outcomes)
    if not of_pupils:
        return ""
    if Outcome.POSTPONED in of_pupils:
        return Answer.POSTPONED

    without_money = of_pupils & WITHOUT_MONEY
    if without_money == of_pupils:
        # Of one pupil rejected and another stopped, the rejection is the answer.
        answer = Answer.STOPPED
        if Outcome.REJECTED in of_pupils:
            answer = Answer.REJECTED
        return answer
    if without_money:
        return Answer.MIXED
    if Outcome.PARTLY in of_pupils:
        return Answer.PARTLY
    return Answer.GRANTED


def outcome_of(
    terms: Terms, pupil_case: PupilCase, *, old: Grant | None = None
) -> Outcome:
    """Granted, or partly: a lower tariff or a shorter period than the school applied for.

    `old` is the grant that the terms correct. Where they go on from it, the period begins with it.
    """
    first_day = terms.starts_on
    if old and goes_on_from(old, terms.starts_on):
        first_day = old.starts_on

    # Where the school left something open, whatever is granted is what it applied for.
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
    """Whether terms from `starts_on` leave some days of `old`, and no day between it and them.

    The answer is the same after `old` has been cut short to make room for them.
    """
    leaves_some_days = old.starts_on < starts_on
    leaves_no_gap = starts_on <= old.last_day + ONE_DAY
    return leaves_some_days and leaves_no_gap


def last_day_kept(old: Grant, terms: Terms) -> date | None:
    """The last day of `old` once `terms` take its place; None where no day of it is left."""
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
    """Raise Refusal, at the field of the wrong day, unless such a period can be granted."""
    if ends_on <= starts_on:
        raise Refusal(
            "Perioden skal slutte efter den dag, den begynder.", field="ends_on"
        )

    if abs(starts_on.year - today().year) > MOST_YEARS_AWAY:
        raise Refusal("Kontrollér årstallet.", field="starts_on")

    if is_too_long(starts_on, ends_on):
        raise Refusal(
            f"Perioden må højst vare {LONGEST_PERIOD_YEARS} år.", field="ends_on"
        )


def is_too_long(starts_on: date, ends_on: date) -> bool:
    """Whether a period, both days included, is longer than any that is granted."""
    return ends_on >= months_after(starts_on, 12 * LONGEST_PERIOD_YEARS)


def doubts_about(terms: Terms, pupil_case: PupilCase) -> list[str]:
    """What may be a slip of the hand: the page asks about it before the decision is made."""
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
    """Whether the period begins before the day on which the school applied: it needs a reason."""
    submitted_at = application.submitted_at
    return submitted_at is not None and starts_on < timezone.localdate(submitted_at)


def require_past_reason(
    terms: Terms | None, application: Application, *, old: Grant | None = None
) -> None:
    """Raise Refusal where the terms grant days before the application and give no reason.

    A correction that keeps the first day of `old` grants no new days before it.
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
    """Every FOLLOW_UP_MONTHS months after the first day, before the last; none without a period."""
    if not starts_on or not ends_on:
        return []

    days = []
    months = settings.FOLLOW_UP_MONTHS
    due_on = months_after(starts_on, months)
    while due_on < ends_on:
        days.append(due_on)
        # From the first day each time: counted on from 30 April, the 31st would never come back.
        months += settings.FOLLOW_UP_MONTHS
        due_on = months_after(starts_on, months)
    return days
