"""What the effort may save: its price against the prices elsewhere, on open guesses.

The prices are of different years: each is brought to this year's by a factor that people fill in,
1 until they have. Whole DKK.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings

from skolefleks.danish import decimal, today
from visitation.outlook.rules import Estimate


class Savings(NamedTuple):
    """Whole DKK, negative where it costs more, on the low, expected and high guess."""

    low: int
    expected: int
    high: int


class Price(NamedTuple):
    """What a full-year pupil costs elsewhere, whole DKK in the prices of a year.

    `factor` brings it to the prices of this year; 1 while nobody has filled it in.
    """

    name: str
    amount: int
    year: int
    factor: Decimal = Decimal(1)

    @property
    def in_this_years_prices(self) -> int:
        return round(self.amount * self.factor)

    @property
    def index_in_words(self) -> str:
        return decimal(self.factor)

    @property
    def is_comparable(self) -> bool:
        """Whether it is in this year's prices, or was brought there."""
        return self.year >= today().year or self.factor != 1


@dataclass(frozen=True)
class Alternative:
    """An offer that pupils are referred to without SkoleFleks, and what each of the two costs.

    `source_price` is the price there as it stands in its source, `unit_cost`
    what a full-year pupil costs in SkoleFleks, in whole DKK. `referral` is the
    share of SkoleFleks's pupils who would have been there, `pupils` how many
    full-year pupils SkoleFleks has.
    """

    source_price: Price
    unit_cost: int
    referral: Estimate
    pupils: float

    @property
    def name(self) -> str:
        return self.source_price.name

    @property
    def price(self) -> int:
        """In this year's prices, as far as the index says."""
        return self.source_price.in_this_years_prices

    @property
    def break_even(self) -> int:
        """The share of the pupils that SkoleFleks must keep from there to pay for itself.

        In percent, rounded up.
        """
        # `//` rounds down. With the sign turned before and after, the share is rounded up.
        rounded_down = -100 * self.unit_cost // self.price
        return -rounded_down

    @property
    def per_pupil(self) -> Savings:
        """What is saved per full-year pupil: the expected price elsewhere, less the cost here."""
        savings = []
        for percent in self.referral:
            cost_elsewhere = round(self.price * percent / 100)
            savings.append(cost_elsewhere - self.unit_cost)

        low, expected, high = savings
        return Savings(low, expected, high)

    @property
    def in_all(self) -> Savings:
        """What is saved on all full-year pupils of the year."""
        low, expected, high = [
            round(amount * self.pupils) for amount in self.per_pupil
        ]
        return Savings(low, expected, high)


def index_of(year: int) -> Decimal:
    """What the setting multiplies a price of a year by; 1 where it is silent."""
    return Decimal(settings.PRICE_INDEX.get(year, "1"))


def levels_in_words(prices: Iterable[Price]) -> str:
    """Which prices are of other years and cannot be compared yet; '' where all can."""
    years = sorted({price.year for price in prices if not price.is_comparable})
    if not years:
        return ""
    year_names = ", ".join(str(year) for year in years)
    return (
        f"Priserne er fra {year_names} og {today().year} og kan ikke"
        " sammenlignes, før prisindekset er udfyldt: det står på 1, så gamle"
        " priser er regnet, som de var."
    )


def weighed(
    referral: Estimate, stayed: Estimate, *, returning: float, others: float
) -> Estimate:
    """The share of all pupils who would have been elsewhere, in whole percent.

    `stayed` holds for the `returning` full-year pupils, `referral` for the `others`.
    """
    whole = returning + others
    if not whole:
        return referral
    low, expected, high = [
        round((of_others * others + of_returning * returning) / whole)
        for of_others, of_returning in zip(referral, stayed, strict=True)
    ]
    return Estimate(low, expected, high)


def alternatives(
    prices: Sequence[Price],
    *,
    unit_cost: int | None,
    pupils: float,
    referral: Estimate,
) -> list[Alternative]:
    """An alternative for each of `prices`; none without a unit cost.

    `unit_cost` is what a full-year pupil costs in SkoleFleks: None as long as it has no pupil.
    """
    if not unit_cost:
        return []
    return [Alternative(price, unit_cost, referral, pupils) for price in prices]
