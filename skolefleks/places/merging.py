"""What follows a school into another one: acts of the floors above, named by a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from skolefleks.models import School, User


class Follow(Protocol):
    """Writes the other school on what runs at the first; how many it was."""

    def __call__(self, school: School, *, into: School, by: User) -> int: ...


def let_all_follow(school: School, *, into: School, by: User) -> int:
    """How many things followed."""
    acts = [cast("Follow", import_string(path)) for path in settings.FOLLOWS_SCHOOL]
    return sum(act(school, into=into, by=by) for act in acts)
