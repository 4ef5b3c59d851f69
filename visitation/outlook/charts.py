"""The picture of the forecast. It reads in black and white, and has its table beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skolefleks.charts import FILL, INK, LINE, QUIET, Chart, draw
from skolefleks.danish import kr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visitation.outlook.rules import Forecast, Month


Spec = dict[str, Any]  # of Vega-Lite

TITLE = "Bevilget og ventet, måned for måned"

MONTHS = (
    "jan.",
    "feb.",
    "mar.",
    "apr.",
    "maj",
    "juni",
    "juli",
    "aug.",
    "sep.",
    "okt.",
    "nov.",
    "dec.",
)

# (heading, whether it is a column of numbers)
COLUMNS = [
    ("Til og med", False),
    ("Bevilget", True),
    ("Lavt", True),
    ("Forventet", True),
    ("Højt", True),
    ("Puljen", True),
]

NOTE = (
    "Skygget flade: fra lavt til højt. Fuldt optrukket linje: forventet. "
    "Stiplet linje: bevilget. Prikket linje: puljen. "
    "Hver linje begynder forfra ved nytår."
)

# The lines of a year begin anew, so that those of two years are never joined.
BY_YEAR = {"field": "year", "type": "nominal"}


def forecast_chart(forecast: Forecast) -> Chart:
    """What the pool has come to by the end of each month, within its fiscal year."""
    sentences = []
    for line in forecast.pools:
        expected = kr(line.band.expected)
        sentences.append(
            f"{line.year}: forventet {expected} mod en pulje på {kr(line.room)}"
        )
    label = f"{TITLE}. {'; '.join(sentences)}"

    return Chart(
        title=TITLE,
        wide=draw(_wide(forecast.months), label),
        narrow=draw(_narrow(forecast.months), label),
        columns=COLUMNS,
        rows=[_row(month) for month in forecast.months],
        note=NOTE,
    )


def _row(month: Month) -> list[str]:
    name = MONTHS[month.last_day.month - 1]
    amounts = [kr(amount) for amount in month.band]
    return [f"{name} {month.last_day.year}", *amounts, kr(month.room)]


# Two pictures, because the letters of one that is scaled down cannot be read on a telephone.
def _wide(months: Sequence[Month]) -> Spec:
    every_quarter = [0, 3, 6, 9, 12, 15, 18, 21]
    return {"width": 620, "height": 260, **_picture(months, labels_at=every_quarter)}


def _narrow(months: Sequence[Month]) -> Spec:
    every_half_year = [0, 6, 12, 18]
    return {
        "width": 250,
        "height": 230,
        **_picture(months, labels_at=every_half_year),
    }


def _picture(months: Sequence[Month], *, labels_at: Sequence[int]) -> Spec:
    this_year, next_year = months[:12], months[12:]
    points = _points(this_year, start=0) + _points(next_year, start=12)
    axis = _months_axis(this_year[0], next_year[0], labels_at)

    # Drawn in this order: what matters most lies on top.
    layers = [
        _band(axis),
        _line("high", axis, color=QUIET, strokeWidth=1),
        _line("low", axis, color=QUIET, strokeWidth=1),
        _line("room", axis, color=INK, strokeWidth=2, strokeDash=[2, 3]),
        _line("granted", axis, color=INK, strokeWidth=2, strokeDash=[7, 4]),
        _line("expected", axis, color=LINE, strokeWidth=3),
    ]
    return {"data": {"values": points}, "layer": layers}


def _points(months: Sequence[Month], *, start: int) -> list[Spec]:
    """The points of one fiscal year in millions of DKK, from nothing at New Year.

    `start` is the place of its first of January on the axis, in months.
    """
    # One point more than months: each line of a year begins at nothing on New Year's Day.
    bands = [(0, 0, 0, 0), *(month.band for month in months)]

    points = []
    for place, (granted, low, expected, high) in enumerate(bands, start=start):
        point = {
            "at": place,
            "year": months[0].last_day.year,
            "room": months[0].room / 1e6,
            "granted": granted / 1e6,
            "low": low / 1e6,
            "expected": expected / 1e6,
            "high": high / 1e6,
        }
        points.append(point)
    return points


def _months_axis(first: Month, thirteenth: Month, labels_at: Sequence[int]) -> Spec:
    """The first month of a quarter by its name, with the year beneath it in January."""
    # Vega's own language: `datum.value` is the place on the axis, a list is a label of two lines.
    quarter = "['jan.','apr.','juli','okt.'][(datum.value % 12) / 3]"
    year = f"datum.value == 0 ? '{first.last_day.year}' : '{thirteenth.last_day.year}'"
    label = f"(datum.value % 12) == 0 ? [{quarter}, {year}] : {quarter}"
    return {
        "field": "at",
        "type": "quantitative",
        "scale": {"domain": [0, 24], "nice": False},
        "axis": {
            "title": None,
            "values": labels_at,
            "labelExpr": label,
            "grid": False,
            "labelAlign": "left",
        },
    }


def _amount_axis(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "axis": {
            "title": None,
            "labelExpr": "format(datum.value, '.1~f') + ' mio.'",
            "tickCount": 5,
            "gridColor": "#d5dee3",
            "domain": False,
        },
    }


def _line(field: str, months_axis: Spec, **mark: Any) -> Spec:
    encoding = {"x": months_axis, "y": _amount_axis(field), "detail": BY_YEAR}
    return {"mark": {"type": "line", **mark}, "encoding": encoding}


def _band(months_axis: Spec) -> Spec:
    """The area between low and high."""
    encoding = {
        "x": months_axis,
        "y": _amount_axis("low"),
        "y2": {"field": "high"},
        "detail": BY_YEAR,
    }
    mark = {"type": "area", "color": FILL, "opacity": 1, "line": False}
    return {"mark": mark, "encoding": encoding}
