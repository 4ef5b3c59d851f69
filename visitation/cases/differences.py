"""What is changed in a case from one submission to the next."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from applications.fields import asking
from applications.fields.blocks import Block, Part, differences, parts_from_data
from applications.lifecycle import Status
from applications.models import (
    Application,
)
from applications.reading import queries as reading_queries
from skolefleks.comparing import STEPS_ON_A_PAGE
from skolefleks.danish import moment

if TYPE_CHECKING:
    from applications.models import Submission


class Round(NamedTuple):
    """What is different from one time to the next, and what the committee asked for then."""

    title: str
    parts: list[Part]
    questions: list[asking.Question]


def submissions(application: Application) -> list[Submission]:
    """Every time the case was submitted, the first first."""
    return list(application.submissions.select_related("by", "changes"))


def _stored_parts(old: Submission, new: Submission) -> list[Part]:
    """What differs, as it was compared once; before that both texts, side by side."""
    changes = getattr(new, "changes", None)
    if changes is None:
        return differences(old.blocks, new.blocks, steps=0)
    return parts_from_data(json.loads(changes.content))


def rounds(application: Application, *, with_draft: bool) -> list[Round]:
    """The differences from time to time, the newest first.

    `with_draft`: also what the school has written since it last submitted. What the
    committee asked for last stands with what was written after that.
    """
    times = submissions(application)
    # Each has a title, what stood there before, what after, and what differs; the
    # oldest is first.
    steps: list[tuple[str, list[Block], list[Block], list[Part]]] = []
    for old, new in pairwise(times):
        title = f"Indsendt {moment(new.at)} af {new.by.name}"
        steps.append((title, old.blocks, new.blocks, _stored_parts(old, new)))

    shows_draft = with_draft and bool(times) and application.is_editable
    if shows_draft:
        draft = reading_queries.WholeApplication(application)
        title = "Skrevet, siden I sidst indsendte"
        before = times[-1].blocks
        after = draft.blocks
        parts = differences(before, after, steps=STEPS_ON_A_PAGE)
        steps.append((title, before, after, parts))

    # While the school writes, only the draft answers what was asked for last.
    asks = application.asks
    is_answered = (
        not application.is_editable and application.status != Status.WITHDRAWN
    )
    if not (shows_draft or is_answered):
        asks = {}

    rounds = []
    for title, before, after, parts in reversed(steps):
        answers = asking.list_questions(
            asks,
            application.number,
            now=after,
            before=before,
        )
        rounds.append(Round(title, parts, answers))
        # Only the newest round is about them.
        asks = {}
    return rounds
