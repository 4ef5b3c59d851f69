"""What leadership looks for among the efforts, each as a condition.

The list filters by it, and the oversight counts by the same
condition: so a figure there is the number of rows behind its
link.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, F, OuterRef, Q

from skolefleks.danish import today
from skolefleks.setup import trade
from visitation.efforts.still import stands_still
from visitation.lifecycle import (
    LIVE,
    OPEN_FOLLOW_UPS,
    ClosingStatus,
    FollowUpStatus,
)
from visitation.models import (
    ClosingReport,
    Effort,
    EffortCondition,
    EffortGoal,
    FollowUpWindow,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

# The shares of the two clocks are of the follow-ups whose last
# day lies within so many days.
DAYS_LOOKED_BACK = 365

ON_TIME = Q(held_on__isnull=False, held_on__lte=F("hold_by"))
TOLD_ON_TIME = Q(told_at__isnull=False, told_at__date__lte=F("tell_by"))


# -- the two clocks --
def to_be_held_by_now() -> QuerySet[FollowUpWindow]:
    """The follow-ups of the last year whose last day has passed, or that were held already."""
    return (
        FollowUpWindow.objects.exclude(status=FollowUpStatus.CANCELLED)
        .filter(hold_by__gte=_looked_back_to())
        .filter(Q(hold_by__lt=today()) | Q(held_on__isnull=False))
    )


def to_be_told_by_now() -> QuerySet[FollowUpWindow]:
    """Those that were held, and whose outcome is told or should have been."""
    # What was never held has no outcome to be told: it is late
    # by the other clock.
    talks = to_be_held_by_now().filter(held_on__isnull=False)
    return talks.filter(Q(tell_by__lt=today()) | Q(told_at__isnull=False))


def _looked_back_to() -> date:
    return today() - timedelta(days=DAYS_LOOKED_BACK)


# -- the conditions --
def _has(rows: QuerySet[FollowUpWindow]) -> Q:
    return Q(Exists(rows.filter(effort=OuterRef("pk"))))


def live() -> Q:
    """Efforts that are not over."""
    return Q(status__in=LIVE)


def _due() -> Q:
    planned = FollowUpWindow.objects.filter(status=FollowUpStatus.PLANNED)
    return live() & _has(planned.filter(opens_on__lte=today()))


def _overdue() -> Q:
    planned = FollowUpWindow.objects.filter(status=FollowUpStatus.PLANNED)
    return live() & _has(planned.filter(hold_by__lt=today()))


def _held_late() -> Q:
    return _has(to_be_held_by_now().exclude(ON_TIME))


def _told_late() -> Q:
    return _has(to_be_told_by_now().exclude(TOLD_ON_TIME))


def _without_baseline() -> Q:
    """A goal without a baseline, or no goal at all: nothing to measure movement from."""
    # The newest version decides: a baseline that came later is
    # one.
    goals = EffortGoal.objects.current().filter(effort=OuterRef("pk"))
    return live() & (Q(Exists(goals.filter(baseline=None))) | ~Q(Exists(goals)))


def _ends_without_plan() -> Q:
    """It ends soon, and the last follow-up, where that is talked about, has no outcome yet."""
    soon = today() + timedelta(days=trade.now().effort_ends_soon_days)
    # Its outcome says what comes after: an extension, a stop,
    # or the end as it was granted.
    still_open = _has(FollowUpWindow.objects.filter(status__in=OPEN_FOLLOW_UPS))
    has_outcome = _has(FollowUpWindow.objects.filter(status=FollowUpStatus.TOLD))
    return live() & Q(ends_on__lte=soon) & (still_open | ~has_outcome)


def _condition_unmet() -> Q:
    """Not met, or not settled by the day that it is due."""
    # One without a day is not overdue, and one that has lapsed
    # is asked no more.
    state = EffortCondition.State
    unmet = EffortCondition.objects.filter(effort=OuterRef("pk")).filter(
        Q(state=state.NOT_MET) | Q(state=state.OPEN, due_on__lt=today())
    )
    return live() & Q(Exists(unmet))


def _closing_missing() -> Q:
    """It is over, and the day by which the closing report was due has passed."""
    awaited = ClosingReport.objects.filter(
        status=ClosingStatus.AWAITED, due_on__lt=today()
    )
    return Q(Exists(awaited.filter(effort=OuterRef("pk"))))


class Concern(NamedTuple):
    """One thing to look for: what its figure is called, its column, and which efforts it is."""

    label: str
    short: str
    condition: Callable[[], Q]


# By its name in the address.
CONCERNS = {
    "forfalden": Concern("Opfølgning skal holdes nu", "Skal holdes", _due),
    "overskredet": Concern("Opfølgning over fristen", "Over fristen", _overdue),
    "holdt-sent": Concern(
        "En opfølgning blev ikke holdt til tiden", "Holdt for sent", _held_late
    ),
    "givet-sent": Concern(
        "Et resultat blev ikke givet til tiden", "Givet for sent", _told_late
    ),
    "udgangspunkt": Concern(
        "Mål uden udgangspunkt", "Uden udgangspunkt", _without_baseline
    ),
    "staar-stille": Concern(
        "Uden bevægelse efter to opfølgninger", "Uden bevægelse", stands_still
    ),
    "uden-plan": Concern(
        trade.in_words(
            lambda now: (
                f"Slutter inden for {now.effort_ends_soon_days} dage uden en plan"
            )
        ),
        "Slutter uden plan",
        _ends_without_plan,
    ),
    "vilkaar": Concern("Vilkår, der ikke er opfyldt", "Vilkår", _condition_unmet),
    "slutrapport": Concern("Slutrapport mangler", "Slutrapport", _closing_missing),
}


def choices() -> list[tuple[str, str]]:
    """For a filter: the name in the address, and the label."""
    return [(name, concern.label) for name, concern in CONCERNS.items()]


def of_concern(efforts: QuerySet[Effort], name: str) -> QuerySet[Effort]:
    """Those of `efforts` that the concern is about."""
    return efforts.filter(CONCERNS[name].condition())
