"""Which letter a decision has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visitation.letters import changes, leaving, texts

if TYPE_CHECKING:
    from applications.models import Application
    from visitation.models import Decision, Grant


def letter_of(
    decision: Decision, application: Application, ended: Grant | None = None
) -> texts.Letter:
    """What is to be said of the decision, by what kind of decision it is.

    `ended` is the grant that it ends before its time, where that is all it does.
    """
    if ended:
        return changes.EndLetter(decision, application, ended)
    if decision.outcome in changes.OUTCOMES:
        return changes.ChangeLetter(decision, application)
    if decision.outcome == decision.Outcome.MOVED:
        return leaving.MoveLetter(decision, application)
    return texts.Letter(decision, application)
