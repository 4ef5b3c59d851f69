"""What the pages of the dialogue read beside what all readers of a case are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.models import Statement

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.models import User


def draft_statement(application: Application, user: User) -> Statement | None:
    """The statement on the case that `user` has begun and not signed; there is one at most."""
    unsigned = Statement.objects.filter(signed_at__isnull=True)
    return unsigned.filter(application=application, written_by=user).first()
