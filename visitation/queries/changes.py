"""What is different between the times a case was submitted."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from applications.changes import Part, differences
from applications.queries import draft
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


def submissions(application: Application) -> list[Submission]:
    """Every time the case was submitted, the first first."""
    return list(application.submissions.select_related("by"))


def rounds(application: Application, *, with_draft: bool) -> list[Round]:
    """The newest difference first. `with_draft`: also what the school has written since it last submitted."""
    told = submissions(application)
    pairs = list(pairwise(told))
    found = [
        Round(f"Indsendt {moment(new.at)} af {new.by.name}", differences(old.blocks, new.blocks)) for old, new in pairs
    ]
    if with_draft and told and application.is_editable:
        now = draft(application).blocks
        found.append(Round("Skrevet, siden I sidst indsendte", differences(told[-1].blocks, now)))
    return found[::-1]
