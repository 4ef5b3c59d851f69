"""Pictures of the figures: Vega-Lite drawn as SVG on the server, each with its table. Knows no request and no query.

Read in black and white, without colour: values and levels are written beside what they belong to, lines differ by their
dashes, made-up years are outlined only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.safestring import SafeString

from skolefleks.charts import FILL, INK, LINE, QUIET, TONES, Chart, draw
from skolefleks.danish import kr, one_decimal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from budget.books import queries as books_queries
    from budget.figures import queries as figure_queries


DASHES = ([6, 3], [2, 3], [9, 3, 2, 3])  # one pattern a level, the latest year's first


FLOOR_ONLY = {
    "title": None,
    "labels": False,
    "domain": False,
    "values": [0],
    "grid": True,
    "gridColor": QUIET,
}


class Segment(NamedTuple):
    """A piece of a bar (`components/bar.html`): `start` and `width` in percent of the whole."""

    label: str
    start: float
    width: float
    text: str
    tone: str


class Meter(NamedTuple):
    """Pupils used against the expected band (`components/meter.html`), on a scale from 0 to `top`."""

    label: str
    value: int
    low: int
    high: int
    top: int
    text: str


def pool_bar(pool: books_queries.PoolYear) -> list[Segment]:
    """Paid, committed and free as parts of what is allocated; nothing of a pool without money."""
    parts = [
        ("Udbetalt", pool.paid, "paid"),
        ("Disponeret", pool.committed, "committed"),
        ("Fri", pool.free, "free"),
    ]
    segments, start = [], 0.0
    for name, amount, tone in parts if pool.allocated else ():
        width = 100 * amount / pool.allocated
        segments.append(Segment(name, start, width, kr(amount), tone))
        start += width
    return segments


def places_meter(places: int, expected: tuple[int, int], *, top: int) -> Meter:
    """Pupils against the fewest and the most expected."""
    low, high = expected
    return Meter(f"forventet {low}-{high}", places, low, high, top, str(places))


def total_chart(figures: figure_queries.DayTreatment) -> Chart:
    """Full-year pupils in day treatment by year, with the levels to be back at as lines."""
    title = "Helårspersoner i dagbehandling i alt"
    levels = [
        (level, value)
        for level in _by_level(figures)
        if (value := level.pupils_of(figures.total)) is not None
    ]
    label = f"{title}: {_spoken(figures)}. " + "; ".join(
        _level_in_words(*level) for level in levels
    )
    return Chart(
        title,
        draw(_total_spec(figures, levels, width=560, height=250), label),
        draw(_total_spec(figures, levels, width=240, height=220), label),
        [("År", False), ("Helårspersoner", True), ("Udgift", True), ("Pr. helårsperson", True)],
        [_total_row(figures, year) for year in figures.years],
        "; ".join(_level_in_words(*level) for level in levels) + "." if levels else "",
    )


def district_chart(figures: figure_queries.DayTreatment) -> Chart:
    """A small picture a district, all on one scale."""
    title = "Helårspersoner i dagbehandling efter distrikt"
    label = f"{title}. " + ". ".join(_from_to(figures, series) for series in figures.series)
    lines = [
        f"{name}: {level.level_of}-niveauet, måltal for {level.year}"
        for name, level in zip(
            ("Stiplet linje", "Prikket linje", "Streg-prik-linje"), _by_level(figures), strict=False
        )
    ]
    return Chart(
        title,
        draw(_district_spec(figures, columns=3, width=172, height=110), label),
        draw(_district_spec(figures, columns=2, width=96, height=90), label),
        [("Distrikt", False), *((_year(figures, year), True) for year in figures.years)],
        [_series_row(figures, series) for series in (*figures.series, figures.total)],
        ". ".join(lines) + "." if lines else "",
    )


# -- on paper: no narrow variant, the table stands beside it -----------------------------------------------------------
def printed_pool(pool: books_queries.PoolYear) -> SafeString:
    """`pool_bar` as one picture, each part's share written on it where there is room."""
    values = []
    for part in pool_bar(pool):
        (fill, ink), share = TONES[part.tone], f"{part.width:.0f} %"
        said = f"{part.label} {share}" if part.width > 20 else share if part.width > 6 else ""
        place = {
            "start": part.start,
            "ends": part.start + part.width,
            "middle": part.start + part.width / 2,
        }
        values.append({**place, "said": said, "fill": fill, "ink": ink})
    across = {"type": "quantitative", "axis": None, "scale": {"domain": [0, 100], "nice": False}}
    start, middle = ({"field": name, **across} for name in ("start", "middle"))
    fill_of, ink_of = (
        {"field": name, "type": "nominal", "scale": None, "legend": None}
        for name in ("fill", "ink")
    )
    bar = _layer({"type": "bar", "stroke": INK}, x=start, x2={"field": "ends"}, fill=fill_of)
    text = _layer(
        {"type": "text", "fontWeight": 600}, x=middle, text={"field": "said"}, color=ink_of
    )
    spec = {"width": 640, "height": 26, "data": {"values": values}, "layer": [bar, text]}
    return draw(spec, in_words(pool))


