"""What holds when a pupil moves with an effort: who may take it, and how the grant is divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.calendar import ONE_DAY
from skolefleks.danish import day
from skolefleks.refusals import Overtaken, Refusal
from visitation.decisions.rules import Terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from budget.tariff import Later
    from skolefleks.models import School
    from visitation.models import Effort, Grant


def require_move(
    effort: Effort, school: School, last_day: date, grants: Sequence[Grant]
) -> None:
    """Raise Overtaken where it is moved already, Refusal for a school or a day that cannot be.

    `grants` are those of the effort that stand, in order: at
    least one.
    """
    if hasattr(effort, "moved_to"):
        raise Overtaken("Indsatsen er allerede flyttet. Genindlæs siden.")
    _require_school(effort, school, last_day + ONE_DAY)
    first = grants[0].starts_on
    # A grant at the new school has two days at least.
    latest = max(grant.last_day for grant in grants) - 2 * ONE_DAY
    if not first <= last_day <= latest:
        raise Refusal(
            f"Vælg en dag fra {day(first)} til {day(latest)}.", field="last_day"
        )
    for grant in grants:
        runs_on = grant.starts_on <= last_day < grant.last_day
        was_cut_short = grant.ended_on is not None
        if runs_on and was_cut_short:
            raise Refusal(
                f"Bevillingen er allerede delt {day(grant.last_day)}: vælg den dag eller"
                " en senere.",
                field="last_day",
            )
    for terms in terms_from(grants, last_day + ONE_DAY):
        if terms.starts_on == terms.ends_on:
            raise Refusal(
                "Den dag deler bevillingen, så der kun er én dag til den ene del."
                " Vælg dagen før eller efter.",
                field="last_day",
            )


def _require_school(effort: Effort, school: School, first_day: date) -> None:
    if school.pk == effort.school_id:
        raise Refusal("Eleven går allerede på den skole.", field="school")
    if not school.is_open_on(first_day):
        raise Refusal("Skolen er lukket den dag. Vælg en anden.", field="school")


def terms_from(grants: Sequence[Grant], first_day: date) -> list[Terms]:
    """What is granted from `first_day` on, as it stands: tariffs, days, conditions, follow-ups.

    A row of terms can only step down; where an index has raised
    a tariff, another row begins.
    """
    rows = []
    for grant in grants:
        if grant.last_day >= first_day:
            rows += _terms_of(grant, max(first_day, grant.starts_on))
    return rows


def _terms_of(grant: Grant, first_day: date) -> list[Terms]:
    rows: list[Terms] = []
    starts_on = first_day
    tariff = grant.tariff_on(first_day)
    tariff_before = tariff
    steps: list[Later] = []
    for later in grant.later:
        if not first_day < later.from_on <= grant.last_day:
            continue
        if later.tariff < tariff_before:
            steps.append(later)
        else:
            last = later.from_on - ONE_DAY
            rows.append(_one_row(grant, tariff, starts_on, last, steps))
            starts_on, tariff, steps = later.from_on, later.tariff, []
        tariff_before = later.tariff
    rows.append(_one_row(grant, tariff, starts_on, grant.last_day, steps))
    return rows


def _one_row(
    grant: Grant, tariff: int, starts_on: date, ends_on: date, steps: list[Later]
) -> Terms:
    days = [row.due_on for row in grant.follow_ups.all()]
    return Terms(
        tariff=tariff,
        starts_on=starts_on,
        ends_on=ends_on,
        conditions=grant.conditions,
        deviation=grant.decision.deviation or "",
        weight=grant.decision.weight,
        follow_ups=tuple(one for one in days if starts_on <= one <= ends_on),
        steps=tuple(steps),
    )
