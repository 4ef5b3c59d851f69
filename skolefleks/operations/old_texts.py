"""Finds CPR numbers in texts that were stored before the forms refused them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models

from skolefleks import cpr

if TYPE_CHECKING:
    from collections.abc import Iterator

APPS = ("skolefleks", "applications", "budget", "visitation")

# Where a number belongs, and what is random or a key.
NOT_SEARCHED = {
    "applications.pupil.cpr",
    "skolefleks.session.session_key",
    "skolefleks.session.session_data",
    "skolefleks.idempotencykey.location",
}

# Rows read at a time: each of their texts is opened.
CHUNK = 200


# Sixteen hexadecimal characters and more, with a letter among them.
DIGEST = re.compile(r"\b(?=[0-9]*[a-f])[0-9a-f]{16,}\b")


def fields_with_numbers() -> Iterator[tuple[str, list[str]]]:
    """(model, the keys of its rows and the field) for each field whose texts hold a number.

    `model` is written as `app.model.field`. The texts themselves go nowhere.
    """
    for model in apps.get_models():
        if model._meta.app_label in APPS:
            yield from _of_model(model)


def _of_model(model: type[models.Model]) -> Iterator[tuple[str, list[str]]]:
    names = {
        field.attname: f"{model._meta.label_lower}.{field.name}"
        for field in _texts(model)
    }
    keys: dict[str, list[str]] = {attname: [] for attname in names}
    for row in model._base_manager.order_by("pk").iterator(CHUNK):
        for attname in names:
            if _holds_a_number(getattr(row, attname)):
                keys[attname].append(str(row.pk))

    for attname, name in names.items():
        if keys[attname]:
            yield name, keys[attname]


def _texts(model: type[models.Model]) -> Iterator[models.Field[object, object]]:
    for field in model._meta.concrete_fields:
        takes_text = isinstance(
            field, models.CharField | models.TextField | models.JSONField
        )
        if (
            takes_text
            and f"{model._meta.label_lower}.{field.name}" not in NOT_SEARCHED
        ):
            yield field


def _holds_a_number(value: object) -> bool:
    if not value:
        return False
    text = value
    if not isinstance(text, str):
        text = json.dumps(value, ensure_ascii=False)
    # A row's id and a digest are random: their digits may look like a number by
    # chance.
    return cpr.is_held_in(DIGEST.sub("", cpr.ROW_ID.sub("", text)))
