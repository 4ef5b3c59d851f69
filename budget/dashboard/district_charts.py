"""The picture of day treatment in the districts: a small one each, all on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.dashboard import charts
from skolefleks.charts import INK, LINE, PAPER, QUIET, Chart, Spec, draw, layer
from skolefleks.danish import one_decimal

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from budget.figures import queries as figure_queries


def district_chart(figures: figure_queries.DayTreatment) -> Chart:
    """A small picture a district, all on one scale."""
    title = "Helårspersoner i dagbehandling efter distrikt"

    sentences = [title]
    for series in figures.whole_series:
        sentences.append(from_first_to_last(figures, series))
    label = ". ".join(sentences)

    lines = []
    levels = charts.nearest_levels(figures)
    for level, dash in zip(levels, charts.DASHES, strict=False):
        lines.append(
            f"{dash.name}: {level.level_of}-niveauet, måltal for {level.year}"
        )
    note = ""
    if lines:
        note = ". ".join(lines) + "."

    columns = [("Distrikt", False)]
    for year in figures.years:
        columns.append((charts.year_with_star(figures, year), True))
    rows = []
    for series in (*figures.whole_series, figures.total):
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
    until = charts.year_with_star(figures, last)
    return f"{series.name} fra {before} i {first} til {after} i {until}"


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
    levels = charts.nearest_levels(figures)
    for level, dash in zip(levels, charts.DASHES, strict=False):
        layers.append(own_level(level.level_of, last, dash, x, y))
    layers += [
        layer({"type": "line", "color": LINE, "strokeWidth": 2.5}, x=x, y=y),
        hollow_points(figures, x, y),
        value_at(first, x, y, {"align": "left", "dy": -13}),
        value_at(last, x, y, {"align": "left", "dx": 7}),
    ]

    spec = {
        "data": {"values": district_values(figures)},
        "facet": {
            "field": "district",
            "type": "nominal",
            # As in the table: Vega would sort them by name.
            "sort": [series.name for series in figures.whole_series],
            "title": None,
            "header": {"labelAnchor": "start"},
        },
        "columns": columns,
        # By the pictures alone: what is written beside one would push the next out of its column.
        "bounds": "flush",
        "spacing": {"row": 48, "column": 64},
        "spec": {"width": width, "height": height, "layer": layers},
    }
    return draw(spec, label)


def district_values(figures: figure_queries.DayTreatment) -> list[Spec]:
    """One value a district and year, those in care as a district of their own."""
    values = []
    for series in figures.whole_series:
        for year, pupils in sorted(series.by_year.items()):
            # JSON has no decimals.
            values.append(
                {"district": series.name, "year": year, "pupils": float(pupils)}
            )
    return values


def year_scale(figures: figure_queries.DayTreatment, named_years: list[int]) -> Spec:
    """The years from left to right, some of them named; one that is made up with a star."""
    is_demo = charts.demo_test(figures, "datum.value")
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
            # In words of Vega's own language.
            "labelExpr": f"{is_demo} ? datum.label + '*' : datum.label",
            "grid": False,
            "domain": False,
        },
    }


def pupil_scale(figures: figure_queries.DayTreatment) -> Spec:
    """Full-year pupils upwards from a floor at 0, with a fifth of room above the highest."""
    highest = max(
        (float(max(series.by_year.values())) for series in figures.whole_series),
        default=1,
    )
    return {
        "field": "pupils",
        "type": "quantitative",
        "scale": {"domain": [0, 1.2 * highest], "nice": False},
        # No scale to read from, just a floor: the figures are written at their points.
        "axis": {
            "title": None,
            "labels": False,
            "domain": False,
            "values": [0],
            "grid": True,
            "gridColor": QUIET,
        },
    }


def own_level(level_of: int, until: int, dash: charts.Dash, x: Spec, y: Spec) -> Spec:
    """The level of each district: from its figure of the year `level_of` straight to `until`."""
    line = {
        "type": "rule",
        "strokeDash": dash.pattern,
        "color": INK,
        "strokeWidth": 1.5,
    }
    # One value a district is left: its own figure of that year, and so its own height.
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
    transform = [{"filter": charts.demo_test(figures, "datum.year")}]
    return {"transform": transform, **layer(point, x=x, y=y)}


def value_at(year: int, x: Spec, y: Spec, place: Spec) -> Spec:
    """The figure of one year, written at its point; `place` is where beside it."""
    words = {"type": "text", "fontWeight": 600, **place}
    pupils = {"field": "pupils", "type": "quantitative", "format": ".1f"}
    transform = [{"filter": f"datum.year == {year}"}]
    return {"transform": transform, **layer(words, x=x, y=y, text=pupils)}
