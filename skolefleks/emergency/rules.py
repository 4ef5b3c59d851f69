"""Who may use the emergency access, and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from skolefleks.models import Role
from skolefleks.refusals import NotPossible

if TYPE_CHECKING:
    from skolefleks.models import User


def factor_of(person: User) -> Authenticator | None:
    """The second factor; None for whoever has no emergency access."""
    factors = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP)
    if not person.has_usable_password() or Role.ADMINISTRATOR not in person.roles:
        return None
    return factors.first()


def require_of_its_own(person: User) -> None:
    """Raise NotPossible for somebody who comes in by the municipality's sign-on."""
    if SocialAccount.objects.filter(user=person).exists():
        raise NotPossible(
            f"{person.name} kommer ind med kommunens login. Nødadgangen er en bruger for sig."
        )
