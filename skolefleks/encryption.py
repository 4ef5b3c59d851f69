"""Text that lies encrypted in the database, bound to its row and field, and the blind index a CPR number is found by.

AES-256-GCM. Stored as: one byte length of the key id, the key id, 12 bytes nonce, the ciphertext. The associated data
is `table.column.primary key`, so that a value moved to another row or field does not open.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from psycopg import Binary

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


NONCE_BYTES = 12


@dataclass(frozen=True)
class KeyRing:
    """The keys by id: `current` encrypts, all of them decrypt, `index` is for the blind index alone."""

    current: str
    keys: dict[str, bytes]
    index: bytes

    @classmethod
    def from_file(cls, path: Path) -> KeyRing:
        """Read `{"current": id, "keys": {id: base64 of 32 bytes}, "index": base64 of 32 bytes}`.

        Raises ValueError for a ring that could not encrypt: rather now than at the first child's name.
        """
        content = json.loads(path.read_text())
        keys = {name: base64.b64decode(key) for name, key in content["keys"].items()}
        index = base64.b64decode(content["index"])
        if content["current"] not in keys or any(len(key) != 32 for key in [*keys.values(), index]):
            raise ValueError("The key ring needs its current key, and 32 bytes in each.")
        return cls(content["current"], keys, index)

    def seal(self, text: str, context: str) -> bytes:
        return self.seal_bytes(text.encode(), context)

    def open(self, sealed: bytes, context: str) -> str:
        """Raises KeyError for an unknown key and cryptography's InvalidTag for a value that was changed or moved."""
        return self.open_bytes(sealed, context).decode()

    def seal_bytes(self, content: bytes, context: str) -> bytes:
        name, nonce = self.current.encode(), os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, content, context.encode())
        return bytes([len(name)]) + name + nonce + sealed

    def open_bytes(self, sealed: bytes, context: str) -> bytes:
        """As `open`, for what is no text."""
        at = 1 + sealed[0]
        key = self.keys[sealed[1:at].decode()]
        return AESGCM(key).decrypt(
            sealed[at : at + NONCE_BYTES], sealed[at + NONCE_BYTES :], context.encode()
        )

    def blind(self, value: str) -> bytes:
        """A keyed hash, 32 bytes: equal for equal values, of no use without the key."""
        return hmac.digest(self.index, value.encode(), "sha256")


@lru_cache(maxsize=1)
def key_ring() -> KeyRing:
    return KeyRing.from_file(Path(settings.ENCRYPTION_KEYS_FILE))


@dataclass(frozen=True)
class Sealed:
    """A value as it came from the database: shows nothing until its row opens it."""

    blob: bytes

    def __str__(self) -> str:
        return "(krypteret)"


class _OpensWhenRead(DeferredAttribute):
    """Decrypts on first reading, with the row's own key as context: what a page does not show is never opened."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            value = key_ring().open(value.blob, _context(self.field, instance))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Being there makes `__get__` come before the instance's own dict."""
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text at rest as ciphertext. Read and written as `str` on an instance; cannot be filtered or bulk-updated.

    The primary key must be known before the first save (a UUID).
    """

    descriptor_class = _OpensWhenRead

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        """Whether there is one can be asked; what it says cannot be compared."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def from_db_value(self, value: bytes | None, *_: object) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """An unread value is written back as it stands; a text is sealed anew."""
        if self.attname in model_instance.__dict__:
            value = model_instance.__dict__[self.attname]
        else:  # the row was fetched without this column
            value = getattr(model_instance, self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return Sealed(key_ring().seal(str(value), _context(self, model_instance)))

    def get_prep_value(self, value: Any) -> bytes | None:
        if isinstance(value, Sealed):
            return value.blob
        if value is None:
            return None
        raise TypeError(
            f"{self.name} is encrypted: save it on its row; it cannot be updated in bulk."
        )

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        blob = value if prepared else self.get_prep_value(value)
        return None if blob is None else Binary(blob)


def _context(field: models.Field[Any, Any], instance: models.Model) -> str:
    return f"{field.model._meta.db_table}.{field.column}.{instance.pk}"
