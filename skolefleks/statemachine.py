"""Where a thing is in its life: the table of its steps, and the only code that writes a status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.core.exceptions import PermissionDenied
from django.db import transaction

from skolefleks import audit
from skolefleks.permissions import may, require
from skolefleks.refusals import NotPossible, Overtaken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skolefleks.models import User
    from skolefleks.permissions import Permission, Where


@dataclass(frozen=True)
class Transition:
    """One step of a life."""

    verb: str
    # What its button says.
    label: str
    sources: tuple[str, ...]
    target: str

    # Without a right nobody can take the step: it follows from an act that was
    # allowed.
    permission: Permission | None

    # Four eyes: the attribute with the id of a person who may not take this step too.
    not_by: str = ""

    def is_own(self, thing: object, user: User) -> bool:
        """Whether `user` is the one who may not take this step too."""
        return bool(self.not_by) and getattr(thing, self.not_by) == user.pk


class StateMachine:
    """All steps of one kind of thing, in one table."""

    def __init__(self, *transitions: Transition) -> None:
        self.transitions = {transition.verb: transition for transition in transitions}

    def __iter__(self) -> Iterator[Transition]:
        return iter(self.transitions.values())

    def step(self, verb: str, status: str) -> Transition:
        """The step `verb` from `status`; raises NotPossible where there is none."""
        transition = self.transitions[verb]
        if status not in transition.sources:
            raise NotPossible
        return transition


class Living(Protocol):
    """A model with a life."""

    LIFECYCLE: ClassVar[StateMachine]
    pk: Any
    status: Any

    @property
    def lies_at(self) -> Where:
        """What its rights are held over."""


@transaction.atomic
def move(thing: Living, verb: str, *, by: User, **payload: object) -> None:
    """Take one step, if the table has it, `by` may, and nobody was faster.

    The audit trail gets a line with `payload`: ids, names of fields, amounts.
    Raises NotPossible, PermissionDenied, Overtaken.
    """
    step = thing.LIFECYCLE.step(verb, thing.status)
    # Such a step is nobody's to take: it follows from another.
    if step.permission is None:
        raise PermissionDenied(verb)
    require(by, step.permission, at=thing.lies_at)
    # Four eyes, whatever right the person has.
    if step.is_own(thing, by):
        raise PermissionDenied(step.permission.value)
    _take(step, thing, by=by, **payload)


@transaction.atomic
def follow(thing: Living, verb: str, *, by: User | None, **payload: object) -> None:
    """Take a step that follows from what `by` did, or the clock, and needs no right of its own.

    Raises NotPossible, Overtaken; PermissionDenied for a step that does need a right.
    """
    step = thing.LIFECYCLE.step(verb, thing.status)
    if step.permission is not None:
        raise PermissionDenied(verb)
    _take(step, thing, by=by, **payload)


def can(thing: Living, verb: str, user: User) -> bool:
    """Whether `user` could take the step `verb` right now: for buttons."""
    step = thing.LIFECYCLE.transitions[verb]
    if step.permission is None or thing.status not in step.sources:
        return False
    if step.is_own(thing, user):
        return False
    return may(user, step.permission, at=thing.lies_at)


def _take(
    step: Transition, thing: Living, *, by: User | None, **payload: object
) -> None:
    # Only from the status that was read: whoever comes second finds no row.
    manager = type(thing)._default_manager  # type: ignore[attr-defined]
    rows = manager.filter(pk=thing.pk, status=thing.status)
    if not rows.update(status=step.target):
        raise Overtaken

    thing.status = step.target
    audit.record(step.verb, thing, by=by, **payload)
