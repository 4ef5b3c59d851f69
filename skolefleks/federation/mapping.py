"""Which words of the sign-on give which role here: a file that the municipality writes.

    {"claim": "groups", "roles": {
        "leder-baltorp": {"role": "school_leader", "school": "Baltorpskolen"},
        "formand": {"role": "committee_chair", "centre": "C-SIK"}}}

What does not stand there gives nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from skolefleks.models import SCHOOL_ROLES, Role

KEYS = {"role", "school", "centre"}


@dataclass(frozen=True)
class Place:
    """A role, and by name where it is held."""

    role: Role
    school: str = ""
    centre: str = ""


@dataclass(frozen=True)
class RoleMap:
    """What each word gives; nothing at all where no file is named."""

    claim: str = "roles"
    places: dict[str, Place] = field(default_factory=dict)


@cache
def role_map(path: str) -> RoleMap:
    """The map in the file, or an empty one where `path` is ''.

    Raises ImproperlyConfigured for what makes no sense: the site does not start with it.
    """
    if not path:
        return RoleMap()
    try:
        content = json.loads(Path(path).read_text())
    except OSError as error:
        raise ImproperlyConfigured(
            f"ROLE_MAP_FILE: {path} cannot be read ({error.strerror})."
        ) from error
    except ValueError as error:
        raise ImproperlyConfigured(f"ROLE_MAP_FILE: no JSON: {error}.") from error

    if not isinstance(content, dict) or not isinstance(content.get("roles"), dict):
        raise ImproperlyConfigured('ROLE_MAP_FILE: {"claim": ..., "roles": {...}}.')
    places = {}
    for word, line in content["roles"].items():
        places[word] = _place_of(word, line)
    return RoleMap(claim=str(content.get("claim", "roles")), places=places)


def _place_of(word: str, line: Any) -> Place:
    if not isinstance(line, dict) or not set(line) <= KEYS:
        raise ImproperlyConfigured(
            f"ROLE_MAP_FILE: {word}: role, and school or centre, and nothing else."
        )
    if line.get("role") not in Role.values:
        raise ImproperlyConfigured(f"ROLE_MAP_FILE: {word}: no such role.")

    role = Role(line["role"])
    place = Place(role, str(line.get("school", "")), str(line.get("centre", "")))
    if bool(place.school) != (role in SCHOOL_ROLES):
        raise ImproperlyConfigured(
            f"ROLE_MAP_FILE: {word}: a school for a school's role, and for no other."
        )
    if role == Role.CENTRE_CHIEF and not place.centre:
        raise ImproperlyConfigured(f"ROLE_MAP_FILE: {word}: chief of which centre?")
    return place
