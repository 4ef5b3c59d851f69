"""One person's pack of a meeting, and how the cases in it stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from applications.models import Application, Recusal, Statement
from visitation.models import Amendment, MeetingPack, Question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from skolefleks.models import User
    from visitation.agenda.queries import Point
    from visitation.models import Meeting
    from visitation.packs.rules import Mark


def pack_of(meeting: Meeting, user: User) -> MeetingPack | None:
    """The person's own, without its PDF. Takes one query."""
    packs = MeetingPack.objects.filter(meeting=meeting, made_for=user)
    return packs.defer("sealed_pdf").first()


def marks_of(points: Sequence[Point]) -> list[Mark]:
    """When what each point is made of was last changed. Takes one query."""
    applications = [point.item.application_id for point in points]
    rows = Application.objects.filter(pk__in=applications).values(
        "pk",
        "status",
        submission=Coalesce("resubmitted_at", "submitted_at"),
        question=_last(Question, "asked_at", "answered_at"),
        statement=_last(Statement, "signed_at", "signed_at"),
        recusal=_last(Recusal, "set_at", "lifted_at"),
    )
    by_application = {row["pk"]: row for row in rows}
    return [
        _mark(point, by_application[point.item.application_id]) for point in points
    ]


def is_still_open(pack: MeetingPack, user: User) -> bool:
    """Whether the person may read each case and effort that is in it. Takes two queries."""
    marks: Sequence[Mark] = [mark for mark in pack.marks if mark["is_open"]]
    cases = {mark["application"] for mark in marks}
    reviewable = Application.objects.reviewable_by(user).filter(pk__in=cases)
    amendments = {mark["amendment"] for mark in marks if mark["amendment"]}
    followed = Amendment.objects.visible_to(user).filter(pk__in=amendments)
    if reviewable.count() < len(cases):
        return False
    return followed.count() == len(amendments)


def _last(model: Any, first: str, second: str) -> Subquery:
    """The last moment of the rows of a case, of two columns; NULL is before all."""
    rows = model.objects.filter(application=OuterRef("pk")).order_by()
    last = Greatest(Max(first), Max(second))
    return Subquery(rows.values("application").annotate(last=last).values("last"))


def _mark(point: Point, row: Mapping[str, Any]) -> Mark:
    mark: Mark = {
        "item": str(point.item.pk),
        "application": str(point.item.application_id),
        "amendment": _id(point.item.amendment_id),
        "label": point.label,
        "is_open": point.is_open,
        "at": point.starts_at.isoformat(),
        "minutes": point.item.minutes,
        "presenter": "",
        "status": "",
        "submission": "",
        "question": "",
        "statement": "",
        "recusal": "",
    }
    # Of a case that is closed to the reader not even when it was changed.
    if point.is_open:
        mark["presenter"] = point.application.representative_name
        mark["status"] = row["status"]
        mark["submission"] = _iso(row["submission"])
        mark["question"] = _iso(row["question"])
        mark["statement"] = _iso(row["statement"])
        mark["recusal"] = _iso(row["recusal"])
    return mark


def _id(key: UUID | None) -> str:
    return str(key) if key else ""


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
