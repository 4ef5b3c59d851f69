"""What may be done to a decision that the school knows of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.danish import day, kr
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.setup import trade
from visitation.decisions import rules as decision_rules
from visitation.lifecycle import KNOWN, DecisionStatus

if TYPE_CHECKING:
    from datetime import date

    from visitation.models import Decision, Grant


def require_correctable(
    decision: Decision,
    old: Grant | None,
    terms: decision_rules.Terms | None,
) -> None:
    """Raise what stands in the way of correcting the decision: Overtaken, NotPossible, Refusal.

    `old` is its grant and `terms` what takes its place; None for `terms` is
    a rejection.
    """
    if decision.status == DecisionStatus.REPLACED:
        raise Overtaken
    # What is not released is undone instead; what is postponed is decided.
    if decision.status != DecisionStatus.RELEASED or decision.is_postponed:
        raise NotPossible
    # From a rejection to a rejection changes nothing that anybody could
    # see.
    if terms is None and old is None:
        raise NotPossible(
            "Der er allerede givet afslag. Vælg en bevilling, eller lad afgørelsen stå."
        )

    # The days after an early end are given back; only a grant that begins
    # later may use them.
    if old and old.ended_on and (terms is None or terms.starts_on <= old.ended_on):
        raise Refusal(
            f"Bevillingen er afsluttet {day(old.ended_on)}."
            " En ny kan tidligst begynde dagen efter.",
            field="starts_on",
        )

    if terms and terms.begins_late:
        _require_late_begin(terms, old)

    # A correction is released at once, so the chiefs would never be asked.
    if (
        terms
        and decision_rules.is_above_ceiling(terms.tariff)
        and not is_within(terms, old)
    ):
        raise Refusal(
            f"En rettelse kan ikke række ud over {kr(trade.now().tariff_ceiling)}"
            " Skolen må søge igen, så centercheferne kan godkende det.",
            field="tariff",
        )


def _require_late_begin(terms: decision_rules.Terms, old: Grant | None) -> None:
    """Raise Refusal where days are taken back that the effort has run, or there are none."""
    reason = why_not_late(terms.starts_on, old)
    if reason:
        raise Refusal(reason, field="days_before")


def why_not_late(first_day: date, old: Grant | None) -> str:
    """Why the effort cannot have begun on `first_day` and not before; nothing where it can."""
    if old is None or old.effort is None or first_day <= old.starts_on:
        return "Vælg en første dag, der ligger senere end den gamle bevillings."
    effort = old.effort
    if effort.starts_on < old.starts_on:
        return (
            f"Indsatsen begyndte med en tidligere bevilling, {day(effort.starts_on)}."
        )
    if effort.begun_on and effort.begun_on < first_day:
        return f"Skolen har bekræftet, at indsatsen begyndte {day(effort.begun_on)}."
    return ""


def is_within(terms: decision_rules.Terms, old: Grant | None) -> bool:
    """Whether the terms ask for nothing that `old` did not have: neither tariff nor days."""
    if old is None:
        return False
    return (
        terms.tariff <= old.tariff
        and terms.starts_on >= old.starts_on
        and terms.ends_on <= old.ends_on
    )


def can_end_on(grant: Grant, last_day: date) -> bool:
    """Whether the day can be the grant's last before its time: inside the period, not its end."""
    return grant.starts_on <= last_day < grant.ends_on


def require_known(decision: Decision) -> None:
    """Raise NotPossible where the school was never told of the decision: it is undone instead."""
    if decision.status not in KNOWN:
        raise NotPossible("Afgørelsen er ikke frigivet. Fortryd den i stedet.")
