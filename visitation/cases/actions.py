"""Asking the school for what is missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.models.copies import write_copy
from applications.writing import actions as writing
from skolefleks import outbox
from skolefleks.refusals import NotPossible
from skolefleks.statemachine import move
from visitation.models import Decision
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from applications.models import Application
    from skolefleks.models import User


@transaction.atomic
def send_back(
    application: Application,
    *,
    note: str,
    asks: Mapping[str, str] | None = None,
    by: User,
) -> None:
    """Ask the school for what is missing, in all and at the places of its application.

    `asks` are questions by place, as `applications.fields.asking` names places.
    Raises PermissionDenied, Recused, Overtaken, and NotPossible also where a
    pupil is decided.
    """
    writing.lock(application)
    recusals.require_not_recused(by, application)

    # What is decided must not be written anew: the decision would be about
    # another text.
    decisions = Decision.objects.settled().filter(pupil_case__application=application)
    if decisions.exists():
        raise NotPossible(
            "Der er truffet afgørelse om mindst én elev."
            " Fortryd afgørelsen, før I beder om oplysninger."
        )

    move(application, "send_back", by=by)
    application.sent_back_note = note
    application.sent_back_asks = json.dumps(dict(asks or {}), ensure_ascii=False)
    # From now on the school writes, and the committee is shown what it was given.
    application.sent_back_copy = write_copy(application)
    now = timezone.now()
    application.sent_back_at = now
    application.updated_at = now
    application.save(
        update_fields=[
            "sent_back_note",
            "sent_back_asks",
            "sent_back_copy",
            "sent_back_at",
            "updated_at",
        ]
    )
    outbox.post("application.sent_back", application=str(application.pk))
