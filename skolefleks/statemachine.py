"""Lifecycles: tables of the steps between statuses, and the only code that writes a status."""

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
    """One step of a lifecycle, from one of the statuses `sources` to `target`."""

    verb: str
    # What its button says.
    label: str
    sources: tuple[str, ...]
    target: str

    # The right that it takes. None: it is no act of its own, but follows from one (`follow`).
    permission: Permission | None

    # The attribute of the thing that holds the id of a person who took an earlier step, and must
    # leave this one to somebody else; empty where anybody with the right may take it.
    not_by: str = ""

    def needs_somebody_else(self, thing: object, user: User) -> bool:
        """Whether `user` must leave this step to another person (four eyes)."""
        return bool(self.not_by) and getattr(thing, self.not_by) == user.pk


class StateMachine:
    """All steps that things of one kind can take, by verb."""

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
    """A model whose status follows a lifecycle."""

    LIFECYCLE: ClassVar[StateMachine]
    pk: Any
    status: Any

    @property
    def lies_at(self) -> Where:
        """Where a right over it must be held: at a place, or EVERYWHERE."""


@transaction.atomic
def move(thing: Living, verb: str, *, by: User, **payload: object) -> None:
    """Take the step `verb`, for which `by` must hold the right.

    The audit trail gets a line with `payload`: ids, names of fields, amounts. Raises NotPossible
    where the status allows no such step, PermissionDenied, and Overtaken where somebody else has
    changed the status since it was read.
    """
    step = thing.LIFECYCLE.step(verb, thing.status)
    # A step without a right is only taken by `follow`.
    if step.permission is None:
        raise PermissionDenied(verb)
    require(by, step.permission, at=thing.lies_at)
    if step.needs_somebody_else(thing, by):
        raise PermissionDenied(step.permission.value)
    _take(step, thing, by=by, **payload)


@transaction.atomic
def follow(thing: Living, verb: str, *, by: User | None, **payload: object) -> None:
    """Take a step that follows from another act and needs no right of its own.

    `by` is who acted, or None where a task did. Raises NotPossible, Overtaken;
    PermissionDenied for a step that does need a right.
    """
    step = thing.LIFECYCLE.step(verb, thing.status)
    if step.permission is not None:
        raise PermissionDenied(verb)
    _take(step, thing, by=by, **payload)


def can(thing: Living, verb: str, user: User) -> bool:
    """Whether `user` could take the step `verb` right now: whether a page shows its button."""
    step = thing.LIFECYCLE.transitions[verb]
    if step.permission is None or thing.status not in step.sources:
        return False
    if step.needs_somebody_else(thing, user):
        return False
    return may(user, step.permission, at=thing.lies_at)


def _take(
    step: Transition, thing: Living, *, by: User | None, **payload: object
) -> None:
    # Only while the status is still the one that was read: of two at once, one finds no row.
    manager = type(thing)._default_manager  # type: ignore[attr-defined]
    rows = manager.filter(pk=thing.pk, status=thing.status)
    if not rows.update(status=step.target):
        raise Overtaken

    thing.status = step.target
    audit.record(step.verb, thing, by=by, **payload)
