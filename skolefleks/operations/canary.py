"""Whether the key ring is this database's: asked before anything is encrypted or opened.

Without it a site with wrong keys would take a case that the right keys cannot open.
"""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.conf import settings

from skolefleks.encryption import EncryptedTextField, KeyRing, Sealed, key_ring
from skolefleks.models import KeyCanary

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD = "kanariefugl"

INDEX = "index"


class WrongKeys(Exception):
    """The key ring is damaged, or another one than this database was written with."""


def require_right_keys() -> None:
    """Raise WrongKeys, in words, unless the ring opens what lies here; then plant what is new.

    A key that is added is planted at the first start with it.
    """
    ring = readable_ring()
    planted = dict(KeyCanary.objects.values_list("name", "sealed"))
    if not planted:
        # A database from before the canary: what is in it tells the keys.
        _require_opens_what_is_here(ring)

    for name, sealed in planted.items():
        _require_alive(ring, name, bytes(sealed))

    fresh = [
        KeyCanary(name=name, sealed=sealed)
        for name, sealed in _canaries(ring)
        if name not in planted
    ]
    if fresh:
        # Several processes start at once, with the same ring.
        KeyCanary.objects.bulk_create(fresh, ignore_conflicts=True)


def readable_ring() -> KeyRing:
    """The ring of this process; raises WrongKeys where its file is damaged."""
    try:
        return key_ring()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongKeys(
            f"The key ring {Path(settings.ENCRYPTION_KEYS_FILE)} is damaged"
            f" ({type(error).__name__}): put the kept copy back. Nothing is encrypted anew."
        ) from error


def _canaries(ring: KeyRing) -> Iterator[tuple[str, bytes]]:
    yield INDEX, ring.blind(WORD)
    for key in ring.keys:
        name = f"key:{key}"
        one_key = KeyRing(key, ring.keys, ring.index)
        yield name, one_key.seal(WORD, _context(name))


def _require_alive(ring: KeyRing, name: str, sealed: bytes) -> None:
    if name == INDEX:
        if not hmac.compare_digest(sealed, ring.blind(WORD)):
            raise WrongKeys(
                "The key ring's index is not the one that this database was written with:"
                " every CPR number would be lost to search. Put the right ring back."
            )
        return

    key = name.removeprefix("key:")
    if key not in ring.keys:
        raise WrongKeys(
            f"The key ring lacks the key {key}, which lies under texts in this database."
            " A key is added beside the old ones, never instead of them."
        )
    _require_opens(ring, sealed, _context(name), key)


def _require_opens(ring: KeyRing, sealed: bytes, context: str, key: str) -> None:
    try:
        ring.open(sealed, context)
    except (InvalidTag, KeyError) as error:
        raise WrongKeys(
            f"The key {key} in the key ring is not the one that this database was written with."
            " Put the right ring back: with this one no case can be opened."
        ) from error


def _require_opens_what_is_here(ring: KeyRing) -> None:
    """Open the newest encrypted value of every table."""
    for model in apps.get_models():
        fields = [
            field
            for field in model._meta.concrete_fields
            if isinstance(field, EncryptedTextField)
        ]
        if not fields:
            continue

        name = fields[0].attname
        rows = model._base_manager.exclude(**{f"{name}__isnull": True}).order_by("-pk")
        row = rows.values_list("pk", name).first()
        if row is None:
            continue

        primary_key, value = row
        assert isinstance(value, Sealed)  # noqa: S101  what the field gives without its row
        blob = value.blob
        key = blob[1 : 1 + blob[0]].decode(errors="replace")
        context = f"{model._meta.db_table}.{fields[0].column}.{primary_key}"
        _require_opens(ring, blob, context, key)


def _context(name: str) -> str:
    return f"{KeyCanary._meta.db_table}.sealed.{name}"
