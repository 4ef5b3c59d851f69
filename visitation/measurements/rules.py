"""What the curves of a goal say, by one open rule, and which values a scale takes.

Voices are never averaged, and nothing is filled in where one
did not answer. The rule says where the goal stands, never why:
it knows of nothing that the effort is compared with.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from skolefleks import danish
from skolefleks.danish import decimal
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal
from skolefleks.setup import trade
from visitation.models import EffortGoal, Measurement, Scale

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Voice = Measurement.Voice
Kind = EffortGoal.Kind

# The width of the scale from 1 to 10, by which
# CURVE_VOICES_APART is told.
PLAIN_WIDTH = 9

WIDTH = {Kind.SCALE: PLAIN_WIDTH, Kind.ATTENDANCE: 100}


def right_for(voice: str) -> P:
    """PPR writes its own measurements, the school those of the others."""
    if voice == Voice.PPR:
        return P.PPR_LINE_WRITE
    return P.EFFORT_WRITE


def require_on_scale(value: Decimal, scale: Scale, *, field: str = "") -> None:
    """Raise Refusal unless the scale has the value."""
    is_too_high = scale.highest is not None and value > scale.highest
    if value >= scale.lowest and not is_too_high:
        return
    words = f"Skriv et tal fra {decimal(scale.lowest)}"
    if scale.highest is not None:
        words += f" til {decimal(scale.highest)}"
    raise Refusal(f"{words}.", field=field or None)


# -- what the curves say ---------------------------------------------------------------------------
class Standing(enum.Enum):
    """Where a goal stands; the value is the word for it on screen."""

    REACHED = "nået"
    ON_THE_WAY = "på vej"
    UNCHANGED = "uændret"
    BACK = "gået tilbage"
    DIFFERENT = "forskellige billeder"
    TOO_FEW = "for få målinger"


# The colour repeats what the word says, and says nothing alone.
TONES = {
    Standing.REACHED: "success",
    Standing.ON_THE_WAY: "info",
    Standing.UNCHANGED: "warning",
    Standing.BACK: "error",
    Standing.DIFFERENT: "warning",
    Standing.TOO_FEW: "neutral",
}


@dataclass(frozen=True)
class GoalStanding:
    """Where one goal stands, why the rule says so, and the last value of each voice."""

    goal: EffortGoal
    standing: Standing
    reason: str
    latest: dict[str, Decimal]

    @property
    def tone(self) -> str:
        return TONES[self.standing]

    @property
    def word(self) -> str:
        """`På vej`."""
        word = self.standing.value
        return f"{word[0].upper()}{word[1:]}"

    @property
    def sentence(self) -> str:
        """`På vej: eleven har flyttet sig mindst 1/3 af vejen, og ingen er gået tilbage.`"""
        return f"{self.word}: {self.reason}"

    @property
    def voices(self) -> str:
        """`Eleven 5 · Skolen 4`, each for itself."""
        parts = []
        for voice in Voice:
            if voice in self.latest:
                parts.append(f"{voice.label} {decimal(self.latest[voice])}")
        return " · ".join(parts)


def standing_of(
    goal: EffortGoal, measurements: Iterable[Measurement], follow_ups_held: int
) -> GoalStanding:
    """Where the goal stands by its measurements; `goal` is its newest version.

    `measurements` are the current ones of all its versions, in
    the order of their days.
    """
    series = series_of(measurements)
    latest = {voice: rows[-1].value for voice, rows in series.items()}
    values = {voice: value for voice, value in latest.items() if value is not None}
    standing, reason = _judge(goal, series, values, follow_ups_held)
    return GoalStanding(goal, standing, reason, values)


def series_of(measurements: Iterable[Measurement]) -> dict[str, list[Measurement]]:
    """The measured values of each voice, in the order of their days."""
    series: dict[str, list[Measurement]] = {}
    for measurement in measurements:
        if measurement.value is not None:
            series.setdefault(measurement.voice, []).append(measurement)
    return series


def _judge(
    goal: EffortGoal,
    series: dict[str, list[Measurement]],
    values: dict[str, Decimal],
    follow_ups_held: int,
) -> tuple[Standing, str]:
    """The rule, in the order in which it is asked."""
    if goal.baseline is None or goal.target is None:
        return Standing.TOO_FEW, "målet har intet udgangspunkt at måle fra."
    if not _is_measured_enough(series):
        least = trade.now().curve_least_measurements
        return (
            Standing.TOO_FEW,
            f"ingen stemme har svaret mindst {least} gange endnu.",
        )

    # Asked first: where the voices differ, none of the other
    # words is true of all of them.
    shares = {voice: share_of_way(goal, value) for voice, value in values.items()}
    if _differ(goal, values):
        return Standing.DIFFERENT, "stemmerne ser meget forskelligt på det."
    back = [voice for voice, share in shares.items() if share < 0]
    if back:
        return Standing.BACK, f"{names(back)} ligger dårligere end udgangspunktet."
    # Of those who answered; who did not says nothing against
    # it.
    if all(share >= 1 for share in shares.values()):
        return Standing.REACHED, "alle, der har svaret, er ved målet."

    return _judge_movement(shares, follow_ups_held)


def _judge_movement(
    shares: dict[str, Fraction], follow_ups_held: int
) -> tuple[Standing, str]:
    # Fractions: a third of the way is not to depend on how a
    # decimal is rounded.
    part = Fraction(1, trade.now().curve_moved_part)
    moved = [voice for voice, share in shares.items() if share >= part]
    if moved:
        return (
            Standing.ON_THE_WAY,
            (
                f"{names(moved)} har flyttet sig mindst 1/{trade.now().curve_moved_part} af"
                " vejen, og ingen er gået tilbage."
            ),
        )
    still = trade.now().curve_still_follow_ups
    if follow_ups_held >= still:
        return (
            Standing.UNCHANGED,
            f"{follow_ups_held} opfølgninger er holdt, og ingen stemme har flyttet sig.",
        )
    return (
        Standing.TOO_FEW,
        f"ingen har flyttet sig nok endnu, og {still} opfølgninger er ikke holdt.",
    )


def share_of_way(goal: EffortGoal, value: Decimal) -> Fraction:
    """How much of the way from baseline to target lies behind: 0 at the baseline, 1 at the target.

    Less than 0 is worse than the baseline. Both are known of
    the goal.
    """
    baseline = Fraction(goal.baseline or 0)
    way = Fraction(goal.target or 0) - baseline
    if way:
        return (Fraction(value) - baseline) / way
    # The goal is to keep what there is.
    if value < baseline:
        return Fraction(-1)
    return Fraction(1)


def names(voices: Sequence[str]) -> str:
    """`eleven og skolen`."""
    labels = []
    for voice in Voice:
        if voice in voices:
            labels.append(danish.inside(voice.label))
    if len(labels) > 1:
        return f"{', '.join(labels[:-1])} og {labels[-1]}"
    return labels[0]


def _is_measured_enough(series: dict[str, list[Measurement]]) -> bool:
    return any(
        len(rows) >= trade.now().curve_least_measurements for rows in series.values()
    )


def _differ(goal: EffortGoal, values: dict[str, Decimal]) -> bool:
    """Whether the voices' last values lie far from each other on the goal's scale."""
    # A counted thing has no width that a distance could be held
    # against.
    width = WIDTH.get(Kind(goal.kind))
    if width is None or len(values) < 2:
        return False
    distance = max(values.values()) - min(values.values())
    return distance * PLAIN_WIDTH >= trade.now().curve_voices_apart * width


# -- an effort in one line -------------------------------------------------------------------------
def in_one_line(standings: Sequence[GoalStanding]) -> str:
    """`1 mål nået, 2 på vej`: how many goals stand where; '' for an effort without goals."""
    counted = Counter(standing.standing for standing in standings)
    parts = []
    for standing in Standing:
        if counted[standing]:
            parts.append(f"{counted[standing]} {standing.value}")
    return ", ".join(parts)


def rule_in_words() -> list[str]:
    """The rule as the page shows it, with the numbers that are set."""
    least = trade.now().curve_least_measurements
    apart = trade.now().curve_voices_apart
    return [
        f"For få målinger: ingen stemme har svaret mindst {least} gange.",
        (
            f"Forskellige billeder: der er {apart} point eller mere mellem stemmerne på"
            " skalaen fra 1 til 10, eller lige så stor en del af skalaen for fremmøde."
        ),
        "Gået tilbage: en stemme ligger dårligere end udgangspunktet.",
        "Nået: alle stemmer, der har svaret, er ved målet.",
        (
            f"På vej: en stemme har flyttet sig mindst 1/{trade.now().curve_moved_part} af vejen"
            " fra udgangspunkt til mål, og ingen er gået tilbage."
        ),
        (
            f"Uændret: {trade.now().curve_still_follow_ups} opfølgninger er holdt, og ingen har"
            " flyttet sig."
        ),
    ]
