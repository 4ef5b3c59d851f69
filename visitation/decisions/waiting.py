"""Putting a pupil off because the pool has no money left, on the waiting list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from skolefleks import audit
from skolefleks.refusals import NotPossible
from visitation.decisions import actions, rules
from visitation.models import Decision, WaitingPlace
from visitation.waiting import rules as waiting

if TYPE_CHECKING:
    from applications.models import PupilCase
    from skolefleks.models import User
    from visitation.ways import rules as ways_rules


@transaction.atomic
def put_on_list(
    pupil_case: PupilCase,
    terms: rules.Terms,
    *,
    grounds: str,
    way: ways_rules.Way | None = None,
    by: User,
) -> Decision:
    """Put one pupil off, with the terms that there is no money for.

    No money is committed, and nothing is promised. Raises what `postpone`
    does, and NotPossible without a weight or a submission to order it by.
    """
    decision = actions.postpone(pupil_case, grounds=grounds, way=way, by=by)
    submitted_at = pupil_case.application.submitted_at
    if terms.weight is None or submitted_at is None:
        raise NotPossible

    place = WaitingPlace.objects.create(
        decision=decision,
        tariff=terms.tariff,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        weight=terms.weight,
        position=waiting.position_of(terms.weight, submitted_at),
    )
    audit.record("put_on_list", place, by=by, tariff=terms.tariff)
    return decision
