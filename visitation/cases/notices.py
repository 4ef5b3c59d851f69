"""The school is told that the committee has done something in its case, and not what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.models import Application
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell

if TYPE_CHECKING:
    from uuid import UUID


def tell_school_of_answer(application_id: UUID) -> None:
    """The school's leaders, once the case was sent back or decisions in it were released."""
    application = Application.objects.get(pk=application_id)
    tell(
        User.objects.holding(Role.SCHOOL_LEADER, school=application.school_id),
        number=application.number,
        path=application.get_absolute_url(),
        text="Udvalget har svaret i sagen",
    )
