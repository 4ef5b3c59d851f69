"""What happens to a sign-in, and ending it everywhere.

Each is a line of the trail, of the access log, where a spot check looks, and of the log.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import timezone

from skolefleks import audit
from skolefleks.models import AccessEntry, Session, User
from skolefleks.permissions import EVERYWHERE, Permission, require

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = AccessEntry.Kind

log = logging.getLogger(__name__)


def note_sign_in(person: User) -> None:
    """Somebody came in."""
    _note("sign_in", Kind.SIGN_IN, person, by=person)


def note_sign_out(person: User) -> None:
    """Somebody left by the button."""
    _note("sign_out", Kind.SIGN_OUT, person, by=person)


def note_failure(email: str) -> None:
    """Somebody was not let in. What they typed is kept nowhere: it may be a password."""
    _note("sign_in_failed", Kind.REFUSED, _known_as(email), by=None)


def note_refusal(person: User | None, *, reason: str) -> None:
    """Whoever the sign-on sent was not let in; None where nobody here is meant."""
    _note("sign_in_failed", Kind.REFUSED, person or User(pk=0), by=None, reason=reason)


def note_emergency(person: User) -> None:
    """Somebody came in past the municipality's sign-on."""
    _note("break_glass", Kind.EMERGENCY, person, by=person)


def note_lock_out(email: str) -> None:
    """Somebody tried too often, and is not let in for a while."""
    _note("sign_in_locked", Kind.LOCKED, _known_as(email), by=None)


@transaction.atomic
def end_sessions(person: User, *, by: User) -> int:
    """Sign `person` out in every browser, at once; returns how many there were.

    Everybody may for themselves. Raises PermissionDenied for another without
    SESSION_END.
    """
    if person.pk != by.pk:
        require(by, Permission.SESSION_END, at=EVERYWHERE)
    return close_sessions(person, by=by)


@transaction.atomic
def close_sessions(person: User, *, by: User | None) -> int:
    """Sign `person` out everywhere, as part of an act that may; returns how many there were."""
    count, _ = Session.objects.filter(user_id=person.pk).delete()
    if not count:
        return 0
    audit.record("end_sessions", person, by=by, count=count)
    # Whose they were; who ended them stands in the trail.
    audit.log_access(Kind.ENDED, "", by=person)
    log.info("sign_in.ended", extra={"person": person.pk, "count": count})
    return count


def forget_identities(person: User) -> int:
    """Untie the sign-on's identities from the person; returns how many there were."""
    identities = SocialAccount.objects.filter(user=person)
    count = int(identities.count())
    identities.delete()
    forget_addresses(person)
    return count


def forget_addresses(person: User) -> None:
    """Forget the addresses that the sign-on has said are theirs: `User.email` alone counts."""
    EmailAddress.objects.filter(user=person).delete()


def people_signed_in() -> Any:
    """The ids of all who have a session that is not over, as a query."""
    return _living().values("user_id")


def sessions_of(people: Iterable[User]) -> dict[int, int]:
    """How many browsers each of `people` is signed in with."""
    counts: dict[int, int] = {}
    ids = [person.pk for person in people]
    for user_id in _living().filter(user_id__in=ids).values_list("user_id", flat=True):
        counts[user_id] = counts.get(user_id, 0) + 1
    return counts


def _living() -> Any:
    return Session.objects.filter(
        user_id__isnull=False, expire_date__gt=timezone.now()
    )


def _known_as(email: str) -> User:
    """The person with that address; one without a number where nobody here has it."""
    address = email.strip().lower()
    person = User.objects.filter(email=address).first()
    return person or User(pk=0)


def _note(
    verb: str, kind: Kind, person: User, *, by: User | None, **why: object
) -> None:
    audit.record(verb, person, by=by, **why)
    audit.log_access(kind, "", by=person)
    log.info("sign_in.event", extra={"verb": verb, "person": person.pk})
