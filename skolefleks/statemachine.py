"""Where a thing is in its life. `move` is the only line that writes a status."""

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
    from skolefleks.permissions import Permission


@dataclass(frozen=True)
class Transition:
    """One step: the verb, what its button says, where from, where to, and the right it takes.

    `not_by` names the attribute with the id of who took part already and may not take this step too: four eyes.
    """

    verb: str
    label: str
    sources: tuple[str, ...]
    target: str
    permission: Permission
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
    def school_id(self) -> int: ...

    def has_invited(self, user: User) -> bool: ...


@transaction.atomic
def move(thing: Living, verb: str, *, by: User, **payload: object) -> None:
    """Take one step, if the table has it, `by` may, and nobody was faster; the audit trail gets its line.

    Raises NotPossible, PermissionDenied, Overtaken. `payload` goes to the audit trail: ids, names of fields, amounts.
    """
    step = thing.LIFECYCLE.step(verb, thing.status)
    require(by, step.permission, thing)
    if step.is_own(thing, by):
        raise PermissionDenied(step.permission.value)
    rows = type(thing)._default_manager.filter(pk=thing.pk, status=thing.status)  # type: ignore[attr-defined]
    if not rows.update(status=step.target):
        raise Overtaken
    thing.status = step.target
    audit.record(verb, thing, by=by, **payload)


def can(thing: Living, verb: str, user: User) -> bool:
    """Whether `user` would be let through the step `verb` right now: for buttons."""
    step = thing.LIFECYCLE.transitions[verb]
    return thing.status in step.sources and may(user, step.permission, thing) and not step.is_own(thing, user)
