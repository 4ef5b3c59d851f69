"""Who is told of an evaluation: the other chief that it waits, and all its readers of a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from skolefleks.models import COMMITTEE_ROLES, Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say
from visitation.evaluation.rules import Period, Span
from visitation.models import Evaluation, EvaluationVersion

if TYPE_CHECKING:
    from uuid import UUID


def tell_other_chief(evaluation_id: UUID | str) -> None:
    """The chiefs who have not signed: the version waits for them."""
    evaluation = Evaluation.objects.get(pk=evaluation_id)
    # Who took it back may sign anew.
    signatures = evaluation.signatures.filter(taken_back_at=None)
    signers = set(signatures.values_list("by", flat=True))
    period = _period_of(evaluation)
    tell(
        [chief for chief in _holding(Role.CENTRE_CHIEF) if chief.pk not in signers],
        number=f"Evaluering, {period.name}",
        path=reverse("evaluation:draft", args=[period.slug]),
        text=say("evaluering-venter", periode=period.name),
        topic="evaluation.signed",
    )


def tell_readers(version_id: UUID | str) -> None:
    """Committee, chiefs and implementation group: there is a version to read."""
    version = EvaluationVersion.objects.select_related("evaluation").get(pk=version_id)
    period = _period_of(version.evaluation)
    # News, and no task: it is read when there is time.
    tell(
        _holding(*COMMITTEE_ROLES, Role.CENTRE_CHIEF, Role.IMPLEMENTATION_GROUP),
        number=f"Evaluering, {period.name}",
        path=version.get_absolute_url(),
        text=say(
            "evaluering-underskrevet",
            periode=period.name,
            version=str(version.number),
        ),
        topic="evaluation.frozen",
        must_act=False,
    )


def _holding(*roles: Role) -> list[User]:
    return list(User.objects.holding(*roles))


def _period_of(evaluation: Evaluation) -> Period:
    return Period(Span(evaluation.span), evaluation.year)
