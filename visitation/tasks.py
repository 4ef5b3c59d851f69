"""What happens after the committee has acted: the school's leader gets a mail."""

from __future__ import annotations

from typing import Any

from applications.models import Application
from skolefleks import outbox
from skolefleks.mail import tell
from skolefleks.models import Role, User


@outbox.handles("application.sent_back")
@outbox.handles("decisions.released")
def tell_school(payload: dict[str, Any]) -> None:
    application = Application.objects.only("number", "school_id").get(pk=payload["application"])
    people = User.objects.holding(Role.SCHOOL_LEADER, school=application.school_id)
    tell(people, number=application.number, path=application.get_absolute_url(), text="Udvalget har svaret i sagen")
