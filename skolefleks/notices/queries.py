"""One's own notices, and those that no mail has told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.models import Notice

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skolefleks.models import User


def notices_of(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(user=user)


def not_mailed() -> QuerySet[Notice]:
    """Those that the daily mail is about: neither read on the page nor mailed."""
    return Notice.objects.filter(read_at__isnull=True, mailed_at__isnull=True)
