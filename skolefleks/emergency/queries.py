"""What administrators see of the emergency access on their first page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from skolefleks.models import AccessEntry

SHOWN_DAYS = 30


def times_used() -> list[datetime]:
    """When it was used in the last 30 days, the latest first."""
    since = timezone.now() - timedelta(days=SHOWN_DAYS)
    uses = AccessEntry.objects.filter(
        kind=AccessEntry.Kind.EMERGENCY, subject="", at__gte=since
    )
    return list(uses.order_by("-id").values_list("at", flat=True)[:10])
