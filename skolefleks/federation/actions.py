"""Roles that the municipality's sign-on gives and takes, beside those that are given here."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from skolefleks import audit
from skolefleks.administration import actions as administration
from skolefleks.administration.rules import LastHolder
from skolefleks.federation.mapping import Place, role_map
from skolefleks.models import Centre, Role, School, User
from skolefleks.notices import mail

if TYPE_CHECKING:
    from skolefleks.models import Membership

SUBJECT = "kommunens login"

NOT_SAID = (
    "Kommunens login sagde ikke, hvilke roller en person har. Ingen roller er ændret."
)
KEPT = (
    "Kommunens login tager en rolle fra den sidste, der har den. Personen har den"
    " endnu: giv den til en anden her, eller ret det i kommunens login."
)
# Seconds between two notices of the same.
TOLD_SECONDS = 24 * 60 * 60

log = logging.getLogger(__name__)


def follow_roles(person: User, words: frozenset[str] | None) -> None:
    """Let the person hold what `words` give, and end what they gave before and do not now.

    Roles that were given here stand apart: nothing of them is given, ended or
    counted. Without a map nothing happens, and without words (None) nothing
    but that administrators are told.
    """
    places = role_map(settings.ROLE_MAP_FILE).places
    if not places:
        return
    if words is None:
        audit.record("roles_not_said", person, by=None)
        _tell("roles_not_said", NOT_SAID, person)
        return
    _change(person, {places[word] for word in words if word in places})


@transaction.atomic
def _change(person: User, places: set[Place]) -> None:
    memberships = person.memberships.open().filter(from_sign_on=True)
    for membership in memberships.select_related("school", "user"):
        if _place_of(membership) not in places:
            _end(membership)

    schools = {school.name: school for school in School.objects.all()}
    centres = set(Centre.objects.open().values_list("key", flat=True))
    for place in places:
        if place.school and place.school not in schools:
            log.warning("sign_on.no_such_school", extra={"school": place.school})
            continue
        if place.centre and place.centre not in centres:
            log.warning("sign_on.no_such_centre", extra={"centre": place.centre})
            continue
        administration.give_role(
            person,
            place.role,
            school=schools.get(place.school),
            centre=place.centre,
            from_sign_on=True,
        )


def _end(membership: Membership) -> None:
    try:
        administration.end_membership(membership, by=None)
    except LastHolder:
        audit.record("role_kept", membership, by=None, role=membership.role)
        _tell("role_kept", KEPT, membership.user)


def _place_of(membership: Membership) -> Place:
    school = ""
    if membership.school:
        school = membership.school.name
    return Place(Role(membership.role), school, membership.centre)


def _tell(what: str, sentence: str, person: User) -> None:
    """A notice to each administrator, once a day: everybody may sign in in the same hour."""
    log.warning("sign_on.roles", extra={"reason": what, "person": person.pk})
    if not cache.add(f"sign_on.told:{what}", 1, TOLD_SECONDS):
        return
    mail.tell(
        User.objects.holding(Role.ADMINISTRATOR),
        number=SUBJECT,
        path=reverse("trail"),
        text=sentence,
        topic="alarm",
    )
