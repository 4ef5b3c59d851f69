"""What holds of an effort: its phases, its follow-ups, whom it asks for, and what it waits for."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings

from applications.models import PupilCase
from skolefleks.calendar import (
    ONE_DAY,
    is_school_holiday,
    school_day_after,
    school_day_before,
)
from skolefleks.refusals import Refusal
from skolefleks.setup import trade
from visitation.lifecycle import EffortStatus, FollowUpStatus
from visitation.models import EffortCondition, EffortContact, EffortPhase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from visitation.models import Effort, FollowUpWindow, Grant

Part = EffortContact.Part
Phase = EffortPhase.Kind

# A follow-up moved back from a holiday lies at least so long
# after the one before.
LEAST_BETWEEN = timedelta(weeks=4)

# A pupil may turn 14 on 29 February.
LAST_OF_FEBRUARY = 28


# -- the follow-ups --------------------------------------------------------------------------------
class Window(NamedTuple):
    """The days in which a follow-up is held, and the last day to tell what came of it."""

    opens_on: date
    hold_by: date
    tell_by: date


def window_up_to(day: date) -> Window:
    """The window whose last day is `day`, or the first school day after it.

    Where it would begin in a school holiday, the whole of it is
    moved past the holiday.
    """
    length = timedelta(days=trade.now().follow_up_window_days - 1)
    hold_by = school_day_after(day)
    opens_on = hold_by - length

    if _has_holiday(opens_on, hold_by):
        # A holiday inside the window takes days from it: it
        # begins when school does.
        opens_on = school_day_after(_last_holiday(opens_on, hold_by) + ONE_DAY)
        hold_by = school_day_after(opens_on + length)
    return _window(opens_on, hold_by)


def follow_ups(starts_on: date, ends_on: date) -> list[Window]:
    """The windows of a grant, counted from its first day, never from the last follow-up.

    The first after FOLLOW_UP_FIRST_WEEKS, then every
    FOLLOW_UP_WEEKS_BETWEEN, the last one
    FOLLOW_UP_LAST_WEEKS_BEFORE the end at the latest, so that
    there is time for a decision.
    """
    latest = ends_on - timedelta(weeks=trade.now().follow_up_last_weeks_before)
    windows: list[Window] = []
    day = starts_on + timedelta(weeks=trade.now().follow_up_first_weeks)
    while day <= latest:
        window = window_up_to(day)
        if window.hold_by <= latest:
            windows.append(window)
        day += timedelta(weeks=trade.now().follow_up_weeks_between)

    # Without it a whole term could lie between the last
    # follow-up and the end.
    last = _window_before(latest)
    if windows:
        is_far_enough = last.hold_by - windows[-1].hold_by >= LEAST_BETWEEN
    else:
        is_far_enough = last.opens_on > starts_on
    if is_far_enough:
        windows.append(last)
    elif not windows:
        # Too short for the rule: one follow-up, half-way.
        windows.append(_half_way(starts_on, ends_on))
    return windows


def _window(opens_on: date, hold_by: date) -> Window:
    return Window(
        opens_on, hold_by, hold_by + timedelta(days=trade.now().follow_up_tell_days)
    )


def _window_before(day: date) -> Window:
    """The window that ends on `day`, moved back where a school holiday would take days from it."""
    length = timedelta(days=trade.now().follow_up_window_days - 1)
    hold_by = school_day_before(day)
    while _has_holiday(hold_by - length, hold_by):
        hold_by = school_day_before(hold_by - ONE_DAY)
    return _window(hold_by - length, hold_by)


def _half_way(starts_on: date, ends_on: date) -> Window:
    middle = starts_on + (ends_on - starts_on) // 2
    hold_by = min(school_day_after(middle), ends_on)
    opens_on = max(
        starts_on, hold_by - timedelta(days=trade.now().follow_up_window_days - 1)
    )
    return _window(opens_on, hold_by)


def _has_holiday(first: date, last: date) -> bool:
    return any(is_school_holiday(day) for day in _days(first, last))


def _last_holiday(first: date, last: date) -> date:
    return max(day for day in _days(first, last) if is_school_holiday(day))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


# -- the phases ------------------------------------------------------------------------------------
def phases(kind: str, starts_on: date, ends_on: date) -> list[tuple[Phase, date]]:
    """(phase, first day): a return begins in the first phase, every effort ends in the last."""
    first_phase = timedelta(weeks=trade.now().phase_in_weeks)
    last_phase = timedelta(weeks=trade.now().phase_out_weeks)
    # Of a short effort each phase is a third.
    third = (ends_on - starts_on + ONE_DAY) // 3
    out_from = ends_on - min(last_phase, third) + ONE_DAY

    if kind != PupilCase.Kind.RETURN:
        return [(Phase.FULL, starts_on), (Phase.OUT, out_from)]
    full_from = starts_on + min(first_phase, third)
    return [(Phase.IN, starts_on), (Phase.FULL, full_from), (Phase.OUT, out_from)]


def require_phases(days: Sequence[date], starts_on: date, ends_on: date) -> None:
    """Raise Refusal unless the phases after the first begin in order, inside the effort."""
    before = starts_on
    for day in days:
        if not before < day <= ends_on:
            raise Refusal(
                "Faserne skal begynde efter hinanden og ligge inden for indsatsen."
            )
        before = day


def lie_inside(phases: Sequence[EffortPhase], starts_on: date, ends_on: date) -> bool:
    """Whether the first phase still begins with the effort, and the last one before its end."""
    first_days = sorted(phase.starts_on for phase in phases)
    return first_days[0] == starts_on and first_days[-1] <= ends_on


def phase_on(phases: Sequence[EffortPhase], day: date) -> EffortPhase | None:
    """The phase that the effort is in on `day`; the first one before it begins."""
    current = None
    for phase in sorted(phases, key=lambda phase: phase.starts_on):
        if current is None or phase.starts_on <= day:
            current = phase
    return current


# -- how it stands --------------------------------------------------------------------------------
TONES = {
    EffortStatus.AWAITING: "warning",
    EffortStatus.RUNNING: "success",
    EffortStatus.ENDED: "neutral",
    EffortStatus.CANCELLED: "neutral",
}


def tone_of(effort: Effort) -> str:
    """The colour of the effort's status, as the style sheet names it."""
    return TONES[EffortStatus(effort.status)]


