"""A person's own views of the queue: a name for what stands in the address.

A view is its owner's alone and holds nothing of a case, so the trail has no line of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import Refusal
from visitation.models import SavedView

if TYPE_CHECKING:
    from skolefleks.models import User

MOST_VIEWS = 12


@transaction.atomic
def save_view(*, name: str, query: str, by: User) -> SavedView:
    """Save `query` under `name`, in place of an earlier view of that name.

    Raises PermissionDenied, and Refusal where the person has MOST_VIEWS others already.
    """
    require(by, Permission.QUEUE_READ, at=EVERYWHERE)

    own_views = SavedView.objects.filter(user=by)
    is_new = not own_views.filter(name=name).exists()
    if is_new and own_views.count() >= MOST_VIEWS:
        raise Refusal(
            f"Du har allerede {MOST_VIEWS} visninger. Fjern en, som du ikke bruger.",
            field="name",
        )

    view, _ = own_views.update_or_create(user=by, name=name, defaults={"query": query})
    return view


def remove_view(view: SavedView) -> None:
    """Delete the view. The caller finds it among the person's own."""
    view.delete()
