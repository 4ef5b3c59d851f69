"""What happens after an application has moved: the one who must act now gets a mail."""

from __future__ import annotations

from typing import Any

from applications.models import Application
from skolefleks import outbox
from skolefleks.mail import tell
from skolefleks.models import Role, User


@outbox.handles("application.submitted")
@outbox.handles("application.withdrawn")
def tell_committee(payload: dict[str, Any]) -> None:
    application = Application.objects.only("number").get(pk=payload["application"])
    people = User.objects.holding(Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY)
    tell(people, number=application.number, path=application.get_absolute_url())


@outbox.handles("application.invited")
def tell_adviser(payload: dict[str, Any]) -> None:
    application = Application.objects.only("number").get(pk=payload["application"])
    people = User.objects.filter(pk=payload["adviser"], is_active=True)
    tell(people, number=application.number, path=application.get_absolute_url())
