"""The forecast's picture, drawn by budget's charts: reads in black and white, its table beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skolefleks.charts import FILL, INK, LINE, QUIET, Chart, draw
from skolefleks.danish import kr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visitation.outlook.forecast import Forecast, Month


MONTHS = "jan. feb. mar. apr. maj juni juli aug. sep. okt. nov. dec.".split()


NOTE = (
    "Skygget flade: fra lavt til højt. Fuldt optrukket linje: forventet. Stiplet linje: bevilget. Prikket linje: puljen."
    " Hver linje begynder forfra ved nytår."
)


def forecast_chart(forecast: Forecast) -> Chart:
    """What the pool has come to by the end of each month, within its fiscal year."""
    title = "Puljens forbrug måned for måned"
    spoken = "; ".join(
        f"{line.year}: forventet {kr(line.band.expected)} mod en pulje på {kr(line.room)}"
        for line in forecast.pools
    )
    return Chart(
        title,
        draw(_spec(forecast.months, width=620, height=260), f"{title}. {spoken}"),
        draw(_spec(forecast.months, width=250, height=230), f"{title}. {spoken}"),
        [
            ("Til og med", False),
            ("Bevilget", True),
            ("Lavt", True),
            ("Forventet", True),
            ("Højt", True),
            ("Puljen", True),
        ],
        [
            [_month(month), *(kr(amount) for amount in month.band), kr(month.room)]
            for month in forecast.months
        ],
        NOTE,
    )


def _month(month: Month) -> str:
    return f"{MONTHS[month.last_day.month - 1]} {month.last_day.year}"


def _spec(months: Sequence[Month], *, width: int, height: int) -> dict[str, Any]:
    values = [value for start in (0, 12) for value in _year(months[start : start + 12], start)]
    years = [months[0].last_day.year, months[12].last_day.year]
    roomy = width > 400
    quarter = "['jan.','apr.','juli','okt.'][(datum.value % 12) / 3]"
    said = f"(datum.value % 12) == 0 ? [{quarter}, datum.value == 0 ? '{years[0]}' : '{years[1]}'] : {quarter}"
    x_axis = {"title": None, "values": [0, 3, 6, 9, 12, 15, 18, 21] if roomy else [0, 6, 12, 18], "labelExpr": said,
              "grid": False, "labelAlign": "left"}  # fmt: skip
    x = {
        "field": "at",
        "type": "quantitative",
        "scale": {"domain": [0, 24], "nice": False},
        "axis": x_axis,
    }
    y_axis = {"title": None, "labelExpr": "format(datum.value, '.1~f') + ' mio.'", "tickCount": 5, "gridColor": "#d5dee3",
              "domain": False}  # fmt: skip

    def y(field: str) -> dict[str, Any]:
        return {"field": field, "type": "quantitative", "axis": y_axis}

    def line(field: str, **mark: Any) -> dict[str, Any]:
        encoding = {"x": x, "y": y(field), "detail": {"field": "year", "type": "nominal"}}
        return {"mark": {"type": "line", **mark}, "encoding": encoding}

    band = {
        "x": x,
        "y": y("low"),
        "y2": {"field": "high"},
        "detail": {"field": "year", "type": "nominal"},
    }
    layers = [
        {"mark": {"type": "area", "color": FILL, "opacity": 1, "line": False}, "encoding": band},
        line("high", color=QUIET, strokeWidth=1),
        line("low", color=QUIET, strokeWidth=1),
        line("room", color=INK, strokeWidth=2, strokeDash=[2, 3]),
        line("granted", color=INK, strokeWidth=2, strokeDash=[7, 4]),
        line("expected", color=LINE, strokeWidth=3),
    ]
    return {"width": width, "height": height, "data": {"values": values}, "layer": layers}


def _year(months: Sequence[Month], start: int) -> list[dict[str, Any]]:
    """The points of a fiscal year in millions, beginning at nothing."""
    year = months[0].last_day.year
    points = [
        (start, (0, 0, 0, 0)),
        *((start + place, month.band) for place, month in enumerate(months, start=1)),
    ]
    names = ("granted", "low", "expected", "high")
    room = months[0].room / 1e6
    return [
        {
            "at": at,
            "year": year,
            "room": room,
            **{n: amount / 1e6 for n, amount in zip(names, band, strict=True)},
        }
        for at, band in points
    ]
