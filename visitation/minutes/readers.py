"""The minutes as one person may read them: nothing of a case in which they are disqualified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from applications.models import Application
from visitation.agenda import names

if TYPE_CHECKING:
    from collections.abc import Collection

    from skolefleks.models import User

OUT_OF_IT = "(Om en sag, du er inhabil i.)"


def as_read_by(minutes: dict[str, Any], user: User) -> dict[str, Any]:
    """The minutes without the cases in which `user` is disqualified. Takes one query.

    Disqualified now, or when the case was decided: neither lapses for what was
    said then.
    """
    # Minutes that were approved before there was such a list have none.
    told_of = minutes.get("told_of", [])
    later = minutes.get("later", [])
    rows = (*minutes["points"], *told_of, *later)
    # A free point is about no case.
    applications = [row["application"] for row in rows if row["application"]]
    reviewable = Application.objects.reviewable_by(user).filter(pk__in=applications)
    open_to_user = {str(pk) for pk in reviewable.values_list("pk", flat=True)}

    points = []
    marks: set[str] = set()
    for point in minutes["points"]:
        is_open = point["application"] in open_to_user and user.pk not in point["out"]
        if is_open or point.get("is_free"):
            points.append(point)
        else:
            points.append(_closed(point))
            marks |= _marks_of(point)
    points = [_without_cases(point, marks) for point in points]
    minutes = {**minutes, "remarks": _without_lines(minutes.get("remarks", ""), marks)}
    if "course" in minutes:
        minutes["course"] = _course_without(minutes["course"], marks)
    for name, lines in (("told_of", told_of), ("later", later)):
        open_lines = [row for row in lines if row["application"] in open_to_user]
        minutes = {**minutes, name: open_lines}
    return {**minutes, "points": points}


def _marks_of(point: dict[str, Any]) -> set[str]:
    """What a text of the minutes calls the case by: its number, and its pupils' initials."""
    number = point["heading"].partition(",")[0]
    initials = point["lead"].partition(" · ")[0].split(", ")
    of_decided = [pupil["initials"] for pupil in point["pupils"]]
    return {number, *initials, *of_decided} - {""}


def _without_lines(text: str, marks: Collection[str]) -> str:
    """The text without the lines that name a case the reader is disqualified in."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if names.is_about(line, marks):
            lines[place] = OUT_OF_IT
    return "\n".join(lines)


def _course_without(
    course: list[list[str]], marks: Collection[str]
) -> list[list[str]]:
    """What happened to the meeting itself, without a reason that names such a case."""
    rows = []
    for clock, sentence in course:
        event, colon, reason = sentence.partition(": ")
        rows.append([clock, event + colon + _without_lines(reason, marks)])
    return rows


def _without_cases(point: dict[str, Any], marks: set[str]) -> dict[str, Any]:
    """A point without the lines that name a case that the reader is disqualified in."""
    if point["is_closed"]:
        return point
    fields = ["said"]
    if point.get("is_free"):
        fields.append("heading")
    else:
        # Its own pupils may have the initials of others.
        marks = marks - _marks_of(point)
    texts = {name: _without_lines(point[name], marks) for name in fields}
    return {**point, **texts}


def _closed(point: dict[str, Any]) -> dict[str, Any]:
    """The point as the disqualified reads it: that it was there, and nothing of the case."""
    return {
        "number": point["number"],
        "item": point["item"],
        "application": point["application"],
        "out": point["out"],
        "is_closed": True,
        "heading": "du er inhabil",
        "lead": "",
        "facts": [],
        "pupils": [],
        "note": "",
        "said": "",
    }
