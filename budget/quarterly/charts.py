"""The pictures of the printed page: no narrow variant, and the table stands beside each of them.

They are black and white as well as coloured: what a part is, is written on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.dashboard import charts, meters
from skolefleks.charts import DRAWN_ONCE, INK, LINE, QUIET, TONES, Spec, draw, layer
from skolefleks.danish import kr

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from budget.books import queries as books_queries
    from budget.figures import queries as figure_queries


# -- the pool ------------------------------------------------------------------------------------
def pool_picture(pool: books_queries.PoolYear) -> SafeString:
    """The pool's bar, each part's share written on it where there is room."""
    percent: Spec = {
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, 100], "nice": False},
    }
    # Without a scale Vega takes the value itself for the colour.
    colour: Spec = {"type": "nominal", "scale": None, "legend": None}

    bar = layer(
        {"type": "bar", "stroke": INK},
        x={"field": "start", **percent},
        x2={"field": "ends"},
        fill={"field": "fill", **colour},
    )
    words = layer(
        {"type": "text", "fontWeight": 600},
        x={"field": "middle", **percent},
        text={"field": "text"},
        color={"field": "ink", **colour},
    )
    spec = {
        "width": 640,
        "height": 26,
        "data": {"values": bar_values(pool)},
        "layer": [bar, words],
    }
    return draw(spec, pool_in_words(pool))


def bar_values(pool: books_queries.PoolYear) -> list[Spec]:
    """One value a part of the bar: where it lies, what is written on it, and in which colours."""
    values = []
    for part in meters.pool_bar(pool):
        fill, ink = TONES[part.tone]
        values.append(
            {
                "start": part.start,
                "middle": part.start + part.width / 2,
                "ends": part.start + part.width,
                "text": text_on(part),
                "fill": fill,
                "ink": ink,
            }
        )
    return values


def text_on(part: meters.Segment) -> str:
    """What is written on a part of the bar: on a narrow one its share alone, then nothing."""
    share = f"{part.width:.0f} %"
    if part.width > 20:
        return f"{part.label} {share}"
    if part.width > 6:
        return share
    return ""


def amounts_of(
    pool: books_queries.PoolYear,
) -> list[tuple[meters.Segment, int]]:
    """Each part of the pool's bar with its amount, whole DKK."""
    parts = meters.pool_bar(pool)
    if not parts:
        return []
    return list(zip(parts, (pool.paid, pool.committed, pool.free), strict=True))


def pool_in_words(pool: books_queries.PoolYear) -> str:
    """What the pool's picture shows."""
    parts = []
    for part, amount in amounts_of(pool):
        parts.append(f"{part.label} {kr(amount)} ({part.width:.0f} %)")
    return f"Puljen {pool.year}: {'; '.join(parts)}"


# -- the districts -------------------------------------------------------------------------------
def places_picture(
    pool: books_queries.PoolYear, expected: tuple[int, int]
) -> SafeString:
    """Pupils of each district as bars over the expected band."""
    low, high = expected
    values = []
    top = high + 2
    for row in pool.districts:
        values.append({"district": row.name, "places": row.places})
        top = max(top, row.places)

    across: Spec = {
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, top], "nice": False},
    }
    places = {"field": "places", **across}
    district = {
        "field": "district",
        "type": "nominal",
        # As they come: in the districts' own order.
        "sort": None,
        "axis": {"title": None, "domain": False},
    }

    bars = layer(
        {"type": "bar", "fill": LINE, "height": {"band": 0.5}},
        x=places,
        y=district,
    )
    counts = layer(
        {"type": "text", "align": "left", "dx": 5, "fontWeight": 600},
        x=places,
        y=district,
        text={"field": "places"},
    )
    spec = {
        "width": 250,
        "height": 150,
        "data": {"values": values},
        # The band lies beneath the bars.
        "layer": [*expected_band(low, high, across), bars, counts],
    }
    # The page names its pictures itself: a label here would be read out twice.
    return draw(spec, "")


def expected_band(low: int, high: int, across: Spec) -> list[Spec]:
    """A grey band from `low` to `high` over all districts, and above it what it means."""
    band = layer(
        {"type": "rect", "fill": "#e4e9ec", "stroke": QUIET, "strokeDash": [3, 2]},
        x={"datum": low, **across},
        x2={"datum": high},
    )
    words = layer(
        {
            "type": "text",
            "y": -9,
            "text": f"forventet {low}-{high}",
            "fontWeight": 600,
        },
        x={"datum": (low + high) / 2, **across},
    )
    return [DRAWN_ONCE | band, DRAWN_ONCE | words]


# -- day treatment -------------------------------------------------------------------------------
def total_picture(figures: figure_queries.DayTreatment) -> SafeString:
    """The dashboard's picture of day treatment in all, at the size of half a page."""
    return charts.total_picture(figures, "", width=300, height=150)
