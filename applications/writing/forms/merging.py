"""Two who write the same step. What only the other changed is kept; where both did, both texts are shown.

Each form carries a mark of every value it was opened with: a keyed hash, so that nothing needs to be remembered.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings

if TYPE_CHECKING:
    from django import forms
    from django.db import models


class Conflict(NamedTuple):
    """A field that two changed: its name on the page, and both texts. `value` is what the field would hold of theirs."""

    name: str
    label: str
    mine: str
    theirs: str
    value: str
    mark: str


def plain(value: Any) -> str:
    """A value as one text: equal for what a reader would call the same."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def mark(row: models.Model, name: str, value: Any) -> str:
    """What stands for `value` of this row's field on the page; of no use without the key."""
    said = f"{row._meta.label_lower}.{row.pk}.{name}={plain(value)}"
    return hmac.digest(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256)[:8].hex()


def read_marks(text: str) -> dict[str, str]:
    """The marks a page sent back; none where they make no sense."""
    try:
        sent = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in sent.items()} if isinstance(sent, dict) else {}


def in_field(field: forms.Field, value: Any) -> str:
    """`value` as the field would hold it."""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    prepared = field.prepare_value(value)
    return "" if prepared is None or prepared is False else str(prepared)


def as_read(field: forms.Field, value: Any) -> str:
    """`value` as a reader sees it: the words of a choice."""
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    text = in_field(field, value)
    return choices.get(text, text) or "(tomt)"
