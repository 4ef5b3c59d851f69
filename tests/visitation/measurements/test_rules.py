"""What the sentence beside the curves says, by a table of its cases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from visitation.measurements import rules
from visitation.models import EffortGoal, Measurement

Standing = rules.Standing


def goal_of(kind="scale", baseline=3, target=6):
    return EffortGoal(number=1, kind=kind, baseline=Decimal(baseline), target=Decimal(target))


def rows_of(**series):
    """One measurement for each value of each voice; None is a refusal."""
    rows = []
    for voice, values in series.items():
        for value in values:
            row = Measurement(voice=voice, not_measured="declined")
            if value is not None:
                row = Measurement(voice=voice, value=Decimal(str(value)))
            rows.append(row)
    return rows


def standing(series, held=0, **goal):
    return rules.standing_of(goal_of(**goal), rows_of(**series), held).standing


CASES = [
    ({}, 0, Standing.TOO_FEW),
    ({"pupil": [4]}, 5, Standing.TOO_FEW),
    ({"pupil": [4, None]}, 5, Standing.TOO_FEW),
    ({"pupil": [3, 4]}, 0, Standing.ON_THE_WAY),
    ({"pupil": [3, 3.9]}, 1, Standing.TOO_FEW),
    ({"pupil": [3, 3.9]}, 2, Standing.UNCHANGED),
    ({"pupil": [3, 2.9]}, 0, Standing.BACK),
    ({"pupil": [3, 4], "school": [2.9]}, 0, Standing.BACK),
    ({"pupil": [3, 6]}, 0, Standing.REACHED),
    ({"pupil": [3, 7], "school": [5]}, 0, Standing.ON_THE_WAY),
    ({"pupil": [3, 3], "school": [6]}, 0, Standing.DIFFERENT),
    ({"pupil": [3, 3.1], "school": [6]}, 2, Standing.ON_THE_WAY),
    # An earlier value is not the last one, and a refusal leaves the last value standing.
    ({"pupil": [6, 3.5]}, 2, Standing.UNCHANGED),
    ({"pupil": [3, 5, None]}, 0, Standing.ON_THE_WAY),
]


@pytest.mark.parametrize(("series", "held", "expected"), CASES)
def test_the_rule_says_where_a_goal_stands(series, held, expected):
    assert standing(series, held) is expected


def test_a_counted_thing_that_is_to_become_less_is_on_the_way_when_it_falls():
    fewer = {"kind": "own", "baseline": 8, "target": 2}
    assert standing({"school": [8, 6]}, **fewer) is Standing.ON_THE_WAY
    assert standing({"school": [8, 9]}, **fewer) is Standing.BACK
    assert standing({"school": [8, 1]}, **fewer) is Standing.REACHED


def test_voices_differ_by_the_same_part_of_the_scale_for_attendance():
    percent = {"kind": "attendance", "baseline": 40, "target": 90}
    assert standing({"school": [50, 60], "parents": [94]}, **percent) is Standing.DIFFERENT
    assert standing({"school": [50, 62], "parents": [95]}, **percent) is Standing.ON_THE_WAY


def test_a_goal_that_is_to_stay_where_it_is_is_reached_until_it_falls():
    stay = {"baseline": 5, "target": 5}
    assert standing({"pupil": [5, 5]}, **stay) is Standing.REACHED
    assert standing({"pupil": [5, 4]}, **stay) is Standing.BACK


def test_a_goal_without_a_baseline_is_said_to_have_none():
    goal = EffortGoal(number=1, kind="scale")
    stands = rules.standing_of(goal, rows_of(pupil=[3, 4]), 2)
    assert stands.sentence == "For få målinger: målet har intet udgangspunkt at måle fra."


def test_the_voices_stand_each_for_itself_and_are_never_averaged():
    stands = rules.standing_of(goal_of(), rows_of(school=[3, 5], pupil=[4]), 0)
    assert stands.voices == "Eleven 4 · Skolen 5"
    assert stands.sentence.startswith("På vej: eleven og skolen har flyttet sig")


def test_an_effort_is_told_in_one_line_in_the_order_of_the_words_and_not_of_scores():
    stands = [rules.standing_of(goal_of(), rows_of(pupil=p), 0) for p in ([3, 4], [3, 6], [3])]
    assert rules.in_one_line(stands) == "1 nået, 1 på vej, 1 for få målinger"


def test_the_numbers_of_the_rule_are_settings_and_are_shown(settings):
    settings.CURVE_VOICES_APART = 2
    settings.CURVE_LEAST_MEASUREMENTS = 3
    assert standing({"pupil": [3, 4, 4], "school": [6]}) is Standing.DIFFERENT
    assert "mindst 3 gange" in rules.rule_in_words()[0]
    assert standing({"pupil": [3, 4]}) is Standing.TOO_FEW
