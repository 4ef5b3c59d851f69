"""Who may not judge a case (inhabil): declared, set, settled and lifted; and asked again inside each act.

Each of them, and each act of the committee, holds the case's row: a recusal comes before an act or after it, never between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.models import Application, Recusal
from applications.reading import queries as reading_queries
from applications.writing import actions as writing
from skolefleks import audit
from skolefleks.notices import actions as notices
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import Overtaken, Refusal
from visitation.recusals import queries, rules

if TYPE_CHECKING:
    from skolefleks.models import User


Origin = Recusal.Origin


REPLACED = "Afløst af udvalgets afgørelse"


def require_not_recused(user: User, application: Application) -> None:
    """Hold the case's row, and raise rules.Recused where `user` is disqualified, PermissionDenied where not of the committee."""
    require(user, Permission.QUEUE_READ, at=EVERYWHERE)
    writing.lock(application)
    if not Application.objects.reviewable_by(user).filter(pk=application.pk).exists():
        raise rules.Recused


@transaction.atomic
def declare(application: Application, *, by: User, reason: str = "") -> Recusal:
    """Say that one is disqualified oneself, without having seen the case. Raises Recused where one is already."""
    require_not_recused(by, application)
    return _recuse(application, by, Origin.DECLARED, reason=reason, by=by)


@transaction.atomic
def set_recusal(application: Application, person: User, *, reason: str, by: User) -> Recusal:
    """Close the case to somebody else who would judge it. Raises Recused for oneself, Refusal where it is closed already."""
    _require_may_judge_of(application, person, reason=reason, by=by)
    if reading_queries.disqualified(application, [person]):
        raise Refusal(f"{person} er allerede inhabil i sagen.", field="person")
    return _recuse(application, person, Origin.CHAIR, reason=reason, by=by)


@transaction.atomic
def settle(
    application: Application, person: User, *, is_disqualified: bool, reason: str, by: User
) -> Recusal:
    """Write down what the committee settled without the person. It takes the place of what was declared or set before.

    Raises Recused for oneself, Refusal where the system itself finds a tie, which nobody can settle away.
    """
    _require_may_judge_of(application, person, reason=reason, by=by)
    if tie := reading_queries.ties(application, [person]).get(person.pk):
        raise Refusal(f"{person} er inhabil, og det kan ikke ændres her: {tie}.", field="person")
    for stood in Recusal.objects.filter(
        application=application, user=person, lifted_at__isnull=True
    ):
        _lift(stood, reason=REPLACED, by=by)
    settled = _recuse(application, person, Origin.COMMITTEE, reason=reason, by=by)
    if not is_disqualified:
        _lift(settled, reason=reason, by=by)
    return settled


@transaction.atomic
def lift_recusal(recusal: Recusal, *, reason: str, by: User) -> None:
    """Open the case to somebody again; never to oneself, since Recused is raised first. Raises Overtaken."""
    require(by, Permission.RECUSAL_SET, at=EVERYWHERE)
    require_not_recused(by, recusal.application)
    recusal.refresh_from_db(fields=["lifted_at"])
    if recusal.lifted_at:
        raise Overtaken
    _require_reason(reason)
    _lift(recusal, reason=reason, by=by)


def _require_may_judge_of(application: Application, person: User, *, reason: str, by: User) -> None:
    require(by, Permission.RECUSAL_SET, at=EVERYWHERE)
    require_not_recused(by, application)
    _require_reason(reason)
    if person == by:
        raise Refusal("Meld dig selv inhabil i stedet: det står øverst på siden.", field="person")
    if not queries.judges().filter(pk=person.pk).exists():
        raise Refusal("Vælg en fra udvalget eller en centerchef.", field="person")


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal("Skriv begrundelsen.", field="reason")


def _recuse(
    application: Application, person: User, origin: Origin, *, reason: str, by: User
) -> Recusal:
    """The row, its line in the trail without the reason, and the notices of the case, which are not theirs any more."""
    recusal = Recusal.objects.create(
        application=application,
        user=person,
        origin=origin,
        reason=reason,
        set_by=by,
        set_at=timezone.now(),
    )
    notices.take_back(person, application.number)
    audit.record("recuse", recusal, by=by, user=person.pk, origin=origin)
    return recusal


def _lift(recusal: Recusal, *, reason: str, by: User) -> None:
    recusal.lifted_by, recusal.lifted_at, recusal.lifted_reason = by, timezone.now(), reason
    recusal.save(update_fields=["lifted_by", "lifted_at", "lifted_reason"])
    audit.record("lift_recusal", recusal, by=by, user=recusal.user_id)
