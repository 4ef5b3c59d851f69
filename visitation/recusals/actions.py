"""Who may not judge a case (inhabil): declared, set, settled and lifted.

Each act here, and each act of the committee, locks the case's row: a recusal
comes before an act or after it, never between. Each act of the committee calls
`require_not_recused`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.models import Application, Recusal
from applications.reading import ties
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
    """Lock the case's row, and raise Recused where the person is disqualified.

    Raises PermissionDenied where they are not of the committee.
    """
    require(user, Permission.QUEUE_READ, at=EVERYWHERE)
    # The lock before the question: a recusal that is being set now is waited for.
    writing.lock(application)
    reviewable = Application.objects.reviewable_by(user)
    if not reviewable.filter(pk=application.pk).exists():
        raise rules.Recused


@transaction.atomic
def declare(application: Application, *, by: User, reason: str = "") -> Recusal:
    """Declare oneself disqualified, without having seen the case.

    Raises PermissionDenied, and Recused where one is already.
    """
    require_not_recused(by, application)
    return _recuse(application, by, Origin.DECLARED, reason=reason, by=by)


@transaction.atomic
def set_recusal(
    application: Application, person: User, *, reason: str, by: User
) -> Recusal:
    """Close the case to somebody else who would judge it.

    Raises PermissionDenied, Recused for whoever acts, and Refusal where it is
    closed to the person already.
    """
    _require_may_settle(application, person, reason=reason, by=by)
    if ties.disqualifications(application, [person]):
        raise Refusal(f"{person} er allerede inhabil i sagen.", field="person")
    return _recuse(application, person, Origin.CHAIR, reason=reason, by=by)


@transaction.atomic
def settle(
    application: Application,
    person: User,
    *,
    is_disqualified: bool,
    reason: str,
    by: User,
) -> Recusal:
    """Write down what the committee settled without the person.

    It takes the place of what was declared or set before. Raises
    PermissionDenied, Recused for whoever acts, and Refusal where the system
    itself finds a tie: nobody can settle that away.
    """
    _require_may_settle(application, person, reason=reason, by=by)
    own_ties = ties.ties_of(application, [person])
    if person.pk in own_ties:
        raise Refusal(
            f"{person} er inhabil, og det kan ikke ændres her: {own_ties[person.pk]}.",
            field="person",
        )

    # What stood before is lifted and not overwritten: both stay readable.
    earlier = Recusal.objects.filter(
        application=application, user=person, lifted_at__isnull=True
    )
    for recusal in earlier:
        _lift(recusal, reason=REPLACED, by=by)

    # "Not disqualified" is a recusal that is lifted at once: both stand in the trail.
    settled = _recuse(application, person, Origin.COMMITTEE, reason=reason, by=by)
    if not is_disqualified:
        _lift(settled, reason=reason, by=by)
    return settled


@transaction.atomic
def lift_recusal(recusal: Recusal, *, reason: str, by: User) -> None:
    """Open the case to somebody again.

    Raises PermissionDenied, Overtaken where it is lifted already, and Recused
    for whoever is disqualified: nobody opens a case to themselves.
    """
    require(by, Permission.RECUSAL_SET, at=EVERYWHERE)
    require_not_recused(by, recusal.application)
    # Read after the lock: somebody may have lifted it while this waited.
    recusal.refresh_from_db(fields=["lifted_at"])
    if recusal.lifted_at:
        raise Overtaken
    rules.require_reason(reason)
    _lift(recusal, reason=reason, by=by)


def _require_may_settle(
    application: Application, person: User, *, reason: str, by: User
) -> None:
    require(by, Permission.RECUSAL_SET, at=EVERYWHERE)
    # First: who is disqualified learns nothing of who else is.
    require_not_recused(by, application)
    rules.require_reason(reason)
    rules.require_another(person, by=by)
    if not queries.judges().filter(pk=person.pk).exists():
        raise Refusal("Vælg en fra udvalget eller en centerchef.", field="person")


def _recuse(
    application: Application,
    person: User,
    origin: Origin,
    *,
    reason: str,
    by: User,
) -> Recusal:
    """Write the recusal, and take back the notices of a case that is closed to the person now.

    The trail does not tell the reason: whoever reads the trail is not the chair.
    """
    recusal = Recusal.objects.create(
        application=application,
        user=person,
        origin=origin,
        reason=reason,
        set_by=by,
        set_at=timezone.now(),
    )
    # They tell where the case is and that something happened in it.
    notices.take_back(person, application.number)
    audit.record("recuse", recusal, by=by, user=person.pk, origin=origin)
    return recusal


def _lift(recusal: Recusal, *, reason: str, by: User) -> None:
    recusal.lifted_by = by
    recusal.lifted_at = timezone.now()
    recusal.lifted_reason = reason
    recusal.save(update_fields=["lifted_by", "lifted_at", "lifted_reason"])
    audit.record("lift_recusal", recusal, by=by, user=recusal.user_id)
