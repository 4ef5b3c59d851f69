"""The school's short application for an extension: written, sent to the committee, taken back.

What was reached, what is left, and why longer; everything else comes along
with the effort.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skolefleks import audit, outbox
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import day, kr
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup import trade
from skolefleks.statemachine import move
from visitation.amendments import queries, rules
from visitation.decisions import rules as decision_rules
from visitation.efforts.actions import require_open
from visitation.followups.asking import pupil_case_of
from visitation.lifecycle import AmendmentStatus
from visitation.models import Amendment
from visitation.ways import actions as ways

if TYPE_CHECKING:
    from skolefleks.models import User
    from visitation.models import Effort


@dataclass(frozen=True)
class Extension:
    """What the school writes; `tariff` is whole DKK a year."""

    reached: str
    remaining: str
    reason: str
    until: date | None
    tariff: int | None


@transaction.atomic
def write_extension(effort: Effort, extension: Extension, *, by: User) -> Amendment:
    """Keep a draft, which is the school's own. Raises NotPossible while something is asked."""
    require_open(effort, P.EFFORT_WRITE, by=by)
    amendment = _draft_of(effort, by=by)
    # As far as it is written: what is missing is said when it is sent.
    for name, value in vars(extension).items():
        setattr(amendment, name, value)
    amendment.written_by = by
    amendment.written_at = timezone.now()
    amendment.save()
    audit.record("write_extension", effort, by=by, amendment=str(amendment.pk))
    return amendment


@transaction.atomic
def send_extension(effort: Effort, extension: Extension, *, by: User) -> Amendment:
    """Send the application to the committee; nobody changes it any more.

    It holds its place in the forecast from now on. Raises NotPossible as
    `write_extension` does, Refusal at the field for what is missing.
    """
    amendment = write_extension(effort, extension, by=by)
    _require_complete(amendment)
    amendment.asked_at = timezone.now()
    amendment.save(update_fields=["asked_at"])
    move(amendment, "send_amendment", by=by)
    outbox.post("amendment.asked", amendment=str(amendment.pk))
    return amendment


@transaction.atomic
def withdraw(amendment: Amendment, *, by: User) -> None:
    """Take back what the school asked for. Raises NotPossible once it is answered, Overtaken."""
    require_open(amendment.effort, P.EFFORT_LEAD, by=by)
    move(amendment, "withdraw_amendment", by=by)
    # Nobody is to answer in writing what is no longer asked.
    ways.end_round_of(amendment, by=by)


def _draft_of(effort: Effort, *, by: User) -> Amendment:
    """The draft there is, or a new one."""
    amendment = effort.amendments.open().first()
    if amendment is None:
        return Amendment(
            effort=effort,
            pupil_case=pupil_case_of(effort),
            kind=Amendment.Kind.EXTEND,
            status=AmendmentStatus.DRAFT,
            written_by=by,
        )
    if amendment.is_waiting:
        raise NotPossible("Udvalget har allerede noget at afgøre om indsatsen.")
    return amendment


def _require_complete(amendment: Amendment) -> None:
    for name, sentence in (
        ("reached", "Skriv, hvad indsatsen har nået."),
        ("remaining", "Skriv, hvad der mangler."),
        ("reason", "Skriv, hvorfor indsatsen skal løbe længere."),
    ):
        if not getattr(amendment, name).strip():
            raise Refusal(sentence, field=name)
    if not amendment.tariff:
        raise Refusal("Skriv, hvilken takst I søger om.", field="tariff")
    if decision_rules.is_above_ceiling(amendment.tariff):
        ceiling = kr(trade.now().tariff_ceiling)
        raise Refusal(f"En forlængelse kan højst få {ceiling}", field="tariff")

    last = rules.last_day_of(queries.grants_of(amendment.effort))
    if amendment.until is None or amendment.until <= last:
        raise Refusal(f"Vælg en dag efter {day(last)}.", field="until")
    if decision_rules.is_too_long(last + ONE_DAY, amendment.until):
        longest = decision_rules.LONGEST_PERIOD_YEARS
        raise Refusal(f"Forlængelsen må højst vare {longest} år.", field="until")
