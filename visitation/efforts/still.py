"""Which efforts have a goal that stands still, asked of the database.

It says what `measurements.rules` calls unchanged, for lists and counts of many thousand efforts; a
test holds the two against each other over three hundred.
"""

from __future__ import annotations

from django.db.models import Q
from django.db.models.expressions import RawSQL

from skolefleks.setup import trade
from visitation.measurements.rules import PLAIN_WIDTH, WIDTH, Kind

# Each voice's last value of each goal, by the goal's number: what was measured of its earlier
# versions counts too. Then the rule, for the goal as it stands now.
_STILL = """
    SELECT last.effort_id
    FROM (
        SELECT DISTINCT ON (m.effort_id, g.number, m.voice)
            m.effort_id, g.number, m.value,
            count(*) OVER (PARTITION BY m.effort_id, g.number, m.voice) AS times
        FROM visitation_measurement m
            JOIN visitation_effortgoal g ON g.id = m.goal_id
        WHERE m.value IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM visitation_measurement r WHERE r.replaces_id = m.id
            )
            AND m.effort_id IN (
                SELECT w.effort_id
                FROM visitation_followupwindow w
                    JOIN visitation_effort e ON e.id = w.effort_id
                WHERE w.held_on IS NOT NULL AND e.status IN ('awaiting', 'running')
                GROUP BY w.effort_id HAVING count(*) >= %s
            )
        ORDER BY m.effort_id, g.number, m.voice,
            m.measured_on DESC, m.at DESC, m.id DESC
    ) AS last
        JOIN visitation_effortgoal goal
            ON goal.effort_id = last.effort_id AND goal.number = last.number
        CROSS JOIN LATERAL (
            SELECT goal.target - goal.baseline AS way,
                (last.value - goal.baseline) * sign(goal.target - goal.baseline)
                    AS moved,
                CASE goal.kind WHEN 'scale' THEN %s WHEN 'attendance' THEN %s END
                    AS width
        ) AS part
    WHERE NOT EXISTS (
            SELECT FROM visitation_effortgoal r WHERE r.replaces_id = goal.id
        )
        AND part.way <> 0
    GROUP BY last.effort_id, goal.id, part.way, part.width
    HAVING max(last.times) >= %s
        AND min(part.moved) >= 0
        AND max(part.moved) * %s < abs(part.way)
        AND NOT coalesce(
            count(*) > 1
            AND (max(last.value) - min(last.value)) * %s >= %s * part.width, false
        )
"""


def stands_still() -> Q:
    """Live efforts with a goal that two follow-ups, or as many as are set, have not moved."""
    values = [
        trade.now().curve_still_follow_ups,
        WIDTH[Kind.SCALE],
        WIDTH[Kind.ATTENDANCE],
        trade.now().curve_least_measurements,
        trade.now().curve_moved_part,
        PLAIN_WIDTH,
        trade.now().curve_voices_apart,
    ]
    # Nothing of a request stands in it.
    return Q(pk__in=RawSQL(_STILL, values))  # noqa: S611
