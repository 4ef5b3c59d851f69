"""The efforts of the bench: one for every grant that the schools know of, and one to open.

Their texts are noise of a text's size; only the one that is opened has texts to read.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from applications.models import Application
from skolefleks.danish import today
from skolefleks.models import User
from tests.bench.bulk import insert, run
from tests.bench.meetings import URGENT
from visitation.decisions import actions as decisions
from visitation.efforts import actions as efforts
from visitation.measurements import actions as measurements
from visitation.models import (
    Effort,
    EffortContact,
    EffortGoal,
    EffortPhase,
    FollowUpWindow,
    Measurement,
)
from visitation.releases import actions as releases

# An effort for every released grant. `made_pupil` is what `bulk` makes all else of.
OWN = "made_pupil WHERE outcome = 'granted' AND status = 'closed'"
EFFORT = "md5('effort' || g || '-' || k)::uuid"
IS_OVER = "last < current_date"

# Six follow-ups; what lies behind was held.
WINDOWS = "(SELECT *, first + 42 + 56 * n AS day FROM made_pupil, generate_series(0, 5) AS n) AS w \
WHERE outcome = 'granted' AND status = 'closed'"
HELD = "day < current_date - 2"

# Two goals, each measured by three voices on four days: every third effort stands still.
GOALS = "(SELECT * FROM made_pupil, generate_series(1, 2) AS n) AS goal \
WHERE outcome = 'granted' AND status = 'closed'"
VALUES = "(SELECT *, (ARRAY['pupil', 'parents', 'school'])[v] AS voice FROM made_pupil, \
generate_series(1, 2) AS n, generate_series(1, 3) AS v, generate_series(0, 3) AS t) AS said \
WHERE outcome = 'granted' AND status = 'closed' AND first + 40 * t <= current_date"
GOAL = "md5('goal' || g || '-' || k || '-' || n)::uuid"


def add_efforts() -> None:
    """In the transaction of `bulk.fill`, whose tables it reads."""
    insert(
        Effort,
        f"{OWN} ORDER BY g",
        id=EFFORT,
        application_id="id",
        pupil_case_id="place_id",
        pupil_id="pupil_id",
        school_id="school_id",
        status=f"CASE WHEN {IS_OVER} THEN 'ended' ELSE 'running' END",
        starts_on="first",
        ends_on="last",
        begun_on="first",
        created_at="at",
        act_from=f"CASE WHEN NOT {IS_OVER} AND g % 4 = 0 THEN first + 30 END",
    )
    run(
        f"UPDATE visitation_grant SET effort_id = {EFFORT} FROM made_pupil"
        " WHERE visitation_grant.id = grant_id"
        " AND outcome = 'granted' AND made_pupil.status = 'closed'"
    )
    of_effort = {"id": "gen_random_uuid()", "effort_id": EFFORT}
    insert(EffortContact, OWN, **of_effort, part="'ppr'", asked_from="first", is_named="true")
    insert(EffortPhase, OWN, effort_id=EFFORT, kind="'full'", starts_on="first")
    insert(
        FollowUpWindow,
        WINDOWS,
        **of_effort,
        grant_id="grant_id",
        status=f"CASE WHEN {HELD} THEN 'told' WHEN {IS_OVER} THEN 'cancelled' ELSE 'planned' END",
        opens_on="day - 13",
        hold_by="day",
        tell_by="day + 14",
        held_on=f"CASE WHEN {HELD} THEN day - 3 END",
        present="'{}'",
        outcome=f"CASE WHEN {HELD} THEN 'unchanged' ELSE '' END",
        told_at=f"CASE WHEN {HELD} THEN day + interval '2 days' END",
    )
    insert(
        EffortGoal,
        GOALS,
        id=GOAL,
        effort_id=EFFORT,
        number="n",
        version="1",
        kind="'scale'",
        baseline="3",
        target="8",
        at="at",
    )
    insert(
        Measurement,
        VALUES,
        **of_effort,
        goal_id=GOAL,
        scale_id="(SELECT id FROM visitation_scale WHERE goal_kind = 'scale')",
        voice="voice",
        measured_on="first + 40 * t",
        value="3 + CASE WHEN g % 3 > 0 THEN t ELSE 0 END",
        filled_in_by="'together'",
        how="'talk'",
        by_id="leader",
        at="at",
    )


def begin(application: Application, leader: User, chair: User) -> Effort:
    """The one that is opened: granted from today on, begun, and measured once."""
    pupil_cases = application.pupil_cases.select_related("pupil", "application__school__district")
    for position, pupil_case in enumerate(pupil_cases):
        if position:
            own_money = "Skolen har selv midlerne."
            decisions.reject(pupil_case, grounds=own_money, way=URGENT, by=chair)
            continue
        from_today = decisions.rules.Terms(215_000, today(), today() + timedelta(days=200))
        great_need = "Behovet er stort."
        decisions.grant(pupil_case, from_today, grounds=great_need, way=URGENT, by=chair)
    releases.release(application, by=chair)

    effort = Effort.objects.select_related("application", "pupil_case").get(application=application)
    efforts.confirm_begun(effort, begun_on=today(), by=leader)
    for goal in effort.goals.all():
        measurements.take(
            effort,
            Measurement.Voice.SCHOOL,
            measured_on=today(),
            answers=[measurements.Answer(goal, Decimal(5))],
            filled_in_by=Measurement.FilledInBy.SELF,
            how=Measurement.How.OBSERVED,
            by=leader,
        )
        break
    return effort
