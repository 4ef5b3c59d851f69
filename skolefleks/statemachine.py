"""Where a thing is in its life. Only here a status is written: `move` takes a step, `follow` one that follows from it."""

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
    """One step: the verb, what its button says, where from, where to, and the right it takes.

    Without a right (None) it is nobody's to take: it follows from an act that was allowed, and `follow` takes it.
    `not_by` names the attribute with the id of who took part already and may not take this step too: four eyes.
    """

    verb: str
    label: str
    sources: tuple[str, ...]
    target: str
    permission: Permission | None
    not_by: str = ""

    def is_own(self, thing: object, user: User) -> bool:
        """Whether `user` would be looking after themselves."""
        return bool(self.not_by) and getattr(thing, self.not_by) == user.pk


class StateMachine:
    """All steps of one kind of thing, in one table."""

    def __init__(self, *transitions: Transition) -> None:
        self.transitions = {transition.verb: transition for transition in transitions}

    def __iter__(self) -> Iterator[Transition]:
        return iter(self.transitions.values())

    def step(self, verb: str, status: str) -> Transition:
        """The step `verb` from `status`; raises NotPossible when there is none."""
        transition = self.transitions[verb]
        if status not in transition.sources:
            raise NotPossible
        return transition


class Living(Protocol):
    """A model with a life: a status, the table of its steps, and the place its rights are held over."""

    LIFECYCLE: ClassVar[StateMachine]
    pk: Any
    status: Any

    @property
    def lies_at(self) -> Where:
        """What its rights are held over."""


@transaction.atomic
def move(thing: Living, verb: str, *, by: User, **payload: object) -> None:
    """Take one step, if the table has it, `by` may, and nobody was faster; the audit trail gets its line.

    Raises NotPossible, PermissionDenied, Overtaken. `payload` goes to the audit trail: ids, names of fields, amounts.
    """
    step = thing.LIFECYCLE.step(verb, thing.status)
    if step.permission is None:
        raise PermissionDenied(verb)
    require(by, step.permission, at=thing.lies_at)
    if step.is_own(thing, by):
        raise PermissionDenied(step.permission.value)
    _take(step, thing, by=by, **payload)


@transaction.atomic
def follow(thing: Living, verb: str, *, by: User, **payload: object) -> None:
    """Take a step without a right of its own, which follows from what `by` did and was allowed to do then.

    Raises NotPossible, Overtaken; PermissionDenied for a step that takes a right.
    """
    step = thing.LIFECYCLE.step(verb, thing.status)
    if step.permission is not None:
        raise PermissionDenied(verb)
    _take(step, thing, by=by, **payload)


def can(thing: Living, verb: str, user: User) -> bool:
    """Whether `user` would be let through the step `verb` right now: for buttons."""
    step = thing.LIFECYCLE.transitions[verb]
    if step.permission is None or thing.status not in step.sources:
        return False
    return may(user, step.permission, at=thing.lies_at) and not step.is_own(thing, user)


def _take(step: Transition, thing: Living, *, by: User, **payload: object) -> None:
    rows = type(thing)._default_manager.filter(pk=thing.pk, status=thing.status)  # type: ignore[attr-defined]
    if not rows.update(status=step.target):
        raise Overtaken
    thing.status = step.target
    audit.record(step.verb, thing, by=by, **payload)
