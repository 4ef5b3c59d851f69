"""How it stands, in Danish sentences: the pool, the districts, day treatment. Asks no database."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from budget.figures import rules as figure_rules
from skolefleks.danish import kr, one_decimal
from skolefleks.setup import trade

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from budget.books import queries as books_queries
    from budget.dashboard import rules
    from budget.figures import queries as figure_queries


# -- the pool ------------------------------------------------------------------------------------
def of_today(
    pools: Sequence[books_queries.PoolYear], outlook: rules.Outlook | None
) -> list[str]:
    """How many pupils there are, and where there is room for more.

    Of the first pool's districts only what the person may see; without an outlook only what the
    books know.
    """
    # Of a pool of which nothing is shown yet, nobody may know what is free.
    pools = [pool for pool in pools if pool.shows_counts]
    if not pools:
        return []
    if outlook is None:
        return of_pupils_in_year(pools[0])
    return [*of_pupils(pools[0], outlook), *of_districts(pools[0], outlook)]


def of_a_past_day(pools: Sequence[books_queries.PoolYear]) -> list[str]:
    """How many pupils had a grant at some time of the year, as known on a day that has passed."""
    if not pools:
        return []

    total = pools[0].total
    pupils = pupils_in_words(total.places)
    full_year = one_decimal(total.full_year_pupils)
    return [
        f"{pupils} havde en bevilling i løbet af {total.year}: {full_year} helårselever."
    ]


def of_pupils_in_year(pool: books_queries.PoolYear) -> list[str]:
    """How many pupils have a grant at some time of the year; nothing where they are too few."""
    total = pool.total
    if not pool.shows_counts:
        return []
    pupils = pupils_in_words(total.places)
    full_year = one_decimal(total.full_year_pupils)
    return [
        f"{pupils} har en bevilling i løbet af {pool.year}: {full_year} helårselever."
    ]


def of_pupils(pool: books_queries.PoolYear, outlook: rules.Outlook) -> list[str]:
    """Three figures with three names: who runs today, who began this year, full-year pupils."""
    low, high = trade.now().places_in_all
    total = outlook.total
    if not pool.total.places:
        sentence = f"Ingen elever har endnu en bevilling i {pool.year};"
        return [f"{sentence} der forventes {low}-{high} ad gangen."]

    pupils = pupils_in_words(total.running)
    full_year = one_decimal(pool.total.full_year_pupils)
    running = f"{pupils} har en bevilling, der {outlook.running_label.lower()}"
    started = f"{total.started} er begyndt i {pool.year}"
    return [
        f"{running}; der forventes {low}-{high} ad gangen.",
        f"{started}, og hele året giver {full_year} helårselever.",
    ]


def of_districts(pool: books_queries.PoolYear, outlook: rules.Outlook) -> list[str]:
    """Where there is room for more pupils, and where more run than expected."""
    low, high = trade.now().places_per_district
    sentences = []
    rows = [(row.name, outlook.of(row.district_id)) for row in pool.districts]

    # The district with most room first. While nobody has a place, there is room everywhere.
    by_room = sorted(rows, key=lambda pair: -pair[1].lacking)
    rooms = [f"{part.lacking} mere i {name}" for name, part in by_room if part.lacking]
    if rooms and outlook.total.running:
        sentences.append(
            f"Med {low}-{high} elever ad gangen i hvert distrikt"
            f" er der plads til mindst {enumerated(rooms)}."
        )

    crowded = [
        f"{name} har {part.running}" for name, part in rows if part.running > high
    ]
    if crowded:
        sentences.append(
            f"{enumerated(crowded)}: flere end de forventede {low}-{high}."
        )
    return sentences


def of_year_end(
    pools: Sequence[books_queries.PoolYear], demand_by_year: Mapping[int, int]
) -> str:
    """What is likely left of this year and asked for of the next, in one sentence; '' for neither.

    `demand_by_year` is what each year may come to, as expected, in whole DKK.
    What is asked for may be more than there is; what is used never is.
    """
    parts: list[str] = []
    for pool in pools:
        demand = demand_by_year.get(pool.year)
        if demand is None or not pool.allocated:
            continue
        percent = 100 * demand // pool.allocated
        if demand <= pool.allocated and not parts:
            parts.append(_left_in_words(pool, pool.allocated - demand))
        else:
            parts.append(
                f"efterspørgslen på puljen for {pool.year} ventes at blive {percent} %"
                f" af den ({kr(demand)})"
            )
    if not parts:
        return ""
    sentence = ", og ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _left_in_words(pool: books_queries.PoolYear, left: int) -> str:
    # An amount stands once on the page: what is free stands above.
    if left == pool.free:
        return f"det frie i {pool.year} ventes ikke brugt"
    return f"af puljen for {pool.year} ventes {kr(left)} ubrugt"


def of_day_rule(year: int) -> str:
    """Why an amount by full-year pupils is not the average tariff, with the year's own days."""
    first, last = date(year, 8, 1), date(year + 1, 7, 31)
    length = (last - first).days + 1
    here = (date(year, 12, 31) - first).days + 1
    return (
        "Gennemsnitstaksten vejer hver bevillings takst efter dens dage i året. Et år tælles fra"
        " bevillingens første dag, så et skoleår koster præcis sin takst: fra 1. august"
        f" {year} til 31. juli {year + 1} er det {here} af {length} dage i {year} og"
        f" {length - here} af {length} dage i {year + 1}."
        " Beløb pr. helårselev kan derfor afvige lidt fra taksten."
    )


def of_averages(pool: books_queries.PoolYear) -> str:
    """How many places the year's money reaches for, by the average tariff."""
    # The more pupils, the lower the tariff that the money reaches for.
    low, high = trade.now().places_in_all
    tariff_of_low = kr(pool.highest_average(low))
    tariff_of_high = kr(pool.highest_average(high))
    return (
        f"Puljen på {kr(pool.allocated)} rækker til {high} helårselever,"
        f" hvis gennemsnitstaksten er højst {tariff_of_high},"
        f" og til {low}, hvis den er højst {tariff_of_low}"
    )


def warnings(pools: Sequence[books_queries.PoolYear]) -> list[tuple[str, str]]:
    """(tone, text) of each pool of which as much is used as `POOL_WARNINGS` says."""
    soon_full, nearly_full = trade.now().pool_warnings
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
        text = f"{percent} % af puljen for {pool.year} er disponeret eller udbetalt."
        alerts.append((tone, text))
    return alerts


def small_count() -> str:
    """How a number of pupils is written that is too small to be shown: `1-4`."""
    return f"1-{trade.now().small_count - 1}"


# What stands where a figure may not be shown.
NOT_SHOWN = "vises ikke"


def of_publication(pools: Sequence[books_queries.PoolYear]) -> list[str]:
    """Of when the figures are, for those who are not shown those of today."""
    return [pool.publication for pool in pools if pool.is_public]


def why_hidden(pool: books_queries.PoolYear) -> str:
    """Why the districts are not shown."""
    if not pool.shows_counts:
        return pool.publication
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
