"""Who answers for a tariff above the ceiling, and when both centres have agreed to it.

The proposal makes the two centre chiefs answer for the scheme's whole
economy together, so each speaks for their own centre alone, and nobody for
both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.models import centres_led_by
from skolefleks.models import Centre

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skolefleks.models import User
    from visitation.models import CeilingAnswer, Decision


def centre_of(user: User) -> Centre | None:
    """The centre that the person speaks for; None for who leads none, or more than one."""
    centres = list(centres_led_by(user))
    # Who leads both would be the second pair of eyes to themselves.
    if len(centres) != 1:
        return None
    return Centre(centres[0])


def may_answer(centre: Centre | None, answers: Iterable[CeilingAnswer]) -> bool:
    """Whether `centre` has yet to answer: each does once, and for good."""
    if centre is None:
        return False
    return all(answer.centre != centre for answer in answers)


def lacks_agreement(decision: Decision) -> bool:
    """Whether a centre has still to agree before the decision may be released.

    Looks at the decision's grant and answers: fetch them along where there
    are many decisions.
    """
    # A rejection and a postponement have no grant at all.
    grant = getattr(decision, "grant", None)
    if grant is None or not grant.is_above_ceiling or not decision.is_provisional:
        return False

    agreements = [answer for answer in decision.ceiling_answers.all() if answer.agrees]
    return len(agreements) < len(Centre)
