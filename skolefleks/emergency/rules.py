"""Who may use the emergency access, and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from skolefleks.models import Role
from skolefleks.refusals import NotPossible

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skolefleks.models import User


# Passkeys beside the code: one in each safe, and one to spare.
MOST_KEYS = 5


def has_access(person: User) -> bool:
    """Whether the door opens for the person at all: by a code or by a passkey."""
    if not person.has_usable_password() or Role.ADMINISTRATOR not in person.roles:
        return False
    factors = Authenticator.objects.filter(user=person)
    return bool(factors.exists())


def code_of(person: User) -> Authenticator | None:
    """The factor that a code is checked by."""
    factors = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP)
    return factors.first()


def keys_of(person: User) -> QuerySet[Authenticator]:
    """The person's passkeys, the oldest first."""
    kind = Authenticator.Type.WEBAUTHN
    keys: QuerySet[Authenticator] = Authenticator.objects.filter(
        user=person, type=kind
    )
    return keys.order_by("pk")


def require_room(person: User) -> None:
    """Raise NotPossible for more passkeys than anybody could look after."""
    if keys_of(person).count() >= MOST_KEYS:
        raise NotPossible(
            f"Der er {MOST_KEYS} passkeys. Lav nødadgangen på ny, hvis de skal skiftes."
        )


def require_of_its_own(person: User) -> None:
    """Raise NotPossible for somebody who comes in by the municipality's sign-on."""
    if SocialAccount.objects.filter(user=person).exists():
        raise NotPossible(
            f"{person.name} kommer ind med kommunens login. Nødadgangen er en bruger for sig."
        )
