"""Whoever wants to know what is hidden: all that is seen becomes equations, and they are solved.

Unknowns are whole numbers from 0 up. What follows from the equations together is found by
elimination, what follows from the bounds by narrowing them until nothing moves any more.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, inf


class Solver:
    def __init__(self) -> None:
        self.equations: list[tuple[dict[str, Fraction], Fraction]] = []

    def learn(self, terms: dict[str, int], total: int) -> None:
        """The sum of `terms` (how often each unknown counts) is `total`."""
        parts = {name: Fraction(times) for name, times in terms.items()}
        self.equations.append((parts, Fraction(total)))

    def certain(self) -> dict[str, int]:
        """Every unknown that can have one value only."""
        equations = self.equations + self._eliminated()
        bounds = self._narrowed(equations)
        return {name: low for name, (low, high) in bounds.items() if low == high}

    def _eliminated(self):
        """The equations in reduced form: an unknown that follows stands alone in one."""
        rows = [(dict(terms), total) for terms, total in self.equations]
        done = []
        while rows:
            terms, total = rows.pop()
            if not terms:
                continue
            pivot, factor = next(iter(terms.items()))
            terms = {name: times / factor for name, times in terms.items()}
            row = (terms, total / factor)
            rows = [without(pivot, other, row) for other in rows]
            done = [without(pivot, other, row) for other in done]
            done.append(row)
        return [row for row in done if row[0]]

    def _narrowed(self, equations):
        bounds = {}
        for terms, _ in equations:
            bounds |= dict.fromkeys(terms, (0, inf))
        moved = True
        while moved:
            moved = False
            for terms, total in equations:
                for name in terms:
                    new = narrowed(name, terms, total, bounds)
                    if new != bounds[name]:
                        bounds[name] = new
                        moved = True
        return bounds


def without(pivot, other, row):
    """`other` less so much of `row` that the pivot is gone from it."""
    terms, total = other
    times = terms.get(pivot)
    if not times:
        return other
    left = dict(terms)
    for name, more in row[0].items():
        left[name] = left.get(name, Fraction(0)) - times * more
    return {name: more for name, more in left.items() if more}, total - times * row[1]


def narrowed(name, terms, total, bounds):
    """What the equation leaves for one unknown, given the bounds of the others."""
    least = most = total
    for other, times in terms.items():
        if other == name:
            continue
        low, high = bounds[other]
        ends = sorted((times * low, times * high))
        least, most = least - ends[1], most - ends[0]
    ends = sorted((least / terms[name], most / terms[name]))
    low, high = bounds[name]
    if ends[0] > -inf:
        low = max(low, ceil(ends[0]))
    if ends[1] < inf:
        high = min(high, floor(ends[1]))
    return low, high
