"""The second factor: how its secret lies in the database, and what is asked of a passkey.

A passkey is one that its holder unlocks by PIN or finger. The door asks for any
of this site's, before it knows who is there: so it tells nobody who has one.
"""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import UnsupportedAlgorithm
from django.core.exceptions import ValidationError

from skolefleks.encryption import key_ring

CONTEXT = "mfa_authenticator.data"

# Characters of what a passkey answers: about 1,200 when it is made.
ANSWER = 8_000

# What fido2 says of bytes that are no answer: anybody may send some.
NO_ANSWER = (
    ValidationError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    UnsupportedAlgorithm,
    struct.error,
)


class FactorAdapter(DefaultMFAAdapter):
    """allauth keeps secrets in the clear unless it is told otherwise.

    Of a passkey only the public half is here, which is no secret.
    """

    def encrypt(self, text: str) -> str:
        return base64.b64encode(key_ring().seal(text, CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return key_ring().open(base64.b64decode(encrypted_text), CONTEXT)


def question() -> str:
    """What the door asks a passkey, as JSON; the session keeps what it must sign."""
    return json.dumps(auth.begin_authentication(None))


def offer(person: Any) -> str:
    """What a browser needs to make a passkey for the person, as JSON."""
    return json.dumps(auth.begin_registration(person, passwordless=True))


def key_that_answered(person: Any, answer: str) -> Authenticator | None:
    """The person's passkey that signed what this session asked; None for any other answer."""
    try:
        key: Authenticator = auth.complete_authentication(person, json.loads(answer))
    except NO_ANSWER:
        return None
    finally:
        # A question is answered once, well or badly.
        auth.clear_state()
    return key


def read_new_key(answer: str) -> dict[str, Any] | None:
    """The public half of the passkey that was just made; None for any other answer."""
    try:
        credential = auth.parse_registration_response(json.loads(answer))
        auth.complete_registration(credential)
    except NO_ANSWER:
        return None
    finally:
        auth.clear_state()
    # What else was sent beside it is left out.
    return dict(credential)


def keep_key(person: Any, credential: dict[str, Any]) -> Authenticator:
    """The new passkey beside the code and the person's other ones."""
    key: Authenticator = auth.WebAuthn.add(person, "passkey", credential).instance
    return key
