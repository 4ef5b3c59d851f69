"""The letters as they would be written: the act is done and taken back, and nothing is kept.

Where the school is told at once there is no release to read them before.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from django.db import transaction

from skolefleks.refusals import Refusal
from visitation.letters.actions import TEMPLATES
from visitation.models import Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from applications.models import Application

# What a letter is called, and what it says.
LetterToBe = tuple[str, dict[str, Any]]


def letters_of(
    application: Application, act: Callable[..., object], *subjects: Any, **more: Any
) -> list[LetterToBe]:
    """What `act` would write to school and parents; nothing where it would be refused.

    Its locks are let go with it, and what it posts is never rung for.
    """
    documents = Document.objects.filter(application=application, kind__in=TEMPLATES)
    before = list(documents.values_list("pk", flat=True))
    letters = []
    try:
        with transaction.atomic():
            # The page goes on with its own rows: an act changes what it is given.
            act(*deepcopy(subjects), **deepcopy(more))
            for document in documents.exclude(pk__in=before).order_by("kind"):
                letters.append((document.get_kind_display(), document.template_data))
            transaction.set_rollback(True)
    except Refusal:
        return []
    return letters
