"""What is different between the times a case was submitted."""

from __future__ import annotations

from itertools import chain, pairwise, repeat
from typing import TYPE_CHECKING, NamedTuple

from applications.asking import Asked, asked
from applications.changes import Part, differences
from applications.lifecycle import Status
from applications.queries import ASKED_STEPS, draft
from skolefleks.templatetags.skolefleks import moment

if TYPE_CHECKING:
    from applications.models import (
        Application,
        Submission,
    )


class Round(NamedTuple):
    """What is different from one time to the next."""

    title: str
    parts: list[Part]
    asked: list[Asked]


def submissions(application: Application) -> list[Submission]:
    """Every time the case was submitted, the first first."""
    return list(application.submissions.select_related("by"))


def rounds(application: Application, *, with_draft: bool) -> list[Round]:
    """The newest difference first. `with_draft`: also what the school has written since it last submitted.

    What the committee asked last stands with what was written after it.
    """
    told = submissions(application)
    steps = [(f"Indsendt {moment(new.at)} af {new.by.name}", old.blocks, new.blocks) for old, new in pairwise(told)]
    asks = {} if application.is_editable or application.status == Status.WITHDRAWN else application.asks
    if with_draft and told and application.is_editable:
        steps.append(("Skrevet, siden I sidst indsendte", told[-1].blocks, draft(application).blocks))
        asks = application.asks
    return [
        Round(title, differences(old, new), asked(asks, ASKED_STEPS, application.number, now=new, before=old))
        for (title, old, new), asks in zip(steps[::-1], chain([asks], repeat({})), strict=False)
    ]
