"""What holds of the pool's money: how it is shared, and what a count may show of single pupils."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from budget.tariff import days_in
from skolefleks import suppression
from skolefleks.models import Role, User
from skolefleks.permissions import EVERYWHERE, GRANTS, Permission, may


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` (whole DKK, not negative) in whole parts by `weights` (none negative).

    The parts add up to the amount exactly. Each gets its part rounded down; the kroner left go one
    each to those with the largest remainder, the first of equals first (the largest-remainder
    method). So no part is more than a krone off, the same weights always give the same parts, and
    while `amount` is no more than all weights together, no part is more than its weight. Raises
    ValueError where there is something to share and nobody to bear it.
    """
    whole = sum(weights)
    if not whole:
        if amount:
            raise ValueError("nobody bears the amount")
        return [0] * len(weights)

    # Multiplied before it is divided: no float, so no krone goes astray.
    parts = [amount * weight // whole for weight in weights]
    left = amount - sum(parts)

    def largest_remainder_first(place: int) -> tuple[int, int]:
        remainder = amount * weights[place] % whole
        return -remainder, place

    for place in sorted(range(len(weights)), key=largest_remainder_first)[:left]:
        parts[place] += 1
    return parts


def borne_by_frames(allocated: Sequence[int], used: int) -> list[int]:
    """Each frame's part of what is `used` of a pool, by what each has `allocated` to it.

    At midnight of a day that has passed a commitment may stand before the allocation that it was
    made on: then no frame bears anything yet.
    """
    if used < 0 or not sum(allocated):
        return [0] * len(allocated)
    return shared(used, allocated)


class Hold(NamedTuple):
    """What a reference holds of a year, whole DKK, and the part of it that is owed back."""

    amount: int
    owed: int


def hold_of_year(
    keep: int,
    *,
    paid: int,
    on_its_way: Mapping[int, int],
    coming_back: Mapping[int, int],
    year: int,
) -> Hold:
    """What a reference holds of `year` that is to keep `keep` of it, whole DKK.

    `on_its_way` is what the finance system has and the books have not yet, by fiscal year, less
    what it sets off (`coming_back`). What left the house beyond `keep` is held until it is back,
    and so is what a run is setting off.
    """
    left_the_house = paid + on_its_way.get(year, 0)
    owed = coming_back.get(year, 0) + max(0, left_the_house - keep)
    return Hold(keep + owed, owed)


def full_year_pupils(days: int, year: int) -> float:
    """How many pupils the days of a fiscal year make, each with all of its days."""
    return days / days_in(year)


def average_tariff(amount: int, days: int, year: int) -> int | None:
    """Whole DKK per full-year pupil, half a krone up; None without a single day."""
    if not days:
        return None
    # Doubled and halved again: half a krone is rounded up without a float.
    return (2 * amount * days_in(year) + days) // (2 * days)


def is_small_count(pupils: int) -> bool:
    """So few pupils that a count could point at one of them."""
    return suppression.is_small(pupils)


def sees_small_counts(user: User) -> bool:
    """All who may see the pool, but for those whose only such role is the implementation group."""
    # Who is a member of the committee too may know it from there.
    roles_that_see_the_pool = GRANTS[Permission.POOL_READ].keys()
    return user.roles & roles_that_see_the_pool != {Role.IMPLEMENTATION_GROUP}


def end_of(day: date) -> datetime:
    """The moment a day is over in Danish time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def may_open_every_case(user: User) -> bool:
    """Whether a posting may lead to its case. The others' way to a case is their own list."""
    return may(user, Permission.CASE_READ, at=EVERYWHERE)
