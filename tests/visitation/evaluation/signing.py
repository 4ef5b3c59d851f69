"""An evaluation that is written, signed and frozen, as the tests ask for it."""

from __future__ import annotations

from typing import Any

from visitation.evaluation import actions, queries, rules
from visitation.evaluation.rules import Period
from visitation.models import Evaluation, EvaluationVersion

COMMITTEE_TEXT = "De fleste elever er blevet i deres klasse."


def write(period: Period, *, by: Any, text: str = COMMITTEE_TEXT):
    evaluation = queries.evaluation_of(period)
    evaluation.committee_text = text
    return actions.write(evaluation, by=by)


def write_for(centre: str, period: Period, *, by: Any, text: str = "Vi fortsætter."):
    own = queries.chief_text_of(queries.evaluation_of(period), centre)
    own.text = text
    return actions.write_for_centre(own, by=by)


def mark(period: Period) -> str:
    """Of what the page shows now."""
    evaluation = queries.evaluation_of(period)
    figures = evaluation.figures or queries.figures_now(period)
    return rules.mark_of(queries.texts_of(evaluation), figures)


def sign(period: Period, *, by: Any) -> EvaluationVersion | None:
    return actions.sign(period, mark=mark(period), by=by)


def freeze(period: Period, *, chair: Any, chiefs: Any) -> EvaluationVersion:
    """A version more, signed by both chiefs."""
    evaluation = Evaluation.objects.filter(span=period.span, year=period.year).first()
    if evaluation and evaluation.status == "frozen":
        actions.reopen(period, by=chair)
    write(period, by=chair)
    first, second = chiefs
    assert sign(period, by=first) is None
    version = sign(period, by=second)
    assert version is not None
    return version
