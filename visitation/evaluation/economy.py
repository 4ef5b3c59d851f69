"""The tables of money: the frames, the price of a full-year pupil, and what it is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.books import queries as books_queries
from budget.figures import queries as figure_queries
from skolefleks.danish import one_decimal
from skolefleks.setup import trade
from visitation.evaluation import rules
from visitation.evaluation.tables import Row, Table
from visitation.outlook import investment
from visitation.outlook import rules as outlook_rules

if TYPE_CHECKING:
    from skolefleks.setup.declarations import Values
    from visitation.evaluation.population import Population
    from visitation.evaluation.rules import Period


def frames(period: Period) -> list[Table]:
    """Both frames of each fiscal year that the period touches. Takes two queries."""
    tables = []
    for pool in books_queries.pools(period.fiscal_years):
        # A year that nobody has opened a pool for.
        if not pool.frames:
            continue
        rows = []
        for frame in pool.frames:
            cells = (frame.centre, frame.amount, frame.used, frame.free)
            rows.append(Row(frame.name, cells))
        table = Table(
            key=f"frames_{pool.year}",
            section="economy",
            title=f"Puljen {pool.year}",
            first="Ramme",
            columns=(
                ("Center", "text"),
                ("Tildelt", "kr"),
                ("Brugt", "kr"),
                ("Fri", "kr"),
            ),
            rows=rows,
            total=Row(
                "I alt",
                ("", pool.allocated, pool.committed + pool.paid, pool.free),
            ),
            note=(
                "Brugt er det, der er disponeret eller udbetalt. Det bæres af rammerne i"
                " forhold til, hvad hver har tildelt."
            ),
        )
        tables.append(table)
    return tables


def price(population: Population) -> Table:
    """What the pupils of the period cost in it."""
    # By days of the period's own length: a leap year has one more.
    total = population.total
    length = population.period.length
    cells = (
        total.pupils,
        total.days / length,
        total.amount,
        rules.price(total.amount, total.days, length),
    )
    return Table(
        key="price",
        section="economy",
        title="Pris pr. helårselev",
        first="",
        columns=(
            ("Elever", "whole"),
            ("Helårselever", "number"),
            ("Bevilget i perioden", "kr"),
            ("Pris pr. helårselev", "kr"),
        ),
        rows=[Row(population.period.name, cells, (total.pupils,))],
        note=(
            "Frigivne bevillinger, delt på dage. Puljen tæller også det, der er disponeret"
            " og endnu ikke frigivet."
        ),
    )


def alternatives(
    population: Population, figures: figure_queries.DayTreatment
) -> Table:
    """The price against that of a referral and of day treatment, on open assumptions."""
    total = population.total
    length = population.period.length
    # The guesses stand beside the result, as on the forecast's page.
    then = trade.on(population.period.counted_on)
    prices = _prices_elsewhere(figures, then)
    # Not weighed by those who came back, as on the forecast's page: the share would tell how few.
    referral = outlook_rules.Estimate(*then.referred_otherwise)
    rows = []
    for one in investment.alternatives(
        prices,
        unit_cost=rules.price(total.amount, total.days, length),
        pupils=total.days / length,
        referral=referral,
    ):
        per_pupil = one.per_pupil
        cells = (
            one.price,
            one.break_even,
            per_pupil.low,
            per_pupil.expected,
            per_pupil.high,
        )
        rows.append(Row(one.name, cells, (total.pupils,)))

    return Table(
        key="alternatives",
        section="economy",
        title="Holdt op mod andre tilbud",
        first="Sammenlignet med",
        columns=(
            ("Pris pr. helårselev", "kr"),
            ("Går i nul ved", "percent"),
            ("Besparelse, lavt", "kr"),
            ("Forventet", "kr"),
            ("Højt", "kr"),
        ),
        rows=rows,
        note=(
            "Et regnestykke på antagelser, ikke et resultat. Pr. helårselev, når"
            f" {referral.low}, {referral.expected} eller {referral.high} % af eleverne ellers"
            " var blevet henvist; de, der er sluset tilbage, er regnet på samme måde. Et minus"
            " er en merudgift. Støttetimer, kørsel og tiden efter skolen er ikke med. "
            f"{investment.levels_in_words(prices)}"
        ).strip(),
    )


def _prices_elsewhere(
    figures: figure_queries.DayTreatment, then: Values
) -> list[investment.Price]:
    """Each named for what it is, in this year's prices as far as the setting's index says."""
    year = then.referral_tariff_year
    prices = [
        investment.Price(
            f"Det, skolen betaler ved henvisning (takst {year})",
            then.referral_tariff,
            year,
            investment.index_of(year),
        )
    ]
    # Known only where both pupils and amounts of the year are.
    if figures.latest:
        average = figures.average_cost(figures.latest)
        if average:
            prices.append(
                investment.Price(
                    f"Kommunens udgift til dagbehandling (gennemsnit {figures.latest})",
                    average,
                    figures.latest,
                    investment.index_of(figures.latest),
                )
            )
    return prices


# -- day treatment ---------------------------------------------------------------------------------
def day_treatment(figures: figure_queries.DayTreatment) -> list[Table]:
    """Full-year pupils in day treatment by year, and each level against the latest of them."""
    if figures.latest is None:
        return []
    rows = []
    for year in figures.years:
        name = str(year)
        if year in figures.demo_years:
            name += "*"
        pupils_of_year = float(figures.total.by_year[year])
        rows.append(Row(name, (pupils_of_year, figures.average_cost(year))))

    # Drawn across the bars, as on the dashboard.
    lines = []
    for level, pupils in figures.levels_of_total:
        text = f"måltal {level.year}: {one_decimal(pupils)}"
        lines.append((float(pupils), text))
    note = ""
    if figures.demo_years:
        note = "* opdigtede tal til demoen."
    by_year = Table(
        key="day_treatment",
        section="targets",
        title="Helårspersoner i dagbehandling",
        first="År",
        columns=(("Helårspersoner", "number"), ("Pris pr. helårsperson", "kr")),
        rows=rows,
        lines=lines,
        note=note,
    )
    return [by_year, _levels(figures, figures.latest)]


def _levels(figures: figure_queries.DayTreatment, latest: int) -> Table:
    now = figures.total.by_year[latest]
    rows = []
    for level, pupils in figures.levels_of_total:
        cells = (level.level_of, float(pupils), float(now - pupils))
        rows.append(Row(f"Måltal {level.year}", cells))
    return Table(
        key="levels",
        section="targets",
        title="Afstanden til måltallene",
        first="Måltal",
        columns=(
            ("Niveauet fra", "text"),
            ("Helårspersoner", "number"),
            (f"Over niveauet i {latest}", "number"),
        ),
        rows=rows,
        note=f"Senest opgjort: {one_decimal(now)} helårspersoner i {latest}.",
    )
