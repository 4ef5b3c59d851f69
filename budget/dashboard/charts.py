"""The pictures of the dashboard: the pool's bar, the meters of pupils, day treatment by year.

The charts are Vega-Lite specs (vega.github.io/vega-lite/docs), one function a picture. Nothing here
asks the database.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from skolefleks.charts import (
    DRAWN_ONCE,
    FILL,
    INK,
    LINE,
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

    from budget.books import queries as books_queries
    from budget.figures import queries as figure_queries


# How the lines of the levels differ, the latest year's level first; in pixels drawn and left out.
DASHES = (
    ("Stiplet linje", [6, 3]),
    ("Prikket linje", [2, 3]),
    ("Streg-prik-linje", [9, 3, 2, 3]),
)


class Segment(NamedTuple):
    """A piece of a bar (`components/bar.html`): `start` and `width` in percent of the whole."""

    label: str
    start: float
    width: float
    text: str
    tone: str


class Meter(NamedTuple):
    """Pupils against the expected band (`components/meter.html`), on a scale from 0 to `top`."""

    label: str
    value: int
    low: int
    high: int
    top: int
    text: str


# -- the pool ------------------------------------------------------------------------------------
def pool_bar(pool: books_queries.PoolYear) -> list[Segment]:
    """Paid, committed and free as parts of what is allocated; nothing of a pool without money."""
    if not pool.allocated:
        return []

    parts = (
        ("Udbetalt", pool.paid, "paid"),
        ("Disponeret", pool.committed, "committed"),
        ("Fri", pool.free, "free"),
    )
    segments = []
    start = 0.0
    for label, amount, tone in parts:
        width = 100 * amount / pool.allocated
        segments.append(Segment(label, start, width, kr(amount), tone))
        start += width
    return segments


def places_meter(places: int, expected: tuple[int, int], *, top: int) -> Meter:
    """Pupils against the fewest and the most expected."""
    low, high = expected
    return Meter(f"forventet {low}-{high}", places, low, high, top, str(places))


# -- day treatment in all ------------------------------------------------------------------------
def total_chart(figures: figure_queries.DayTreatment) -> Chart:
    """Full-year pupils in day treatment by year, with the levels to be back at as lines."""
    title = "Helårspersoner i dagbehandling i alt"

    years = []
    rows = []
    for year in figures.years:
        row = total_row(figures, year)
        years.append(f"{row[0]}: {row[1]}")
        rows.append(row)

    sentences = []
    for level, pupils in levels_of_total(figures):
        value = one_decimal(pupils)
        sentences.append(
            f"{level.level_of}-niveauet er {value}, måltal for {level.year}"
        )
    levels = "; ".join(sentences)

    note = ""
    if levels:
        note = f"{levels}."

    label = f"{title}: {', '.join(years)}. {levels}"
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

    layers = [bars]
    for (level, pupils), (_, dash) in zip(
        levels_of_total(figures), DASHES, strict=False
    ):
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


def level_line(pupils: float, dash: list[int], text: str, *, at: int) -> list[Spec]:
    """A line across the picture, and beside it, `at` pixels from the left, what it says."""
    line = {"type": "rule", "strokeDash": dash, "color": INK, "strokeWidth": 1.5}
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


# -- day treatment by district -------------------------------------------------------------------
def district_chart(figures: figure_queries.DayTreatment) -> Chart:
    """A small picture a district, all on one scale."""
    title = "Helårspersoner i dagbehandling efter distrikt"

    sentences = [title]
    for series in figures.series:
        sentences.append(from_first_to_last(figures, series))
    label = ". ".join(sentences)

    lines = []
    for level, (name, _) in zip(nearest_levels(figures), DASHES, strict=False):
        lines.append(f"{name}: {level.level_of}-niveauet, måltal for {level.year}")
    note = ""
    if lines:
        note = ". ".join(lines) + "."

    columns = [("Distrikt", False)]
    for year in figures.years:
        columns.append((year_with_star(figures, year), True))
    rows = []
    for series in (*figures.series, figures.total):
        rows.append(series_row(figures, series))

    return Chart(
        title,
        wide=district_picture(figures, label, columns=3, width=172, height=110),
        narrow=district_picture(figures, label, columns=2, width=96, height=90),
        columns=columns,
        rows=rows,
        note=note,
    )


def from_first_to_last(
    figures: figure_queries.DayTreatment, series: figure_queries.Series
) -> str:
    """What a picture of one district shows, in words."""
    years = sorted(series.by_year)
    first = years[0]
    last = years[-1]
    before = one_decimal(series.by_year[first])
    after = one_decimal(series.by_year[last])
    return f"{series.name} fra {before} i {first} til {after} i {year_with_star(figures, last)}"


def series_row(
    figures: figure_queries.DayTreatment, series: figure_queries.Series
) -> list[str]:
    """The name, and the full-year pupils of every year of the table."""
    row = [series.name]
    for year in figures.years:
        pupils = series.by_year.get(year)
        if pupils is None:
            row.append("–")
        else:
            row.append(one_decimal(pupils))
    return row


def district_picture(
    figures: figure_queries.DayTreatment,
    label: str,
    *,
    columns: int,
    width: int,
    height: int,
) -> SafeString:
    """The small pictures beside and beneath each other; `width` and `height` are each one's."""
    values = []
    for series in figures.series:
        for year, pupils in sorted(series.by_year.items()):
            values.append(
                {"district": series.name, "year": year, "pupils": float(pupils)}
            )

    first = figures.years[0]
    last = figures.years[-1]
    # The years of the levels are named where there is room for them.
    named_years = [first, last]
    if width > 150:
        named_years[1:1] = [level.level_of for level in figures.levels]
    x = year_scale(figures, named_years)
    y = pupil_scale(figures)

    # What is drawn last lies on top: the levels lie beneath the districts' own line.
    layers = []
    for level, (_, dash) in zip(nearest_levels(figures), DASHES, strict=False):
        layers.append(own_level(level.level_of, last, dash, x, y))
    layers += [
        layer({"type": "line", "color": LINE, "strokeWidth": 2.5}, x=x, y=y),
        hollow_points(figures, x, y),
        value_at(first, x, y, {"align": "left", "dy": -13}),
        value_at(last, x, y, {"align": "left", "dx": 7}),
    ]

    spec = {
        "data": {"values": values},
        "facet": {
            "field": "district",
            "type": "nominal",
            "sort": [series.name for series in figures.series],
            "title": None,
            "header": {"labelAnchor": "start"},
        },
        "columns": columns,
        "bounds": "flush",
        "spacing": {"row": 48, "column": 64},
        "spec": {"width": width, "height": height, "layer": layers},
    }
    return draw(spec, label)


