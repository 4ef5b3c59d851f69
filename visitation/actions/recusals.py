"""Who may not judge a case (inhabil), asked again inside each act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.models import Application
from skolefleks.permissions import Permission, require
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from skolefleks.models import User


class Recused(Refusal):
    """The person is disqualified (inhabil) in this case."""

    message = "Du er inhabil i denne sag og kan hverken læse udvalgets side af den eller afgøre den."


def require_not_recused(user: User, application: Application) -> None:
    """Raises Recused where `user` is disqualified, PermissionDenied where they are not of the committee at all."""
    require(user, Permission.QUEUE_READ)
    if not Application.objects.reviewable_by(user).filter(pk=application.pk).exists():
        raise Recused
