"""The picture of one goal: a line for each voice, from the baseline towards the target.

No text of the goal is drawn or said in the picture: it is kept
in the cache, and the texts are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.charts import DRAWN_ONCE, INK, LINE, QUIET, Chart, Spec, draw, layer
from skolefleks.danish import day
from visitation.models import EffortGoal, Measurement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from visitation.measurements.queries import Curve

    Picture = tuple[Curve, Chart | None]

Voice = Measurement.Voice
Kind = EffortGoal.Kind

# Told apart in black and white too: by the dash of the line and
# the shape of the point.
COLOURS = {
    Voice.PUPIL: LINE,
    Voice.PARENTS: "#8a3b12",
    Voice.SCHOOL: INK,
    Voice.PPR: "#5b2a86",
}
DASHES = {
    Voice.PUPIL: [1, 0],
    Voice.PARENTS: [6, 3],
    Voice.SCHOOL: [2, 2],
    Voice.PPR: [9, 3, 2, 3],
}
SHAPES = {
    Voice.PUPIL: "circle",
    Voice.PARENTS: "square",
    Voice.SCHOOL: "triangle-up",
    Voice.PPR: "diamond",
}

# What the lines mean that are the same in all pictures.
MARKS = (
    "Vandret, stiplet: udgangspunktet. Vandret, fuldt optrukket: målet. B: en bevilling"
    " begynder. O: en opfølgning er holdt. Hvor en stemme ikke er målt, er linjen brudt."
)

# The axis of a goal that is measured on a scale with an end.
DOMAINS = {Kind.SCALE: [1, 10], Kind.ATTENDANCE: [0, 100]}


def pictures(curves: Sequence[Curve]) -> list[Picture]:
    """Each curve with its picture, where there is anything to draw."""
    drawn: list[Picture] = []
    for curve in curves:
        chart = None
        # Axes without a point would look as if somebody had
        # measured nought.
        if curve.measurements:
            chart = goal_chart(curve)
        drawn.append((curve, chart))
    return drawn


def goal_chart(curve: Curve) -> Chart:
    """The curves of one goal, with their table."""
    title = f"Målinger af mål {curve.goal.number}"
    label = f"{title}: {curve.standing.sentence}"
    voices = voices_of(curve.measurements)
    return Chart(
        title,
        wide=picture(curve, label, width=560, height=210),
        narrow=picture(curve, label, width=240, height=210),
        columns=[("Dag", False), *((voice.label, True) for voice in voices)],
        rows=table(curve.measurements, voices),
        note="",
    )


# -- the table --
def voices_of(measurements: Sequence[Measurement]) -> list[Voice]:
    """The voices that have answered, in their own order."""
    names = {measurement.voice for measurement in measurements}
    return [voice for voice in Voice if voice in names]


def table(
    measurements: Sequence[Measurement], voices: Sequence[Voice]
) -> list[list[str]]:
    """A row for each day, a column for each voice."""
    days: dict[str, dict[str, str]] = {}
    for measurement in measurements:
        cells = days.setdefault(day(measurement.measured_on), {})
        cells[measurement.voice] = measurement.answer
    return [
        [text, *(cells.get(voice, "–") for voice in voices)]
        for text, cells in days.items()
    ]


# -- the picture --
def picture(curve: Curve, label: str, *, width: int, height: int) -> SafeString:
    """The lines over the two levels and the marks of decisions and follow-ups."""
    values = [value_of(measurement) for measurement in curve.measurements]
    across: Spec = {
        "field": "day",
        "type": "temporal",
        "scale": {"domain": [day.isoformat() for day in curve.days]},
        "axis": {
            "title": None,
            "format": "%-d/%-m",
            "labelAngle": 0,
            "tickCount": width // 80,
            "grid": False,
        },
    }
    upwards: Spec = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": domain_of(curve), "nice": False, "zero": False},
        "axis": {"title": None, "tickCount": 5, "gridColor": "#e3e8eb"},
    }
    voices = voices_of(curve.measurements)
    lines = {
        "data": {"values": values},
        "layer": [
            layer(
                {
                    "type": "line",
                    "strokeWidth": 2,
                    "invalid": "break-paths-show-domains",
                },
                x=across,
                y=upwards,
                **by_voice(voices, "strokeDash", DASHES),
            ),
            layer(
                {"type": "point", "filled": True, "size": 70, "opacity": 1},
                x=across,
                y=upwards,
                **by_voice(voices, "shape", SHAPES),
            ),
        ],
    }
    # What is drawn last lies on top.
    layers = [*levels(curve.goal), *marks(curve), lines]
    return draw({"width": width, "height": height, "layer": layers}, label)


def value_of(measurement: Measurement) -> Spec:
    """One point; a line is broken where there is no value, and nothing is put there."""
    # Null, and no zero: Vega breaks the line there.
    value = None
    if measurement.value is not None:
        value = float(measurement.value)
    return {
        "day": measurement.measured_on.isoformat(),
        "value": value,
        "voice": Voice(measurement.voice).label,
    }


def by_voice(
    voices: Sequence[Voice], channel: str, looks: Mapping[Voice, object]
) -> dict[str, Spec]:
    """The colour and `channel` of each voice; one legend for all that asks for them."""
    legend = {
        "orient": "bottom",
        "title": None,
        "labelFontSize": 13,
        "labelColor": INK,
        "symbolSize": 90,
        # Two in a row have room on a telephone.
        "columns": 2,
    }
    encodings = {}
    for name, look in (("color", COLOURS), (channel, looks)):
        scale = {
            "domain": [voice.label for voice in voices],
            "range": [look[voice] for voice in voices],
        }
        encodings[name] = {
            "field": "voice",
            "type": "nominal",
            "scale": scale,
            "legend": legend,
        }
    return encodings


def domain_of(curve: Curve) -> list[float]:
    """The ends of the upright axis: those of the scale, or what a counted thing has come to."""
    goal = curve.goal
    # Always the whole scale: a small step is not to look like a
    # long way.
    if Kind(goal.kind) in DOMAINS:
        return [float(end) for end in DOMAINS[Kind(goal.kind)]]
    if goal.scale and goal.scale.highest is not None:
        return [float(goal.scale.lowest), float(goal.scale.highest)]
    values: list[Decimal] = [row.value for row in curve.measurements if row.value]
    values += [level for level in (goal.baseline, goal.target) if level]
    return [0, float(max(values, default=1)) * 1.1]


def levels(goal: EffortGoal) -> list[Spec]:
    """The baseline, dashed, and the target."""
    lines = []
    for level, dash in ((goal.baseline, [6, 4]), (goal.target, [1, 0])):
        if level is not None:
            mark = {"type": "rule", "color": QUIET, "strokeDash": dash}
            y = {"datum": float(level), "type": "quantitative"}
            lines.append(DRAWN_ONCE | layer(mark, y=y))
    return lines


def marks(curve: Curve) -> list[Spec]:
    """An upright line, and a letter above it, where a grant begins or a follow-up was held."""
    days = [("B", day) for day in curve.grants_from]
    days += [("O", day) for day in curve.follow_ups_held]
    values = [{"letter": letter, "day": on.isoformat()} for letter, on in days]
    # A layer without values would draw an axis of its own.
    if not values:
        return []
    across = {"field": "day", "type": "temporal"}
    rule = {"type": "rule", "color": QUIET, "strokeDash": [1, 3]}
    text = {"type": "text", "baseline": "bottom", "dy": -3, "fontSize": 11}
    drawn = [
        layer(rule, x=across),
        layer(text, x=across, y={"value": 0}, text={"field": "letter"}),
    ]
    return [{"data": {"values": values}, "layer": drawn}]
