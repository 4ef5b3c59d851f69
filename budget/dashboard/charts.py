"""The picture of day treatment in all, by year, and what it shares with that of the districts.

A picture is a Vega-Lite spec (vega.github.io/vega-lite/docs). It has layers, drawn on top of each
other; a layer has a mark (bar, line, text) and an encoding: which field of the data sets the mark's
place, size or colour. Nothing here asks the database.
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
    """A dashed line: `pattern` is how many pixels are drawn, left out, drawn again and so on."""

    name: str
    pattern: list[int]


# The first is for the first of `nearest_levels`, and so on. A fourth level would have no dash of
# its own, and is not drawn.
DASHES = (
    Dash("Stiplet linje", [6, 3]),
    Dash("Prikket linje", [2, 3]),
    Dash("Streg-prik-linje", [9, 3, 2, 3]),
)


def total_chart(figures: figure_queries.DayTreatment) -> Chart:
    """Full-year pupils in day treatment by year, with a line for each level that is a target."""
    title = "Helårspersoner i dagbehandling i alt"

    level_texts = []
    for level, level_pupils in levels_of_total(figures):
        value = one_decimal(level_pupils)
        level_texts.append(
            f"{level.level_of}-niveauet er {value}, måltal for {level.year}"
        )
    levels = "; ".join(level_texts)

    note = ""
    if levels:
        note = f"{levels}."

    year_texts = []
    for year in figures.years:
        pupils = one_decimal(figures.total.by_year[year])
        year_texts.append(f"{year_with_star(figures, year)}: {pupils}")
    years = ", ".join(year_texts)

    # What the picture shows, for those who do not see it.
    label = f"{title}: {years}. {levels}"
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
        rows=[total_row(figures, year) for year in figures.years],
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
                # A Decimal cannot be written as JSON.
                "pupils": float(pupils),
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

    # What is drawn last lies on top: the lines of the levels go over the bars.
    layers = [bars]
    levels = levels_of_total(figures)
    # Not strict: there may be fewer levels than dashes, and a level beyond them is not drawn.
    for (level, pupils), dash in zip(levels, DASHES, strict=False):
        text = f"{level.level_of}: {one_decimal(pupils)}"
        # What the line says stands to the right of the picture.
        layers += level_line(float(pupils), dash, text, text_x=width)
    return draw({"width": width, "height": height, "layer": layers}, label)


def year_bars() -> Spec:
    """The bars; years whose figures are made up are outlined with dashes and not filled."""
    # `condition` holds the value for made-up years, the `value` beside it that for all others.
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
    text = {
        "type": "text",
        "baseline": "bottom",
        "dy": -6,
        "fontWeight": 600,
        "fontSize": font_size,
    }
    # `datum` is a fixed place on the scale, the same for every bar; 0 is the foot.
    return layer(
        text,
        y={"datum": 0, "type": "quantitative"},
        text={"field": "pupils", "type": "quantitative", "format": ".1f"},
    )


def level_line(pupils: float, dash: Dash, text: str, *, text_x: int) -> list[Spec]:
    """A line across the picture at `pupils`, and `text` at that height, `text_x` pixels in."""
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
        "x": text_x,
        "fontWeight": 600,
    }
    y = {"datum": pupils, "type": "quantitative"}

    # Without DRAWN_ONCE both would be drawn again for every year.
    return [
        DRAWN_ONCE | layer(line, y=y),
        DRAWN_ONCE | layer(words, y=y),
    ]


# -- what the pictures share ---------------------------------------------------------------------
def nearest_levels(
    figures: figure_queries.DayTreatment,
) -> list[figure_queries.Level]:
    """The levels to be back at, the latest year's first: it is the goal to be reached first."""
    return sorted(figures.levels, key=lambda level: level.level_of, reverse=True)


def levels_of_total(
    figures: figure_queries.DayTreatment,
) -> list[tuple[figure_queries.Level, Decimal]]:
    """The levels that are known for all districts together, with their full-year pupils.

    In the order of `nearest_levels`.
    """

    def year_of_level(pair: tuple[figure_queries.Level, Decimal]) -> int:
        level, _ = pair
        return level.level_of

    return sorted(figures.levels_of_total, key=year_of_level, reverse=True)


def year_with_star(figures: figure_queries.DayTreatment, year: int) -> str:
    """The year; with a star where its figures are made up."""
    if year in figures.demo_years:
        return f"{year}*"
    return str(year)


def demo_test(figures: figure_queries.DayTreatment, year: str) -> str:
    """A Vega expression that is true where the figures of a year are made up.

    `year` is the expression for the year, `datum.year` for instance.
    """
    demo_years = json.dumps(sorted(figures.demo_years))
    return f"indexof({demo_years}, {year}) >= 0"
