"""Giving people their roles and ending them: the two acts that authority comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from skolefleks import audit
from skolefleks.models import Membership, User

if TYPE_CHECKING:
    from skolefleks.models import Role, School


@transaction.atomic
def give_role(
    person: User,
    role: Role,
    *,
    school: School | None = None,
    centre: str = "",
    title: str = "",
    by: User | None = None,
) -> bool:
    """Let `person` hold `role` there from now on; False where they do already. Without `by`: from the command line.

    Raises IntegrityError for a school's role without a school, and for another one with it.
    """
    _lock(person)
    if _held(person, role, school, centre).exists():
        return False
    membership = Membership.objects.create(
        user=person, role=role, school=school, centre=centre, title=title
    )
    audit.record("give_role", membership, by=by, **_named(membership))
    return True


@transaction.atomic
def end_role(
    person: User,
    role: Role,
    *,
    school: School | None = None,
    centre: str = "",
    by: User | None = None,
) -> bool:
    """End the role; False where they do not hold it. Roles are read at each request: it is over at once."""
    _lock(person)
    membership = _held(person, role, school, centre).first()
    if membership is None:
        return False
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    audit.record("end_role", membership, by=by, **_named(membership))
    return True


def _lock(person: User) -> None:
    """One change of a person's roles at a time."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _held(person: User, role: Role, school: School | None, centre: str) -> Any:
    return person.memberships.current().filter(role=role, school=school, centre=centre)


def _named(membership: Membership) -> dict[str, object]:
    place = {"school": membership.school_id, "centre": membership.centre}
    return {"person": membership.user_id, "role": membership.role, **place}
