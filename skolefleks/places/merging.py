"""What follows a school into another one: the floors above register what they keep by school."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from skolefleks.models import School, User


class Follow(Protocol):
    """Writes the other school on what runs at the first; how many it was."""

    def __call__(self, school: School, *, into: School, by: User) -> int: ...


_follows: list[Follow] = []


def follows(act: Follow) -> Follow:
    """Register an act that lets one kind of thing follow."""
    _follows.append(act)
    return act


def let_all_follow(school: School, *, into: School, by: User) -> int:
    """How many things followed."""
    return sum(act(school, into=into, by=by) for act in _follows)
