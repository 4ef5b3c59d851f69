"""What the floors above know of a year's pupils and money, and how it is counted.

The books know no grant: how many pupils run on a day, and at which
tariffs, is asked of the function that the setting POOL_OUTLOOK names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from skolefleks.danish import day as day_in_words
from skolefleks.danish import today
from skolefleks.setup import trade


class Activity(NamedTuple):
    """The pupils of a district in a fiscal year.

    `running` have a grant that runs on the day that is looked at;
    `started` began in the year, and had no grant before it. `days` are
    the year's days of all grants, and `tariff_days` each of them times
    its yearly tariff in whole DKK.
    """

    running: int = 0
    started: int = 0
    days: int = 0
    tariff_days: int = 0

    @property
    def average_tariff(self) -> int | None:
        """Whole DKK a year, each tariff weighed by its days, half a krone up; None without any."""
        if not self.days:
            return None
        return (2 * self.tariff_days + self.days) // (2 * self.days)

    @property
    def lacking(self) -> int:
        """Pupils up to the fewest expected of a district."""
        return max(0, int(trade.now().places_per_district[0]) - self.running)


NOBODY = Activity()


class Outlook(NamedTuple):
    """What is known of a fiscal year's grants, by the districts' ids; of all districts `total`.

    `day` is the day on which pupils run. `url` is where it is reckoned what
    the years may come to, `year_end_url` that in a sentence, and
    `waiting_url` where those stand for whom there was no money.
    """

    day: date
    by_district: Mapping[int, Activity]
    url: str
    year_end_url: str
    waiting_url: str = ""

    @property
    def total(self) -> Activity:
        return sum_of(self.by_district.values())

    def of(self, district_id: int | None) -> Activity:
        return self.by_district.get(district_id or 0, NOBODY)

    @property
    def running_label(self) -> str:
        """`Løber i dag`, or on which day of a year that is not this one."""
        if self.day == today():
            return "Løber i dag"
        return f"Løber {day_in_words(self.day)}"

    @property
    def started_label(self) -> str:
        return f"Begyndt i {self.day.year}"


def sum_of(parts: Iterable[Activity]) -> Activity:
    """What all districts have together."""
    running = started = days = tariff_days = 0
    for part in parts:
        running += part.running
        started += part.started
        days += part.days
        tariff_days += part.tariff_days
    return Activity(running, started, days, tariff_days)


def day_to_look_at(year: int) -> date:
    """Today; of another year its first day where it is to come, its last where it is over."""
    return min(max(today(), date(year, 1, 1)), date(year, 12, 31))
