"""Text that lies encrypted in the database, and the blind index a CPR number is looked up by.

AES-256-GCM. Stored as: one byte length of the key id, the key id, 12 bytes
nonce, the ciphertext. The associated data is `table.column.primary key`, so
that a value that was moved to another row or field does not open.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from psycopg import Binary

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

KEY_BYTES = 32

NONCE_BYTES = 12

# What the key of digests is derived for: an index and a digest of one text have
# nothing in common.
DIGESTS = b"skolefleks.digests.1"


@dataclass(frozen=True)
class KeyRing:
    """The keys of this installation: `current` is the id of the key that encrypts.

    `keys` holds every key by its id: all of them decrypt. `index` is used for
    `blind` alone.
    """

    current: str
    keys: dict[str, bytes]
    index: bytes

    @classmethod
    def from_file(cls, path: Path) -> KeyRing:
        """Read `{"current": id, "keys": {id: base64 of 32 bytes}, "index": base64 of 32 bytes}`.

        Raises ValueError for a ring that could not encrypt.
        """
        content = json.loads(path.read_text())
        current = content["current"]
        keys = {
            key_id: base64.b64decode(key) for key_id, key in content["keys"].items()
        }
        index = base64.b64decode(content["index"])

        all_keys = [*keys.values(), index]
        has_right_lengths = all(len(key) == KEY_BYTES for key in all_keys)
        if current not in keys or not has_right_lengths:
            raise ValueError(
                "The key ring needs its current key, and 32 bytes in each."
            )
        return cls(current, keys, index)

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt `text` for the place in the database that `context` names."""
        return self.seal_bytes(text.encode(), context)

    def open(self, sealed: bytes, context: str) -> str:
        """Decrypt what `seal` made for the same `context`.

        Raises KeyError for an unknown key, and cryptography's InvalidTag for a
        value that was changed or moved.
        """
        return self.open_bytes(sealed, context).decode()

    def seal_bytes(self, content: bytes, context: str) -> bytes:
        """Encrypt bytes, a PDF for instance, as `seal` encrypts text."""
        key_id = self.current.encode()
        # New for each text: the same nonce twice would let AES-GCM be broken.
        nonce = os.urandom(NONCE_BYTES)
        cipher = AESGCM(self.keys[self.current])
        ciphertext = cipher.encrypt(nonce, content, context.encode())

        key_id_length = bytes([len(key_id)])
        return key_id_length + key_id + nonce + ciphertext

    def open_bytes(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what `seal_bytes` made for the same `context`; raises what `open` raises."""
        key_id_length = sealed[0]
        key_id_end = 1 + key_id_length
        nonce_end = key_id_end + NONCE_BYTES

        key_id = sealed[1:key_id_end].decode()
        nonce = sealed[key_id_end:nonce_end]
        ciphertext = sealed[nonce_end:]

        cipher = AESGCM(self.keys[key_id])
        return cipher.decrypt(nonce, ciphertext, context.encode())

    def blind(self, value: str) -> bytes:
        """A keyed hash of 32 bytes: equal for equal values, and of no use without the key."""
        return hmac.digest(self.index, value.encode(), "sha256")

    @cached_property
    def _digest_key(self) -> bytes:
        # Derived, so that the key files of existing installations need no new
        # entry; from the key of the index, which is the only one that is never
        # replaced.
        return hmac.digest(self.index, DIGESTS, "sha256")

    def digest(self, content: bytes, context: str) -> str:
        """A keyed digest of what stands at `context`, in hex: tells whether it was changed.

        A plain hash would give a letter back to anybody who can list what it may say.
        """
        message = context.encode() + b"\0" + content
        return hmac.digest(self._digest_key, message, "sha256").hex()


@lru_cache(maxsize=1)
def key_ring() -> KeyRing:
    """The keys, read from their file once a process: a new key takes a restart."""
    return KeyRing.from_file(Path(settings.ENCRYPTION_KEYS_FILE))


@dataclass(frozen=True)
class Sealed:
    """A value as it lies in the database, still encrypted."""

    blob: bytes

    def __str__(self) -> str:
        return "(krypteret)"


class _OpensWhenRead(DeferredAttribute):
    """Decrypts the attribute when it is first read: what a page does not show is never opened."""

    def __get__(
        self, instance: models.Model | None, cls: type[models.Model] | None = None
    ) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            context = _context(self.field, instance)
            value = key_ring().open(value.blob, context)
            # The dict keeps the text, so that it is decrypted once.
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        # Needed although it does only the usual: in a class without `__set__`,
        # Python takes a value from the instance's dict and never calls `__get__`,
        # which decrypts.
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that lies encrypted; on an instance it is read and written as `str`.

    It cannot be filtered or updated in bulk. The primary key must be known
    before the first save (a UUID), since the text is bound to it.
    """

    descriptor_class = _OpensWhenRead

    def get_internal_type(self) -> str:
        # It is text to Python and `bytea` to the database.
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        """A query may ask whether there is a text, and never compare what it says."""
        if lookup_name != "isnull":
            return None
        return super().get_lookup(lookup_name)

    def from_db_value(self, value: bytes | None, *_: object) -> Sealed | None:
        if value is None:
            return None
        return Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """A value that is still encrypted is written back unchanged; a text is encrypted anew."""
        is_loaded = self.attname in model_instance.__dict__
        if is_loaded:
            # From the dict, since reading the attribute would decrypt it.
            value = model_instance.__dict__[self.attname]
        else:
            # A deferred field is fetched by reading the attribute.
            value = getattr(model_instance, self.attname)

        if value is None or isinstance(value, Sealed):
            return value

        context = _context(self, model_instance)
        return Sealed(key_ring().seal(str(value), context))

    def get_prep_value(self, value: Any) -> bytes | None:
        if isinstance(value, Sealed):
            return value.blob
        if value is None:
            return None
        message = f"{self.name} is encrypted: save it on its row; it cannot be updated in bulk."
        raise TypeError(message)

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        blob = value
        if not prepared:
            blob = self.get_prep_value(value)
        if blob is None:
            return None
        return Binary(blob)


def _context(field: models.Field[Any, Any], instance: models.Model) -> str:
    """`table.column.primary key`: the one place where the value can be decrypted."""
    return f"{field.model._meta.db_table}.{field.column}.{instance.pk}"
