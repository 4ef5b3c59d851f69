"""The demo's people: opdigtede, each with one password and their roles."""

from __future__ import annotations

from typing import Any

from skolefleks.administration import actions as administration
from skolefleks.development.demo import PASSWORD
from skolefleks.models import Role, School, User
from skolefleks.profile import actions as profile
from visitation.caseload.scene import read_data


def make_people() -> dict[str, User]:
    """Everybody by their address."""
    people = {}
    for person in read_data("people"):
        user = User.objects.create_user(person["email"], person["name"], PASSWORD)
        for membership in person["held"]:
            _give_role(user, membership)
        people[user.email] = user
    return people


def fill_in_the_profile(people: dict[str, User]) -> None:
    """The demo is a municipality that there is, by its profile alone."""
    profile.change_profile(read_data("municipality"), by=people["admin@demo.example"])


def _give_role(user: User, membership: dict[str, Any]) -> None:
    # A member of the committee works at a centre, or at no place at all.
    school = None
    if "school" in membership:
        school = School.objects.get(name=membership["school"])

    administration.give_role(
        user,
        Role(membership["role"]),
        school=school,
        centre=membership.get("centre", ""),
        title=membership.get("title", ""),
    )
