"""The pictures of an evaluation, drawn of its tables: what is hidden there is not drawn either.

They are read in black and white too: the value stands at each bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skolefleks.charts import (
    DRAWN_ONCE,
    FILL,
    INK,
    LINE,
    QUIET,
    Spec,
    draw,
    layer,
)
from visitation.evaluation import tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

# Which table of each part is drawn, and which of its columns.
DRAWN = {
    "economy": (),
    "activity": (("districts", 0),),
    "outcomes": (("standings", 0),),
    "targets": (("day_treatment", 0),),
    "process": (),
    "years": (),
}


@dataclass(frozen=True)
class Picture:
    """A picture of the table `key`, for wide and narrow screens, and what it shows in words."""

    key: str
    title: str
    label: str
    wide: SafeString
    narrow: SafeString


def pictures(
    section: str, of_section: Sequence[dict[str, Any]], *, for_paper: bool = False
) -> list[Picture]:
    """The pictures of one part. Where all that a table shows is hidden there is none."""
    by_key = {table["key"]: table for table in of_section}
    drawn_pictures = []
    for key, column in DRAWN[section]:
        table = by_key.get(key)
        if table is None:
            continue
        bars = _bars_of(table, column)
        if not bars:
            continue
        # Paper is read closer than a screen.
        width = 560
        if for_paper:
            width = 420
        label = _in_words(table, bars)
        drawn_pictures.append(
            Picture(
                key=key,
                title=table["title"],
                label=label,
                wide=_draw(bars, table["lines"], label, width=width),
                narrow=_draw(bars, table["lines"], label, width=150),
            )
        )
    return drawn_pictures


def _bars_of(table: dict[str, Any], column: int) -> list[Spec]:
    """A value a row that is shown."""
    kind = table["columns"][column][1]
    # A hidden row has no bar: its length would be its count.
    bars = []
    for row in table["rows"]:
        if row["hidden"] or row["cells"][column] is None:
            continue
        value = row["cells"][column]
        bars.append(
            {
                "name": row["name"],
                "value": float(value),
                "text": tables.cell(value, kind),
            }
        )
    return bars


def _in_words(table: dict[str, Any], bars: Sequence[Spec]) -> str:
    values = ", ".join(f"{bar['name']} {bar['text']}" for bar in bars)
    lines = "; ".join(text for _, text in table["lines"])
    return f"Søjlediagram: {table['title']}. {values}. {lines}".strip()


def _draw(
    bars: Sequence[Spec], lines: Sequence[Sequence[Any]], label: str, *, width: int
) -> SafeString:
    """Bars that lie, each with its value at its end, and a dashed line for each level."""
    # A level that no bar reaches is to be seen too.
    top = max([bar["value"] for bar in bars] + [value for value, _ in lines] + [1])
    across: Spec = {
        "type": "quantitative",
        "axis": None,
        # Room for the values to the right of the longest bar.
        "scale": {"domain": [0, top * 1.15], "nice": False},
    }
    name: Spec = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "domain": False, "labelLimit": 170},
    }
    layers = [
        layer(
            {"type": "bar", "fill": FILL, "stroke": LINE, "height": {"band": 0.6}},
            x={"field": "value", **across},
            y=name,
        ),
        layer(
            {"type": "text", "align": "left", "dx": 5, "fontWeight": 600},
            x={"field": "value", **across},
            y=name,
            text={"field": "text"},
        ),
    ]
    for place, (value, text) in enumerate(lines):
        layers += _level(value, text, place, across)
    spec = {
        "width": width,
        "height": 26 * len(bars) + 10,
        "data": {"values": list(bars)},
        "layer": layers,
    }
    return draw(spec, label)


def _level(value: float, text: str, place: int, across: Spec) -> list[Spec]:
    """A dashed line down all bars, and above it what it means; each text on a line of its own."""
    line = layer(
        {"type": "rule", "strokeDash": [6, 3], "color": INK, "strokeWidth": 1.5},
        x={"datum": value, **across},
    )
    words = layer(
        {
            "type": "text",
            "y": -8 - 15 * place,
            "align": "right",
            "text": text,
            "color": QUIET,
            "fontWeight": 600,
        },
        x={"datum": value, **across},
    )
    return [DRAWN_ONCE | line, DRAWN_ONCE | words]