def place_on_way(efforts: Sequence[Any], day: date, effort_step: int) -> int:
    """Where a case with efforts is on its way: in the effort, at a follow-up, or past both.

    `efforts` are those of a case's file, with their next
    follow-up.
    """
    if not any(effort.is_live for effort in efforts):
        return effort_step + 2
    for effort in efforts:
        if effort.next_opens_on and effort.next_opens_on <= day:
            return effort_step + 1
    return effort_step


def grant_in_force(grants: Sequence[Grant], day: date) -> Grant | None:
    """The grant that runs on `day`, else the next one, else the last; `grants` are in order."""
    for grant in grants:
        if grant.last_day >= day:
            return grant
    if grants:
        return grants[-1]
    return None


# -- the people ------------------------------------------------------------------------------------
ALWAYS = (Part.DAILY_LEADER, Part.PPR)
FOR_CHILDREN = (Part.COORDINATOR,)
FOR_YOUTH = (Part.KUI, Part.MENTOR, Part.WORKPLACE, Part.EXAM)


def parts_asked_for(
    born: date | None, starts_on: date, ends_on: date
) -> list[tuple[Part, date]]:
    """Whom the effort asks for, each from which day: by the pupil's age on the effort's first day.

    Who turns YOUTH_AGE during the effort is asked for the
    others from the birthday on.
    """
    parts = [(part, starts_on) for part in ALWAYS]
    if born is None:
        return parts

    youth_from = max(turns_youth_on(born), starts_on)
    if youth_from > starts_on:
        parts += [(part, starts_on) for part in FOR_CHILDREN]
    if youth_from <= ends_on:
        parts += [(part, youth_from) for part in FOR_YOUTH]
    return parts


