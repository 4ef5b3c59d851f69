"""How it stands, in Danish sentences: the pool, the districts, day treatment. Asks no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from budget.figures import rules as figure_rules
from skolefleks.danish import kr, one_decimal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from budget.books import queries as books_queries
    from budget.figures import queries as figure_queries


# -- the pool ------------------------------------------------------------------------------------
def of_today(pools: Sequence[books_queries.PoolYear]) -> list[str]:
    """What is free, and where there is room.

    Of the first pool's districts only what the person may see.
    """
    # Of a pool of which nothing is shown yet, nobody may know what is free.
    pools = [pool for pool in pools if pool.shows_counts]
    if not pools:
        return []
    return [
        f"Der er {free_in_words(pools)}.",
        *of_pupils(pools[0]),
        *of_districts(pools[0]),
    ]


def of_a_past_day(pools: Sequence[books_queries.PoolYear]) -> list[str]:
    """What was free, and how many pupils had a place, on a day that has passed."""
    if not pools:
        return []

    total = pools[0].total
    pupils = pupils_in_words(total.places)
    full_year = one_decimal(total.full_year_pupils)
    return [
        f"Der var {free_in_words(pools)}.",
        f"{pupils} havde en plads i {total.year} ({full_year} helårselever).",
    ]


def free_in_words(pools: Sequence[books_queries.PoolYear]) -> str:
    """`1.234 kr. fri i 2026 og 5.678 kr. fri i 2027`."""
    return " og ".join(f"{kr(pool.free)} fri i {pool.year}" for pool in pools)


def of_pupils(pool: books_queries.PoolYear) -> list[str]:
    """How many pupils have a place; nothing where that is too few to be shown."""
    low, high = settings.PLACES_IN_ALL
    total = pool.total
    if not pool.shows_counts:
        return []
    if not total.places:
        return [
            f"Ingen elever har endnu en plads i {pool.year}; der forventes {low}-{high}."
        ]

    pupils = pupils_in_words(total.places)
    full_year = one_decimal(total.full_year_pupils)
    pupils_and_days = f"{pupils} har en plads i {pool.year} ({full_year} helårselever)"
    return [f"{pupils_and_days}; der forventes {low}-{high}."]


def of_districts(pool: books_queries.PoolYear) -> list[str]:
    """Where there is room for more pupils, and where there are more than expected."""
    low, high = settings.PLACES_PER_DISTRICT
    sentences = []

    # The district with most room first. While nobody has a place, there is room everywhere.
    by_room = sorted(pool.districts, key=lambda row: -row.lacking)
    rooms = [f"{row.lacking} mere i {row.name}" for row in by_room if row.lacking]
    if rooms and pool.total.places:
        sentences.append(
            f"Med {low}-{high} elever i hvert distrikt"
            f" er der plads til mindst {enumerated(rooms)}."
        )

    crowded = [
        f"{row.name} har {row.places}" for row in pool.districts if row.places > high
    ]
    if crowded:
        sentences.append(
            f"{enumerated(crowded)}: flere end de forventede {low}-{high}."
        )
    return sentences


def of_averages(pool: books_queries.PoolYear) -> str:
    """How many places the year's money reaches for, by the average tariff."""
    # The more pupils, the lower the tariff that the money reaches for.
    low, high = settings.PLACES_IN_ALL
    tariff_of_low = kr(pool.highest_average(low))
    tariff_of_high = kr(pool.highest_average(high))
    return (
        f"Puljen på {kr(pool.allocated)} rækker til {high} helårselever,"
        f" hvis gennemsnitstaksten er højst {tariff_of_high},"
        f" og til {low}, hvis den er højst {tariff_of_low}"
    )


def warnings(pools: Sequence[books_queries.PoolYear]) -> list[tuple[str, str]]:
    """(tone, text) of each pool of which as much is used as `POOL_WARNINGS` says."""
    soon_full, nearly_full = settings.POOL_WARNINGS
    alerts = []
    for pool in pools:
        # Of a pool without money no part can be used.
        if not pool.allocated:
            continue
        percent = 100 * (pool.committed + pool.paid) // pool.allocated
        if percent < soon_full:
            continue

        tone = "warning"
        if percent >= nearly_full:
            tone = "error"
        text = (
            f"{percent} % af puljen for {pool.year} er disponeret eller udbetalt."
            f" Der er {kr(pool.free)} tilbage."
        )
        alerts.append((tone, text))
    return alerts


def small_count() -> str:
    """How a number of pupils is written that is too small to be shown: `1-4`."""
    return f"1-{settings.SMALL_COUNT - 1}"


# What stands where a figure may not be shown.
NOT_SHOWN = "vises ikke"


def of_publication(pools: Sequence[books_queries.PoolYear]) -> list[str]:
    """Of when the figures are, for those who are not shown those of today."""
    return [pool.publication for pool in pools if pool.is_public]


def why_hidden() -> str:
    """Why the districts are not shown."""
    return (
        f"I mindst ét distrikt er {small_count()} elever kommet til, gået fra eller ændret,"
        " siden distrikterne sidst kunne vises. Så få kunne genkendes, også ud fra de andre"
        " distrikters tal."
    )


def pupils_in_words(count: int) -> str:
    if count == 1:
        return "1 elev"
    return f"{count} elever"


# -- day treatment -------------------------------------------------------------------------------
def of_day_treatment(figures: figure_queries.DayTreatment) -> list[str]:
    """The latest figure against the levels to be back at."""
    incomplete = figure_rules.incomplete_years(figures.missing)
    if figures.latest is None:
        return incomplete

    now = figures.total.by_year[figures.latest]
    distances = []
    for level, pupils in figures.levels_of_total:
        distance = distance_in_words(now - pupils)
        distances.append(
            f"{distance} {level.level_of}-niveauet (måltal for {level.year})"
        )

    sentence = (
        f"Dagbehandlingen var {one_decimal(now)} helårspersoner i {figures.latest}"
    )
    if distances:
        sentence += f": {' og '.join(distances)}"
    return [f"{sentence}.", *incomplete]


def distance_in_words(difference: Decimal) -> str:
    """`6,3 over`, `0,5 under`, `på`."""
    if not difference:
        return "på"
    if difference > 0:
        return f"{one_decimal(difference)} over"
    return f"{one_decimal(-difference)} under"


def notes(figures: figure_queries.DayTreatment) -> list[str]:
    """Where the figures come from, where they do not add up and why, and which are made up."""
    lines = []
    if figures.sources:
        lines.append(f"Kilde: {'; '.join(figures.sources)}.")

    if figures.differing_years:
        years = enumerated([str(year) for year in figures.differing_years])
        lines.append(
            f"Tallene i alt er gengivet, som de er trykt. For {years} afviger de lidt fra"
            " distrikternes sum, fordi distrikternes tal er afrundet."
        )

    if figures.demo_years:
        years = enumerated([str(year) for year in sorted(figures.demo_years)])
        lines.append(f"* {years}: demodata, ikke virkelige tal.")
    return lines


def enumerated(parts: Sequence[str]) -> str:
    """`a, b og c`."""
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} og {parts[-1]}"
