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
    """Let `person` hold `role` there from now on; False where they do already.

    Without `by` it comes from the command line. Raises IntegrityError for a
    school's role without a school, and for another one with it.
    """
    # Two who give the same role at once would else both find that nobody holds it.
    _lock(person)
    if _memberships(person, role, school, centre).exists():
        return False
    membership = Membership.objects.create(
        user=person, role=role, school=school, centre=centre, title=title
    )
    audit.record("give_role", membership, by=by, **_payload(membership))
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
    """End the role; False where they do not hold it.

    It is over at once, since roles are read anew at each request.
    """
    _lock(person)
    membership = _memberships(person, role, school, centre).first()
    if membership is None:
        return False

    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    audit.record("end_role", membership, by=by, **_payload(membership))
    return True


def _lock(person: User) -> None:
    """One change of a person's roles at a time.

    `no_key`: a row that refers to the person may be written meanwhile.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _memberships(person: User, role: Role, school: School | None, centre: str) -> Any:
    return person.memberships.current().filter(role=role, school=school, centre=centre)


def _payload(membership: Membership) -> dict[str, object]:
    return {
        "person": membership.user_id,
        "role": membership.role,
        "school": membership.school_id,
        "centre": membership.centre,
    }
