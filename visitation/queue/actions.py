"""A person's own views of the queue: a name for what stands in the address. Nobody else's, and nothing of a case."""

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
def save_view(name: str, query: str, *, by: User) -> SavedView:
    """Keep `query` under `name`, in place of an earlier one of that name. Raises Refusal where there are too many."""
    require(by, Permission.QUEUE_READ, at=EVERYWHERE)
    own = SavedView.objects.filter(user=by)
    if not own.filter(name=name).exists() and own.count() >= MOST_VIEWS:
        raise Refusal(
            f"Du har allerede {MOST_VIEWS} visninger. Fjern en, som du ikke bruger.", field="name"
        )
    view, _ = own.update_or_create(user=by, name=name, defaults={"query": query})
    return view


def remove_view(view: SavedView) -> None:
    """Take it away; it was its owner's alone."""
    view.delete()
