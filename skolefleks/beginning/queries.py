"""Finding the first administrator's link by its secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from skolefleks.encryption import key_ring
from skolefleks.models import FirstLink

if TYPE_CHECKING:
    from django.db.models import QuerySet

# What the keyed digest of a link is made for: no other digest of the site is ever the same.
MARK = "skolefleks.firstlink"


def open_links() -> QuerySet[FirstLink]:
    """Those that nobody has used and that are not too old."""
    return FirstLink.objects.filter(used_at=None, expires_at__gt=timezone.now())


def link_of(secret: str) -> FirstLink | None:
    """The link with that secret, as long as it can be used."""
    return open_links().filter(digest=digest_of(secret)).first()


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return key_ring().digest(secret.encode(), MARK)
