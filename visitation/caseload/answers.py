"""What the demo's committee answers where a follow-up asks it to change an effort."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from skolefleks.calendar import ONE_DAY
from skolefleks.danish import today
from visitation.amendments import actions, queries, rules
from visitation.caseload.scene import BETWEEN_MEETINGS, read_data
from visitation.decisions.rules import Terms
from visitation.models import Amendment, Decision

if TYPE_CHECKING:
    from visitation.caseload.scene import Scene

TEXTS: dict[str, Any] = read_data("efforts")

Outcome = Decision.Outcome
Kind = Amendment.Kind


def answer(scene: Scene, amendment: Amendment, *, steps_down: bool) -> None:
    """Stop it, extend it, step it down, or leave it as it is."""
    chair = scene.person("udvalg.formand")
    first = (today().replace(day=1) + timedelta(days=62)).replace(day=1)
    grants = queries.grants_of(amendment.effort)
    last = rules.last_day_of(grants)

    if amendment.kind == Kind.STOP:
        end_of_month = today().replace(day=1) + timedelta(days=31)
        last_day = end_of_month.replace(day=1) - ONE_DAY
        said = {"grounds": TEXTS["stopped"], "way": BETWEEN_MEETINGS, "by": chair}
        actions.stop(amendment, last_day=last_day, **said)
        return
    if amendment.until and amendment.tariff:
        terms = Terms(
            tariff=amendment.tariff,
            starts_on=last + ONE_DAY,
            ends_on=amendment.until,
            conditions=grants[-1].conditions,
            deviation=TEXTS["stepped_deviation"],
        )
        said = {"grounds": TEXTS["extended"], "way": BETWEEN_MEETINGS, "by": chair}
        actions.regrant(amendment, Outcome.EXTENDED, terms, **said)
        return

    tariff = rules.tariff_on(grants, first)
    # Too near its end there is nothing to step down.
    if tariff is None or first + timedelta(days=90) > last or not steps_down:
        actions.leave_unchanged(
            amendment, grounds=TEXTS["unchanged"], way=BETWEEN_MEETINGS, by=chair
        )
        return
    terms = Terms(
        tariff=tariff * 2 // 3,
        starts_on=first,
        ends_on=last,
        conditions=grants[-1].conditions,
        deviation=TEXTS["stepped_deviation"],
    )
    said = {"grounds": TEXTS["stepped"], "way": BETWEEN_MEETINGS, "by": chair}
    actions.regrant(amendment, Outcome.STEPPED_DOWN, terms, **said)
