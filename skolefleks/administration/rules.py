"""What holds of people and their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.models import KEPT_ROLES, SCHOOL_ROLES, Membership, Role
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.models import School, User


class OwnRoles(Refusal):
    """Somebody would change what they themselves may do."""

    message = (
        "Du kan ikke ændre din egen adgang. Bed en anden systemadministrator om det."
    )


class LastHolder(Refusal):
    """Nobody would hold a role that must be held."""


def require_another(person: User, by: User | None) -> None:
    """Raise OwnRoles where `by` would change their own access."""
    if by is not None and by.pk == person.pk:
        raise OwnRoles


def require_place(role: Role, school: School | None, centre: str) -> None:
    """Raise Refusal unless the role is held where such a role is held."""
    if role in SCHOOL_ROLES and school is None:
        raise Refusal("Vælg skolen: rollen gælder kun på én skole.", field="school")
    if role not in SCHOOL_ROLES and school is not None:
        raise Refusal(
            "Rollen hører ikke til en skole. Lad skolen være tom.", field="school"
        )
    if role == Role.CENTRE_CHIEF and not centre:
        raise Refusal("Vælg det center, personen er chef for.", field="centre")


def require_days(starts_on: date | None, ends_on: date | None, today: date) -> None:
    """Raise Refusal where a role's days are in no order, or over already."""
    if starts_on and ends_on and ends_on < starts_on:
        raise Refusal("Den sidste dag ligger før den første.", field="ends_on")
    if ends_on and ends_on < today:
        raise Refusal("Den sidste dag er allerede forbi.", field="ends_on")


def require_stand_in(
    person: User, stands_in_for: User | None, ends_on: date | None
) -> None:
    """Raise Refusal where somebody stands in for themselves, or for ever."""
    if stands_in_for is None:
        return
    if stands_in_for.pk == person.pk:
        raise Refusal("Ingen er vikar for sig selv.", field="stands_in_for")
    if ends_on is None:
        raise Refusal("Skriv vikarens sidste dag.", field="ends_on")


def require_colleague(person: User, to: User) -> None:
    """Raise Refusal unless `to` does what the person does, or did, at the same place."""
    if to.pk == person.pk:
        raise Refusal("Vælg en anden end personen selv.", field="to")
    earlier = {(role.role, role.school_id) for role in person.memberships.all()}
    current = {(role.role, role.school_id) for role in to.current_memberships}
    if not earlier & current:
        raise Refusal(f"{to.name} har ikke samme rolle som {person.name}.", field="to")


def counts_as_holder(membership: Membership) -> bool:
    """Whether it counts among the holders of a role that must be held."""
    return membership.role in KEPT_ROLES and membership.ends_on is None


def words_of_last_holder(membership: Membership) -> str:
    """Why a role is not ended, and what to do first."""
    if membership.role == Role.CENTRE_CHIEF:
        sentence = f"{membership.centre} skal have mindst én centerchef."
    elif membership.role == Role.COMMITTEE_CHAIR:
        sentence = "Kvalitetsudvalget skal have mindst én formand."
    else:
        sentence = "SkoleFleks skal have mindst én systemadministrator."
    return f"{sentence} Giv først rollen til en anden, uden slutdato."