def turns_youth_on(born: date) -> date:
    """The birthday from which a pupil's effort asks for KUI and the others."""
    year = born.year + settings.YOUTH_AGE
    if (born.month, born.day) == (2, 29):
        return date(year, 2, LAST_OF_FEBRUARY) + ONE_DAY
    return date(year, born.month, born.day)


# -- what an effort waits for ----------------------------------------------------------------------
class TaskKind(enum.Enum):
    """What a task is about: where its page is, and what its list says."""

    BEGIN = "Begyndelsen skal bekræftes"
    CONTACTS = "Planen mangler navne"
    HOLD = "Opfølgning skal holdes"
    TELL = "Resultatet af en opfølgning skal gives"
    CONDITION = "Vilkår skal afklares"
    CLOSE = "Slutrapporten mangler"
    WHEREABOUTS = "Hvor er eleven nu?"


@dataclass(frozen=True)
class Task:
    """Something that waits: for whom, from which day, and the last day for it where it has one.

    `key` is the follow-up or the condition that it is about.
    """

    kind: TaskKind
    text: str
    whose: str
    from_on: date
    by_on: date | None = None
    key: UUID | None = None

    def is_due(self, day: date) -> bool:
        return self.from_on <= day

    def is_overdue(self, day: date) -> bool:
        return self.by_on is not None and self.by_on < day


SCHOOL = "Skolen"
SCHOOL_LEADER = "Skolelederen"


def tasks_of(
    effort: Effort,
    windows: Iterable[FollowUpWindow],
    conditions: Iterable[EffortCondition],
    contacts: Iterable[EffortContact],
) -> list[Task]:
    """What the effort waits for, now and later, the first in front; nothing once it is over."""
    if not effort.is_live:
        return []

    tasks = []
    if effort.status == EffortStatus.AWAITING:
        tasks.append(
            Task(
                TaskKind.BEGIN,
                "Bekræft, at indsatsen er begyndt",
                SCHOOL,
                effort.starts_on,
                effort.starts_on,
            )
        )
    tasks += _tasks_of_contacts(contacts)
    for window in windows:
        tasks += _tasks_of_window(window)
    for condition in conditions:
        tasks += _tasks_of_condition(condition)
    return sorted(tasks, key=lambda task: (task.from_on, task.by_on or date.max))


def act_from(tasks: Sequence[Task]) -> date | None:
    """The first day on which something waits; None where nothing ever does."""
    if not tasks:
        return None
    return tasks[0].from_on


def _tasks_of_contacts(contacts: Iterable[EffortContact]) -> list[Task]:
    """One for all parts that are asked for from the same day."""
    names_by_day: dict[date, list[str]] = {}
    # Those of a birthday to come are asked for from that day,
    # and not now.
    for contact in contacts:
        if not contact.is_named:
            names = names_by_day.setdefault(contact.asked_from, [])
            names.append(contact.get_part_display())

    tasks = []
    for asked_from, names in names_by_day.items():
        text = f"Skriv på planen: {', '.join(names)}"
        tasks.append(Task(TaskKind.CONTACTS, text, SCHOOL, asked_from))
    return tasks


def _tasks_of_window(window: FollowUpWindow) -> list[Task]:
    if window.status == FollowUpStatus.PLANNED:
        hold = Task(
            TaskKind.HOLD,
            "Hold opfølgningen",
            SCHOOL,
            window.opens_on,
            window.hold_by,
            window.pk,
        )
        return [hold]
    if window.status == FollowUpStatus.HELD and window.held_on:
        tell = Task(
            TaskKind.TELL,
            "Giv resultatet af opfølgningen",
            SCHOOL_LEADER,
            window.held_on,
            window.tell_by,
            window.pk,
        )
        return [tell]
    return []


def _tasks_of_condition(condition: EffortCondition) -> list[Task]:
    if condition.state != EffortCondition.State.OPEN or condition.due_on is None:
        return []
    owner = EffortCondition.Owner(condition.owner).label
    day = condition.due_on
    return [
        Task(TaskKind.CONDITION, "Afklar et vilkår", owner, day, day, condition.pk)
    ]
