"""Shares an amount between several by their weights, to the krone. Knows nothing but numbers."""

from __future__ import annotations

from collections.abc import Sequence


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` (whole DKK, not negative) in whole parts by `weights` (none negative); the parts add up to it exactly.

    Each gets its part rounded down; the kroner left go one each to those with the largest remainder, the first of
    equals first (the largest-remainder method). So no part is more than a krone off, the same weights always give the
    same parts, and while `amount` is no more than all weights together, no part is more than its weight.
    Raises ValueError where there is something to share and nobody to bear it.
    """
    whole = sum(weights)
    if not whole:
        if amount:
            raise ValueError("nobody bears the amount")
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    left = amount - sum(parts)
    by_remainder = sorted(
        range(len(weights)), key=lambda place: (-(amount * weights[place] % whole), place)
    )
    for place in by_remainder[:left]:
        parts[place] += 1
    return parts
