"""What may be kept as a draft."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from django.db.models import Q

from skolefleks import cpr
from skolefleks.models import Draft
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from django.http import QueryDict

# Letters of all fields together: more than any form of ours takes.
MOST_LETTERS = 100_000

# A field for a CPR number, of a form or of a row in it: it is typed again.
CPR = "cpr"

# The form of many texts at an address stands for every draft there.
EVERY_TEXT = " *"

# What is sent beside the form's own fields.
BESIDE = {
    "form",
    "person",
    "discard",
    "draft",
    "idempotency_key",
    "csrfmiddlewaretoken",
}


def fields_of(form_data: QueryDict) -> dict[str, list[str]]:
    """What was typed, by the names of its fields; a CPR number's own field is left out."""
    fields = {}
    for name, values in form_data.lists():
        is_cpr = name.rpartition("-")[2] == CPR
        if name not in BESIDE and not is_cpr:
            # PostgreSQL keeps no such character.
            fields[name] = [str(value).replace("\x00", "") for value in values]
    return fields


def require_keepable(form: str, fields: dict[str, list[str]]) -> None:
    """Raise Refusal for what is no form's, is too long, or holds a CPR number."""
    longest = Draft._meta.get_field("form").max_length
    if not form.startswith("/") or len(form) > (longest or 0):
        raise Refusal("Kladden hører ikke til en side her.")

    values = list(itertools.chain.from_iterable(fields.values()))
    # The names are the browser's words too, and the address lies in clear.
    names = [form, *fields]
    texts = values + names
    if sum(len(text) for text in texts) > MOST_LETTERS:
        raise Refusal("Teksten er for lang til at blive gemt.")

    # The id of a row in an address, or a value that is one, is nobody's words.
    words = [value for value in values if not cpr.ID.fullmatch(value)]
    words += [cpr.ID.sub("", name) for name in names]
    if any(cpr.is_held_in(text) for text in words):
        raise Refusal("Teksten gemmes ikke, før CPR-nummeret er taget ud.")


def which(form: str) -> Q:
    """The drafts that `form` stands for: its own, or with ` *` all of its address."""
    if form.endswith(EVERY_TEXT):
        return Q(form__startswith=form.removesuffix("*"))
    return Q(form=form)
