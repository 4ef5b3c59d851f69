"""What holds for what is read before a meeting: when it is made, when it is too old."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from django.utils import timezone

from skolefleks.setup import trade
from visitation.lifecycle import UPCOMING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from visitation.models import Meeting, MeetingPack

# After so long without an end it is asked for again: its worker is gone.
LONGEST = timedelta(minutes=5)


class Mark(TypedDict):
    """What one point was made of: ids, moments in ISO, '' for what there is none of."""

    item: str
    application: str
    amendment: str
    label: str
    is_open: bool
    at: str
    minutes: int
    presenter: str
    status: str
    submission: str
    question: str
    statement: str
    recusal: str


# What is said where one of these is not as it was.
WORDS = {
    "presenter": "en anden forelægger sagen",
    "status": "ny status",
    "submission": "indsendt igen",
    "question": "nye spørgsmål eller svar",
    "statement": "ny udtalelse",
    "recusal": "inhabilitet er ændret",
}
SHUT = "du er inhabil, og sagen skal tages ud"
OPENED = "du er ikke længere inhabil"


def can_be_made(meeting: Meeting) -> bool:
    """It is read before the meeting, and while it is held."""
    return meeting.status in UPCOMING


def is_stuck(pack: MeetingPack) -> bool:
    """Whether it is not made, and no longer waited for."""
    return pack.made_at is None and timezone.now() - pack.asked_at > LONGEST


def removed_on(meeting: Meeting) -> date:
    """The day from which nobody has it any more (the setting `pack_days`)."""
    days = timedelta(days=trade.now().pack_days)
    return timezone.localdate(meeting.ends_at) + days


def changes_of(before: Sequence[Mark], now: Sequence[Mark]) -> list[str]:
    """What is otherwise than when it was made, a sentence each; nothing of a shut case."""
    sentences = []
    if _order_of(before) != _order_of(now):
        sentences.append("Dagsordenen er ændret.")

    old_by_item = {mark["item"]: mark for mark in before}
    for mark in now:
        old = old_by_item.get(mark["item"])
        if old is None:
            continue
        words = _changed(old, mark)
        if words:
            sentences.append(f"{mark['label']}: {', '.join(words)}.")
    return sentences


def _order_of(marks: Sequence[Mark]) -> list[tuple[str, str, int]]:
    return [(mark["item"], mark["at"], mark["minutes"]) for mark in marks]


def _changed(old: Mark, new: Mark) -> list[str]:
    if not new["is_open"]:
        return [SHUT] if old["is_open"] else []
    if not old["is_open"]:
        return [OPENED]

    words = []
    for name, sentence in WORDS.items():
        if old[name] != new[name]:  # type: ignore[literal-required]
            words.append(sentence)
    return words
