"""Two who write the same step: what a value is worth when it is compared, and how it is shown.

Each form carries a mark of every value it was opened with, and sends them
back: a keyed hash, so that the server needs to remember nothing and the page
tells nothing of the text.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import models

from skolefleks.incoming import read_json

if TYPE_CHECKING:
    from django import forms


class Conflict(NamedTuple):
    """A field that two changed: its name on the page, and both texts as a reader sees them.

    `value` is what the field would hold of theirs, `mark` stands for it.
    """

    name: str
    label: str
    mine: str
    theirs: str
    value: str
    mark: str


def plain(value: Any) -> str:
    """A value as one text: equal for what a reader would call the same."""
    if value is None:
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    # The database writes 4.0 where somebody typed 4.
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    # A browser sends a line break as two characters.
    return str(value).replace("\r\n", "\n").strip()


def mark(row: models.Model, name: str, value: Any) -> str:
    """What stands for the value of this row's field on the page; of no use without the key."""
    sentence = f"{row._meta.label_lower}.{row.pk}.{name}={plain(value)}"
    digest = hmac.digest(
        settings.SECRET_KEY.encode(), sentence.encode(), hashlib.sha256
    )
    # 8 bytes: enough to tell one text from another, and short where a page
    # has a hundred fields.
    return digest[:8].hex()


def read_marks(text: str) -> dict[str, str]:
    """The marks that a page sent back; none where they make no sense. Raises BadRequest."""
    try:
        marks = read_json(text or "{}")
    except ValueError:
        return {}
    if not isinstance(marks, dict):
        return {}
    return {str(name): str(value) for name, value in marks.items()}


def in_field(field: forms.Field, value: Any) -> str:
    """The value as the field would hold it."""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    # A box that is not ticked holds nothing.
    prepared = field.prepare_value(value)
    if isinstance(prepared, models.Model):
        return str(prepared.pk)
    if prepared is None or prepared is False:
        return ""
    return str(prepared)


def as_read(field: forms.Field, value: Any) -> str:
    """The value as a reader sees it: of a choice its words."""
    text = in_field(field, value)
    for choice, label in getattr(field, "choices", ()):
        if str(choice) == text:
            return str(label) or "(tomt)"
    return text or "(tomt)"
