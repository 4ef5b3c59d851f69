"""The scene of the demo: its people, its clock, and what happens when.

The acts of all cases are done in the order of time, each with the clock at its
own moment. What is done may plan what follows from it.
"""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import time_machine
from django.utils import timezone

from skolefleks.danish import today
from skolefleks.models import OutboxMessage, Role, School, User
from visitation.ways import rules as ways_rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID


def read_data(name: str) -> Any:
    """What `data/NAME.json` holds."""
    path = Path(__file__).parent / "data" / f"{name}.json"
    return json.loads(path.read_text())


# What is decided between two meetings of the demo.
BETWEEN_MEETINGS = ways_rules.Way(
    ways_rules.Basis.ALONE,
    ways_rules.Ground.URGENT,
    "Skolen skal vide det, før udvalget mødes igen.",
)


@dataclass(frozen=True, order=True)
class Happening:
    """Something that happens in the demo's past.

    Of two at the same moment that which was planned first is first.
    """

    at: datetime
    order: int
    act: Callable[[], object] = field(compare=False)


class Scene:
    """Where all stories take place."""

    def __init__(self, people: dict[str, User]) -> None:
        self.people = people
        # A heap, the first in front.
        self.happenings: list[Happening] = []
        self.planned = 0
        # The follow-ups that somebody sees to.
        self.follow_ups: set[UUID] = set()
        self.cpr_numbers: dict[
            str, str
        ] = {}  # of the pupils, by who they are in cases.json

        # The clock is moved while the happenings are done: "days ago" is counted
        # from here.
        self.now = timezone.now()
        self.today = today()
        self.school_year = self.today.year
        if self.today.month < 8:
            self.school_year -= 1

    def person(self, name: str) -> User:
        """`ppr` is the person with the address ppr@demo.example."""
        return self.people[f"{name}@demo.example"]

    def leader_of(self, school: School) -> User:
        """The first of the people who leads the school."""
        # In Python: the memberships are read once and kept on the people.
        for user in self.people.values():
            for membership in user.current_memberships:
                is_leader = membership.role == Role.SCHOOL_LEADER
                if is_leader and membership.school_id == school.pk:
                    return user
        raise LookupError(school.name)

    def plan(
        self,
        days_ago: int,
        act: Callable[[], object],
        *,
        hour: int = 9,
        minute: int | None = None,
    ) -> None:
        """Let `act` happen so many days ago, at a working hour; never later than now."""
        day = timezone.localtime(self.now - timedelta(days=days_ago))
        # Another minute for each: nobody does everything at nine sharp.
        if minute is None:
            minute = 7 * self.planned % 60
        at = min(day.replace(hour=hour, minute=minute), self.now)
        self._add(at, act)

    def plan_on(self, day: date, act: Callable[[], object]) -> None:
        """Let `act` happen in the afternoon of `day`; not at all where that is still to come."""
        at = timezone.make_aware(datetime.combine(day, time(16, 0)))
        if at <= self.now:
            self._add(at, act)

    def play(self) -> None:
        """Do all that was planned, in the order of time."""
        while self.happenings:
            happening = heapq.heappop(self.happenings)
            # Standing still: all that one act writes has the same moment.
            with time_machine.travel(happening.at, tick=False):
                happening.act()

        # What waits for the worker was written just now, whatever the clock said. It is due since
        # then, so that the first sweep finds it.
        OutboxMessage.objects.waiting().update(created_at=timezone.now())

    def day(self, text: str) -> date:
        """`0:08-01`: 1 August of this school year; `-1:03-31`: 31 March of the one before."""
        offset, month_and_day = text.split(":")
        month, day = month_and_day.split("-")

        year = self.school_year + int(offset)
        # A school year is called by the year of its August.
        if int(month) < 8:
            year += 1
        return date(year, int(month), int(day))

    def day_or_none(self, text: str | None) -> date | None:
        if not text:
            return None
        return self.day(text)

    def _add(self, at: datetime, act: Callable[[], object]) -> None:
        heapq.heappush(self.happenings, Happening(at, self.planned, act))
        self.planned += 1
