"""The demo's evaluations: last school year's is written and waits for the chiefs' signatures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from visitation.caseload.scene import read_data
from visitation.evaluation import actions, queries
from visitation.evaluation.rules import Period, Span

if TYPE_CHECKING:
    from visitation.caseload.scene import Scene

# Who writes which of the three texts.
WRITERS = {
    "committee_text": "udvalg.formand",
    "sik_text": "centerchef.sik",
    "bur_text": "centerchef.bur",
}


def plan_evaluations(scene: Scene) -> None:
    """The first full school year, as the committee and both chiefs see it, some days ago."""
    texts: dict[str, str] = read_data("evaluation")
    period = Period(Span.SCHOOL, scene.school_year - 1)
    for days_ago, (field, name) in zip((9, 4, 3), WRITERS.items(), strict=True):
        scene.plan(days_ago, partial(_write, scene, period, field, name, texts[field]))


def _write(scene: Scene, period: Period, field: str, name: str, text: str) -> None:
    # As the page does it: the act is given the row with the new text on it.
    evaluation = queries.evaluation_of(period)
    setattr(evaluation, field, text)
    actions.write(evaluation, field=field, by=scene.person(name))
