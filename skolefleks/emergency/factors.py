"""How the second factor's secret lies in the database: encrypted, as all that opens something."""

from __future__ import annotations

import base64

from allauth.mfa.adapter import DefaultMFAAdapter

from skolefleks.encryption import key_ring

CONTEXT = "mfa_authenticator.data"


class FactorAdapter(DefaultMFAAdapter):
    """allauth keeps secrets in the clear unless it is told otherwise."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(key_ring().seal(text, CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return key_ring().open(base64.b64decode(encrypted_text), CONTEXT)
