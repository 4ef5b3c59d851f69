"""Who answers for a tariff above the ceiling, and when the centres have agreed to it.

The centre chiefs answer for the scheme's whole economy together: each centre
whose money feeds the pool answers, two at least. Each chief speaks for their
own centre alone, and nobody for two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.models import centres_led_by
from budget.proposals import rules as proposal_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from skolefleks.models import User
    from visitation.models import CeilingAnswer, Decision


def centre_of(user: User) -> str | None:
    """The centre that the person speaks for; None for who leads none, or more than one."""
    centres = list(centres_led_by(user))
    # Who leads two would be the second pair of eyes to themselves.
    if len(centres) != 1:
        return None
    return centres[0]


def may_answer(
    centre: str | None, answers: Iterable[CeilingAnswer], owners: Collection[str]
) -> bool:
    """Whether `centre` has yet to answer: each does once, and for good.

    `owners` are the centres whose money feeds the pool.
    """
    if centre is None:
        return False
    answered = {answer.centre for answer in answers}
    return proposal_rules.signs(centre, set(owners), answered)


def is_asked_for(decision: Decision) -> bool:
    """Whether centres have to agree to the decision before it may be released."""
    # A rejection and a postponement have no grant at all.
    grant = getattr(decision, "grant", None)
    return bool(grant and grant.is_above_ceiling and decision.is_provisional)


def lacks_agreement(decision: Decision, owners: Collection[str]) -> bool:
    """Whether a centre has still to agree before the decision may be released.

    `owners` are the centres whose money feeds the pool. Looks at the decision's
    grant and answers: fetch them along where there are many decisions.
    """
    if not is_asked_for(decision):
        return False

    answers = decision.ceiling_answers.all()
    return lacks(decision, owners, {one.centre for one in answers if one.agrees})


def lacks(
    decision: Decision, owners: Collection[str], agreed: Collection[str]
) -> bool:
    """The same, where it is known which centres have `agreed`."""
    return is_asked_for(decision) and proposal_rules.lacks(set(owners), set(agreed))
