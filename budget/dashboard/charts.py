"""The picture of day treatment in all, by year, and what it shares with that of the districts.

A picture is a Vega-Lite spec (vega.github.io/vega-lite/docs): layers that lie on each other, and
for each layer which value of the data decides what about its marks. Nothing here asks the database.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from skolefleks.charts import (
    DRAWN_ONCE,
    FILL,
    INK,
    PAPER,
    QUIET,
    Chart,
    Spec,
    draw,
    layer,
)
from skolefleks.danish import kr, one_decimal

if TYPE_CHECKING:
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from budget.figures import queries as figure_queries


class Dash(NamedTuple):
    """How a line is drawn: `pattern` is pixels drawn and left out, by turns."""

    name: str
    pattern: list[int]


# One a level, the latest year's first. A fourth level is not drawn: nothing would tell it apart.
DASHES = (
    Dash("Stiplet linje", [6, 3]),
    Dash("Prikket linje", [2, 3]),
    Dash("Streg-prik-linje", [9, 3, 2, 3]),
)


def total_chart(figures: figure_queries.DayTreatment) -> Chart:
    """Full-year pupils in day treatment by year, with the levels to be back at as lines."""
    title = "Helårspersoner i dagbehandling i alt"

    rows = [total_row(figures, year) for year in figures.years]
    years = [f"{year}: {pupils}" for year, pupils, _, _ in rows]

    levels = []
    for level, pupils in levels_of_total(figures):
        value = one_decimal(pupils)
        levels.append(f"{level.level_of}-niveauet er {value}, måltal for {level.year}")
    note = ""
    if levels:
        note = "; ".join(levels) + "."

    # What the picture shows, for those who do not see it.
    label = f"{title}: {', '.join(years)}. {'; '.join(levels)}"
    return Chart(
        title,
        wide=total_picture(figures, label, width=560, height=250),
        narrow=total_picture(figures, label, width=240, height=220),
        columns=[
            ("År", False),
            ("Helårspersoner", True),
            ("Udgift", True),
            ("Pr. helårsperson", True),
        ],
        rows=rows,
        note=note,
    )


def total_row(figures: figure_queries.DayTreatment, year: int) -> list[str]:
    """Year, full-year pupils, what they cost, and what one of them costs."""
    amount = "–"
    if figures.amounts.get(year):
        amount = kr(round(figures.amounts[year]))

    average = "–"
    average_cost = figures.average_cost(year)
    if average_cost:
        average = kr(average_cost)

    pupils = one_decimal(figures.total.by_year[year])
    return [year_with_star(figures, year), pupils, amount, average]


def total_picture(
    figures: figure_queries.DayTreatment, label: str, *, width: int, height: int
) -> SafeString:
    """A bar a year, its figure at its foot, and the levels as lines across all bars."""
    values = []
    for year, pupils in sorted(figures.total.by_year.items()):
        values.append(
            {
                "year": year_with_star(figures, year),
                "pupils": float(pupils),  # JSON has no decimals
                "demo": year in figures.demo_years,
            }
        )

    font_size = 11
    if width > 400:
        font_size = 13
    bars = {
        "data": {"values": values},
        "encoding": {
            "x": {
                "field": "year",
                "type": "ordinal",
                "axis": {"title": None, "labelAngle": 0},
            }
        },
        "layer": [year_bars(), year_values(font_size)],
    }

    # What is drawn last lies on top: the levels go over the bars.
    layers = [bars]
    levels = levels_of_total(figures)
    for (level, pupils), dash in zip(levels, DASHES, strict=False):
        text = f"{level.level_of}: {one_decimal(pupils)}"
        layers += level_line(float(pupils), dash, text, at=width)
    return draw({"width": width, "height": height, "layer": layers}, label)


def year_bars() -> Spec:
    """The bars; years that are made up are outlined only."""
    bar = {"type": "bar", "stroke": QUIET, "width": {"band": 0.72}}
    return layer(
        bar,
        y={
            "field": "pupils",
            "type": "quantitative",
            "axis": None,
            "scale": {"zero": True},
        },
        fill={"condition": {"test": "datum.demo", "value": PAPER}, "value": FILL},
        strokeDash={
            "condition": {"test": "datum.demo", "value": [3, 2]},
            "value": [1, 0],
        },
    )


def year_values(font_size: int) -> Spec:
    """The figure of each bar, at its foot: there no level crosses it."""
    # `datum` is a place on the scale that is the same for every bar: its foot.
    text = {
        "type": "text",
        "baseline": "bottom",
        "dy": -6,
        "fontWeight": 600,
        "fontSize": font_size,
    }
    return layer(
        text,
        y={"datum": 0, "type": "quantitative"},
        text={"field": "pupils", "type": "quantitative", "format": ".1f"},
    )


def level_line(pupils: float, dash: Dash, text: str, *, at: int) -> list[Spec]:
    """A line across the picture, and beside it, `at` pixels from the left, what it says."""
    line = {
        "type": "rule",
        "strokeDash": dash.pattern,
        "color": INK,
        "strokeWidth": 1.5,
    }
    words = {
        "type": "text",
        "align": "left",
        "dx": 6,
        "text": text,
        "x": at,
        "fontWeight": 600,
    }
    y = {"datum": pupils, "type": "quantitative"}
    return [
        DRAWN_ONCE | layer(line, y=y),
        DRAWN_ONCE | layer(words, y=y),
    ]


# -- what the pictures share ---------------------------------------------------------------------
def nearest_levels(figures: figure_queries.DayTreatment) -> list[figure_queries.Level]:
    """The levels, the latest year's first: the nearer goal."""
    return sorted(figures.levels, key=lambda level: -level.level_of)


def levels_of_total(
    figures: figure_queries.DayTreatment,
) -> list[tuple[figure_queries.Level, Decimal]]:
    """The levels that are known for all districts together, the nearer goal first."""
    return sorted(figures.levels_of_total, key=lambda pair: -pair[0].level_of)


def year_with_star(figures: figure_queries.DayTreatment, year: int) -> str:
    """The year; with a star where its figures are made up."""
    if year in figures.demo_years:
        return f"{year}*"
    return str(year)


def demo_test(figures: figure_queries.DayTreatment, year: str) -> str:
    """A Vega expression: whether the figures of `year`, itself an expression, are made up."""
    return f"indexof({json.dumps(sorted(figures.demo_years))}, {year}) >= 0"
