"""The draft that a page asks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from skolefleks.danish import moment
from skolefleks.drafts import rules
from skolefleks.models import Draft

if TYPE_CHECKING:
    from skolefleks.models import User


def draft_of(form: str, user: User) -> dict[str, Any]:
    """The person's own draft of the form: {"fields": {...}, "saved": "26. november kl. 13.20"}.

    Empty where there is none. Of several at one address the newest text of each
    field counts.
    """
    drafts = Draft.objects.filter(rules.which(form), user=user).order_by("saved_at")
    answer: dict[str, Any] = {}
    fields: dict[str, list[str]] = {}
    for draft in drafts:
        fields |= json.loads(draft.fields)
        answer = {"fields": fields, "saved": moment(draft.saved_at)}
    return answer
