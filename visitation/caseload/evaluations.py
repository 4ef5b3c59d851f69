"""The demo's evaluations: last school year's is written and waits for the chiefs' signatures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from visitation.caseload.scene import read_data
from visitation.evaluation import actions, queries
from visitation.evaluation.rules import Period, Span

if TYPE_CHECKING:
    from visitation.caseload.scene import Scene

# Who writes for the committee (""), and for which centre.
WRITERS = {
    "": "udvalg.formand",
    "C-SIK": "centerchef.sik",
    "C-BUR": "centerchef.bur",
}


def plan_evaluations(scene: Scene) -> None:
    """The first full school year, as the committee and both chiefs see it, some days ago."""
    texts: dict[str, str] = read_data("evaluation")
    period = Period(Span.SCHOOL, scene.school_year - 1)
    for days_ago, (centre, name) in zip((9, 4, 3), WRITERS.items(), strict=True):
        scene.plan(
            days_ago, partial(_write, scene, period, centre, name, texts[centre])
        )


def _write(scene: Scene, period: Period, centre: str, name: str, text: str) -> None:
    # As the page does it: the act is given the row with the new text on it.
    evaluation = queries.evaluation_of(period)
    if not centre:
        evaluation.committee_text = text
        actions.write(evaluation, by=scene.person(name))
        return
    own = queries.chief_text_of(evaluation, centre)
    own.text = text
    actions.write_for_centre(own, by=scene.person(name))
