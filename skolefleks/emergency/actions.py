"""The emergency access: an administrator of its own, for when the municipality's sign-on is away.

It is made and taken away at the command line, and each use alarms all administrators.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction
from django.urls import reverse

from skolefleks import audit
from skolefleks.administration import actions as administration
from skolefleks.emergency import factors, rules
from skolefleks.models import Role, User
from skolefleks.notices import mail
from skolefleks.refusals import NotPossible
from skolefleks.signin import actions as signin

if TYPE_CHECKING:
    from skolefleks.models import Membership

NAME = "Nødadgang"
SUBJECT = "nødadgang"
SENTENCE = (
    "Nødadgangen er brugt: nogen er logget ind uden om kommunens login."
    " Ved du ikke hvem, så luk den, og se adgangsloggen."
)
NEW_KEY = "Nødadgangen har fået en passkey mere. Ved du ikke hvorfor, så luk den."
NO_KEY = "Der kom ingen passkey fra din browser. Prøv igen."
# Random bytes of a password that nobody chooses: 24 letters.
PASSWORD_BYTES = 18


class Keys(NamedTuple):
    """What is said once, and never again."""

    password: str
    secret: str

    def address(self, email: str) -> str:
        """What an authenticator app reads."""
        label = quote(f"SkoleFleks:{email}")
        return f"otpauth://totp/{label}?secret={self.secret}&issuer=SkoleFleks"


@transaction.atomic
def make(email: str, *, by: User | None) -> Keys:
    """Make the access, or give the one that is there other keys.

    Without `by` there is no administrator yet. Raises NotPossible for an
    address whose person comes in by the sign-on, and as `give_role`.
    """
    email = email.strip().lower()
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email, NAME)
    rules.require_of_its_own(person)

    administration.give_role(person, Role.ADMINISTRATOR, by=by, tells=False)
    signin.close_sessions(person, by=by)
    keys = Keys(secrets.token_urlsafe(PASSWORD_BYTES), generate_totp_secret())
    person.set_password(keys.password)
    person.save(update_fields=["password"])
    Authenticator.objects.filter(user=person).delete()
    TOTP.activate(person, keys.secret)
    audit.record("make_emergency", person, by=by)
    return keys


@transaction.atomic
def take_away(email: str, *, by: User | None) -> bool:
    """Close the access: no password, no factor, no role, no session; False where there is none."""
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None or not Authenticator.objects.filter(user=person).exists():
        return False

    for membership in _roles(person):
        administration.end_membership(membership, by=by)
    Authenticator.objects.filter(user=person).delete()
    person.set_unusable_password()
    person.save(update_fields=["password"])
    signin.close_sessions(person, by=by)
    audit.record("end_emergency", person, by=by)
    return True


@transaction.atomic
def add_key(*, answer: str, by: User) -> Authenticator:
    """Let a passkey open the door too, and tell every administrator.

    For whoever came in by the door, and for themselves only. Raises NotPossible
    for what is no passkey, and for one too many.
    """
    rules.require_room(by)
    credential = factors.read_new_key(answer)
    if credential is None:
        raise NotPossible(NO_KEY)
    key = factors.keep_key(by, credential)
    audit.record("add_emergency_key", by, by=by, key=key.pk)
    _alarm(NEW_KEY)
    return key


@transaction.atomic
def note_use(person: User) -> None:
    """Lines of the trail and of the access log, and an alarm to every administrator at once."""
    signin.note_emergency(person)
    _alarm(SENTENCE)


def _alarm(text: str) -> None:
    mail.tell(
        User.objects.holding(Role.ADMINISTRATOR),
        number=SUBJECT,
        path=reverse("access_log"),
        text=text,
        topic="alarm",
        at_once=True,
    )


def _roles(person: User) -> list[Membership]:
    return list(person.memberships.open().select_related("user"))
