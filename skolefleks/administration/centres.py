"""What people's roles ask of the centres: whether one is open, and still needs its chief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.models import Centre
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skolefleks.models import Membership


def require_open(centre: str) -> None:
    """Raise Refusal unless the centre is there and open; '' is none.

    Held: one that is closed at this moment ends the role, or has none.
    """
    if not centre:
        return
    rows = Centre.objects.open().select_for_update(no_key=True).filter(pk=centre)
    if not rows:
        raise Refusal(
            f"{centre} er ikke et center, eller det er lukket.", field="centre"
        )


def without_closed(memberships: Iterable[Membership]) -> list[Membership]:
    """Those whose centre is none, or open: a closed one owns no money, and needs no chief."""
    rows = list(memberships)
    if not any(row.centre for row in rows):
        return rows
    closed = Centre.objects.filter(closed_on__isnull=False)
    keys = set(closed.values_list("key", flat=True))
    return [row for row in rows if row.centre not in keys]
