"""JSON that a browser sends: the one place where it is read."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import BadRequest


def read_json(text: str) -> Any:
    """What `text` says.

    Raises ValueError where it is no JSON, and BadRequest (the answer is 400)
    where it is nested so deeply that nobody but an attacker wrote it.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise BadRequest("JSON nested too deeply.") from error