def in_words(pool: books_queries.PoolYear) -> str:
    """What `printed_pool` shows."""
    parts = (f"{part.label} {part.text} ({part.width:.0f} %)" for part in pool_bar(pool))
    return f"Puljen {pool.year}: {'; '.join(parts)}"


def printed_places(pool: books_queries.PoolYear, expected: tuple[int, int]) -> SafeString:
    """Pupils of each district as bars over the expected band."""
    low, high = expected
    values = [{"district": row.name, "places": row.places} for row in pool.districts]
    top = max(high + 2, *(row.places for row in pool.districts))
    across = {"type": "quantitative", "axis": None, "scale": {"domain": [0, top], "nice": False}}
    y = {
        "field": "district",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False},
    }
    places = {"field": "places", **across}
    once: dict[str, Any] = {"data": {"values": [{}]}}
    grey = {"type": "rect", "fill": "#e4e9ec", "stroke": QUIET, "strokeDash": [3, 2]}
    band = once | _layer(grey, x={"datum": low, **across}, x2={"datum": high})
    said = {"type": "text", "y": -9, "text": f"forventet {low}-{high}", "fontWeight": 600}
    head = once | _layer(said, x={"datum": (low + high) / 2, **across})
    bar = _layer({"type": "bar", "fill": LINE, "height": {"band": 0.5}}, x=places, y=y)
    beside = {"type": "text", "align": "left", "dx": 5, "fontWeight": 600}
    text = _layer(beside, x=places, y=y, text={"field": "places"})
    return draw(
        {"width": 250, "height": 150, "data": {"values": values}, "layer": [band, head, bar, text]},
        "",
    )


def printed_total(figures: figure_queries.DayTreatment) -> SafeString:
    """`total_chart` at the size of half a page."""
    levels = [
        (level, value)
        for level in _by_level(figures)
        if (value := level.pupils_of(figures.total)) is not None
    ]
    return draw(_total_spec(figures, levels, width=300, height=150), "")


# -- pictures ---------------------------------------------------------------------------------------------------------
def _layer(mark: dict[str, Any], **encoding: object) -> dict[str, Any]:
    return {"mark": mark, "encoding": encoding}


def _total_spec(
    figures: figure_queries.DayTreatment,
    levels: Sequence[tuple[figure_queries.Level, Decimal]],
    *,
    width: int,
    height: int,
) -> dict[str, Any]:
    values = [
        {"year": _year(figures, year), "pupils": float(pupils), "demo": year in figures.demo_years}
        for year, pupils in sorted(figures.total.by_year.items())
    ]
    x = {"field": "year", "type": "ordinal", "axis": {"title": None, "labelAngle": 0}}
    bars = _bars(font_size=13 if width > 400 else 11)
    shared = {"data": {"values": values}, "encoding": {"x": x}, "layer": bars}
    return {"width": width, "height": height, "layer": [shared, *_level_layers(levels, width)]}


