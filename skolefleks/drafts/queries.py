"""The draft that a page asks for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from skolefleks.danish import moment
from skolefleks.models import Draft

if TYPE_CHECKING:
    from skolefleks.models import User


def draft_of(form: str, user: User) -> dict[str, Any]:
    """The person's own draft of the form: {"fields": {...}, "saved": "26. november kl. 13.20"}.

    Empty where there is none.
    """
    draft = Draft.objects.filter(user=user, form=form).first()
    if draft is None:
        return {}
    return {"fields": json.loads(draft.fields), "saved": moment(draft.saved_at)}