def year_scale(figures: figure_queries.DayTreatment, named_years: list[int]) -> Spec:
    """The years from left to right, some of them named; one that is made up with a star."""
    is_demo = demo_test(figures, "datum.value")
    return {
        "field": "year",
        "type": "quantitative",
        "scale": {
            "domain": [figures.years[0], figures.years[-1]],
            "nice": False,
            "zero": False,
        },
        "axis": {
            "title": None,
            "format": "d",
            "values": named_years,
            "labelExpr": f"{is_demo} ? datum.label + '*' : datum.label",
            "grid": False,
            "domain": False,
        },
    }


def pupil_scale(figures: figure_queries.DayTreatment) -> Spec:
    """Full-year pupils upwards from a floor at 0, with a fifth of room above the highest."""
    highest = max(
        (float(max(series.by_year.values())) for series in figures.series), default=1
    )
    return {
        "field": "pupils",
        "type": "quantitative",
        "scale": {"domain": [0, 1.2 * highest], "nice": False},
        "axis": {
            "title": None,
            "labels": False,
            "domain": False,
            "values": [0],
            "grid": True,
            "gridColor": QUIET,
        },
    }


def own_level(level_of: int, until: int, dash: list[int], x: Spec, y: Spec) -> Spec:
    """The level of each district: from its figure of the year `level_of` straight to `until`."""
    line = {"type": "rule", "strokeDash": dash, "color": INK, "strokeWidth": 1.5}
    transform = [
        {"filter": f"datum.year == {level_of}"},
        {"calculate": str(until), "as": "until"},
    ]
    return {"transform": transform, **layer(line, x=x, x2={"field": "until"}, y=y)}


def hollow_points(figures: figure_queries.DayTreatment, x: Spec, y: Spec) -> Spec:
    """A hollow point at each figure that is made up."""
    point = {
        "type": "point",
        "filled": True,
        "fill": PAPER,
        "stroke": LINE,
        "size": 40,
        "opacity": 1,
    }
    transform = [{"filter": demo_test(figures, "datum.year")}]
    return {"transform": transform, **layer(point, x=x, y=y)}


def value_at(year: int, x: Spec, y: Spec, place: Spec) -> Spec:
    """The figure of one year, written at its point; `place` is where beside it."""
    words = {"type": "text", "fontWeight": 600, **place}
    pupils = {"field": "pupils", "type": "quantitative", "format": ".1f"}
    transform = [{"filter": f"datum.year == {year}"}]
    return {"transform": transform, **layer(words, x=x, y=y, text=pupils)}


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