def _bars(*, font_size: int) -> list[dict[str, Any]]:
    """A bar a year, its figure at its foot, where no level crosses it; made-up years are outlined only."""
    y = {"field": "pupils", "type": "quantitative", "axis": None, "scale": {"zero": True}}
    fill = {"condition": {"test": "datum.demo", "value": "#ffffff"}, "value": FILL}
    dash = {"condition": {"test": "datum.demo", "value": [3, 2]}, "value": [1, 0]}
    bar = {"type": "bar", "stroke": QUIET, "width": {"band": 0.72}}
    text = {
        "type": "text",
        "baseline": "bottom",
        "dy": -6,
        "fontWeight": 600,
        "fontSize": font_size,
    }
    figure = {"field": "pupils", "type": "quantitative", "format": ".1f"}
    return [
        {"mark": bar, "encoding": {"y": y, "fill": fill, "strokeDash": dash}},
        {"mark": text, "encoding": {"y": {"datum": 0, "type": "quantitative"}, "text": figure}},
    ]


def _level_layers(
    levels: Sequence[tuple[figure_queries.Level, Decimal]], width: int
) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = []
    for (level, value), dash in zip(levels, DASHES, strict=False):
        y = {"datum": float(value), "type": "quantitative"}
        said = f"{level.level_of}: {one_decimal(value)}"
        rule = {"type": "rule", "strokeDash": dash, "color": INK, "strokeWidth": 1.5}
        text = {
            "type": "text",
            "align": "left",
            "dx": 6,
            "text": said,
            "x": width,
            "fontWeight": 600,
        }
        layers += [
            {"data": {"values": [{}]}, "mark": mark, "encoding": {"y": y}} for mark in (rule, text)
        ]
    return layers


def _district_spec(
    figures: figure_queries.DayTreatment, *, columns: int, width: int, height: int
) -> dict[str, Any]:
    values = [
        {"district": series.name, "year": year, "pupils": float(pupils)}
        for series in figures.series
        for year, pupils in sorted(series.by_year.items())
    ]
    order = [series.name for series in figures.series]
    inner = {
        "width": width,
        "height": height,
        "layer": _lines(figures, *_scales(figures, roomy=width > 150)),
    }
    return {
        "data": {"values": values},
        "facet": {
            "field": "district",
            "type": "nominal",
            "sort": order,
            "title": None,
            "header": {"labelAnchor": "start"},
        },
        "columns": columns,
        "bounds": "flush",
        "spacing": {"row": 48, "column": 64},
        "spec": inner,
    }


