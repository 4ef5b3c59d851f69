"""A passkey in memory: what a browser answers when somebody has touched it."""

from __future__ import annotations

import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

SITE = "testserver"
FLAG = AuthenticatorData.FLAG
UNLOCKED = FLAG.UP | FLAG.UV


class SoftKey:
    """One passkey; `flags` without UV are of one that nobody has unlocked."""

    def __init__(self, *, site: str = SITE, flags: FLAG = UNLOCKED) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.site, self.flags = site, flags

    def make(self, options: str) -> str:
        """The answer to what the page of passkeys offers."""
        public = ES256.from_cryptography_key(self.private.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        where = sha256(self.site.encode())
        data = AuthenticatorData.create(where, self.flags | FLAG.AT, 0, credential)
        made = AttestationObject.create("none", data, {})
        client = self._client(CollectedClientData.TYPE.CREATE, options)
        return self._answer(client, attestationObject=made)

    def sign(self, options: str) -> str:
        """The answer to what the door asks."""
        data = AuthenticatorData.create(sha256(self.site.encode()), self.flags, 0)
        client = self._client(CollectedClientData.TYPE.GET, options)
        signature = self.private.sign(data + client.hash, ec.ECDSA(SHA256()))
        return self._answer(client, authenticatorData=data, signature=signature)

    def _client(self, kind: Any, options: str) -> CollectedClientData:
        challenge = json.loads(options)["publicKey"]["challenge"]
        return CollectedClientData.create(kind, challenge, f"https://{self.site}")

    def _answer(self, client: CollectedClientData, **parts: bytes) -> str:
        response = {name: websafe_encode(part) for name, part in parts.items()}
        response["clientDataJSON"] = websafe_encode(client)
        name = websafe_encode(self.id)
        answer = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(answer)
