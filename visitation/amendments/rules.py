"""What holds of an amendment: which decisions answer it, and what each may change of the money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.calendar import ONE_DAY
from skolefleks.danish import day, kr
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup import trade
from visitation.decisions import rules as decision_rules
from visitation.models import Amendment, Decision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from visitation.decisions.rules import Terms
    from visitation.models import Grant

Kind = Amendment.Kind
Outcome = Decision.Outcome

# The decision that does what is asked for. The committee may choose another one.
ANSWERS = {
    Kind.STEP_DOWN: Outcome.STEPPED_DOWN,
    Kind.EXTEND: Outcome.EXTENDED,
    Kind.CHANGE: Outcome.CHANGED,
    Kind.STOP: Outcome.STOPPED,
}

# These give a grant; the others end one, or leave all as it is.
WITH_TERMS = (Outcome.STEPPED_DOWN, Outcome.EXTENDED, Outcome.CHANGED)


def last_day_of(grants: Sequence[Grant]) -> date:
    """How long the effort is granted. Raises NotPossible where nothing stands any more."""
    if not grants:
        raise NotPossible("Indsatsen har ingen bevilling, der kan ændres.")
    return max(grant.last_day for grant in grants)


def tariff_on(grants: Sequence[Grant], day: date) -> int | None:
    """Whole DKK a year as they are granted for `day`; None where no grant runs then."""
    for grant in grants:
        if grant.starts_on <= day <= grant.last_day:
            return grant.tariff_on(day)
    return None


# -- what stands in the way ------------------------------------------------------------------------
def require_terms(outcome: Outcome, terms: Terms, grants: Sequence[Grant]) -> None:
    """Raise Refusal, at its field, unless the terms do what the outcome says.

    `grants` are those of the effort that stand, in order.
    """
    decision_rules.require_period(terms.starts_on, terms.ends_on)
    if outcome == Outcome.EXTENDED:
        _require_extension(terms, grants)
    else:
        _require_inside(terms, grants)
    if outcome == Outcome.STEPPED_DOWN:
        _require_lower(terms, grants)
    _require_steps(terms)
    _require_below_ceiling(outcome, terms, grants)


def require_stop(last_day: date, grants: Sequence[Grant]) -> None:
    """Raise Refusal unless the effort is granted on that day and on later ones."""
    first, last = grants[0].starts_on, last_day_of(grants)
    if not first <= last_day < last:
        raise Refusal(
            f"Vælg en dag fra {day(first)} og før {day(last)}.", field="last_day"
        )


def _require_extension(terms: Terms, grants: Sequence[Grant]) -> None:
    next_day = last_day_of(grants) + ONE_DAY
    if terms.starts_on != next_day:
        raise Refusal(
            f"En forlængelse begynder dagen efter bevillingens sidste dag: {day(next_day)}.",
            field="starts_on",
        )


def _require_inside(terms: Terms, grants: Sequence[Grant]) -> None:
    first, last = grants[0].starts_on, last_day_of(grants)
    if not first <= terms.starts_on <= last:
        raise Refusal(
            f"Vælg en dag mellem {day(first)} og {day(last)}.", field="starts_on"
        )
    # A longer period is another decision, with its own question to the school.
    if terms.ends_on > last:
        raise Refusal(
            f"Indsatsen er bevilget til {day(last)}. Vælg »Forlæng« for at gå længere.",
            field="ends_on",
        )


def _require_lower(terms: Terms, grants: Sequence[Grant]) -> None:
    before = tariff_on(grants, terms.starts_on)
    if before is not None and terms.tariff >= before:
        raise Refusal(
            f"Der er bevilget {kr(before)} Den nye takst skal være lavere.",
            field="tariff",
        )


def _require_steps(terms: Terms) -> None:
    """Each step begins after the one before it, inside the period, with a lower tariff."""
    from_on, tariff = terms.starts_on, terms.tariff
    for step in terms.steps:
        if not from_on < step.from_on <= terms.ends_on:
            raise Refusal("Trinnene skal følge efter hinanden inden for perioden.")
        if step.tariff >= tariff:
            raise Refusal("Hvert trin skal have en lavere takst end det før.")
        from_on, tariff = step.from_on, step.tariff


def _require_below_ceiling(
    outcome: Outcome, terms: Terms, grants: Sequence[Grant]
) -> None:
    """The school is told at once, so the centre chiefs could not be asked meanwhile."""
    if not decision_rules.is_above_ceiling(terms.tariff):
        return
    before = tariff_on(grants, terms.starts_on) or 0
    if outcome == Outcome.EXTENDED or terms.tariff > before:
        raise Refusal(
            f"En ændring kan ikke række ud over {kr(trade.now().tariff_ceiling)}"
            " Skolen må søge igen, så centercheferne kan godkende det.",
            field="tariff",
        )