def _scales(
    figures: figure_queries.DayTreatment, *, roomy: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The years across (the levels' own are named where there is room), full-year pupils upwards from 0."""
    first, last = figures.years[0], figures.years[-1]
    between = [level.level_of for level in figures.levels] if roomy else []
    axis = {
        "title": None,
        "format": "d",
        "values": [first, *between, last],
        "labelExpr": f"{_is_demo(figures, 'datum.value')} ? datum.label + '*' : datum.label",
        "grid": False,
        "domain": False,
    }
    across = {"domain": [first, last], "nice": False, "zero": False}
    top = 1.2 * max((float(max(series.by_year.values())) for series in figures.series), default=1)
    return (
        {"field": "year", "type": "quantitative", "scale": across, "axis": axis},
        {
            "field": "pupils",
            "type": "quantitative",
            "axis": FLOOR_ONLY,
            "scale": {"domain": [0, top], "nice": False},
        },
    )


def _lines(
    figures: figure_queries.DayTreatment, x: dict[str, Any], y: dict[str, Any]
) -> list[dict[str, Any]]:
    """The levels, the line over them, its first and last figure; made-up points are hollow."""
    first, last = figures.years[0], figures.years[-1]
    demo = {"filter": _is_demo(figures, "datum.year")}
    hollow = {
        "type": "point",
        "filled": True,
        "fill": "#ffffff",
        "stroke": LINE,
        "size": 40,
        "opacity": 1,
    }
    return [
        *(
            _level_of_each(x, y, level, last, dash)
            for level, dash in zip(_by_level(figures), DASHES, strict=False)
        ),
        {"mark": {"type": "line", "color": LINE, "strokeWidth": 2.5}, "encoding": {"x": x, "y": y}},
        {"transform": [demo], "mark": hollow, "encoding": {"x": x, "y": y}},
        _value_at(first, x, y, align="left", dy=-13),
        _value_at(last, x, y, align="left", dx=7),
    ]


def _value_at(year: int, x: dict[str, Any], y: dict[str, Any], **place: object) -> dict[str, Any]:
    """The figure of one year, written at its point."""
    said = {"field": "pupils", "type": "quantitative", "format": ".1f"}
    mark = {"type": "text", "fontWeight": 600, **place}
    return {
        "transform": [{"filter": f"datum.year == {year}"}],
        "mark": mark,
        "encoding": {"x": x, "y": y, "text": said},
    }


def _level_of_each(
    x: dict[str, Any], y: dict[str, Any], level: figure_queries.Level, last: int, dash: list[int]
) -> dict[str, Any]:
    """A level of every district: from the point of its own year to the last one."""
    return {
        "transform": [
            {"filter": f"datum.year == {level.level_of}"},
            {"calculate": str(last), "as": "until"},
        ],
        "mark": {"type": "rule", "strokeDash": dash, "color": INK, "strokeWidth": 1.5},
        "encoding": {"x": x, "x2": {"field": "until"}, "y": y},
    }


# -- words and tables -------------------------------------------------------------------------------------------------
def _by_level(figures: figure_queries.DayTreatment) -> list[figure_queries.Level]:
    """The latest year's level first: the nearer goal."""
    return sorted(figures.levels, key=lambda level: -level.level_of)


def _level_in_words(level: figure_queries.Level, value: Decimal) -> str:
    return f"{level.level_of}-niveauet er {one_decimal(value)}, måltal for {level.year}"


def _spoken(figures: figure_queries.DayTreatment) -> str:
    pupils = figures.total.by_year
    return ", ".join(
        f"{_year(figures, year)}: {one_decimal(pupils[year])}" for year in figures.years
    )


def _from_to(figures: figure_queries.DayTreatment, series: figure_queries.Series) -> str:
    known = [(year, series.by_year[year]) for year in figures.years if year in series.by_year]
    (first, was), (last, now) = known[0], known[-1]
    return f"{series.name} fra {one_decimal(was)} i {first} til {one_decimal(now)} i {_year(figures, last)}"


def _year(figures: figure_queries.DayTreatment, year: int) -> str:
    """The year; with a star where its figures are made up."""
    return f"{year}*" if year in figures.demo_years else str(year)


def _total_row(figures: figure_queries.DayTreatment, year: int) -> list[str]:
    amount, cost = figures.amounts.get(year), figures.average_cost(year)
    pupils = one_decimal(figures.total.by_year[year])
    return [
        _year(figures, year),
        pupils,
        kr(round(amount)) if amount else "–",
        kr(cost) if cost else "–",
    ]


def _series_row(figures: figure_queries.DayTreatment, series: figure_queries.Series) -> list[str]:
    known = (series.by_year.get(year) for year in figures.years)
    return [series.name, *("–" if pupils is None else one_decimal(pupils) for pupils in known)]


def _is_demo(figures: figure_queries.DayTreatment, year: str) -> str:
    """A Vega expression: whether the figures of `year` are made up."""
    return f"indexof({json.dumps(sorted(figures.demo_years))}, {year}) >= 0"
