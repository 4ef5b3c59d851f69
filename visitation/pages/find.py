"""The one way from an address to a case: what one may not see is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, PupilCase
from skolefleks.danish import day
from skolefleks.permissions import EVERYWHERE, Permission, may
from visitation.models import Reading
from visitation.models.meetings import case_time
from visitation.recusals import rules as recusal_rules

if TYPE_CHECKING:
    from datetime import datetime

    from skolefleks.permissions import Request
    from visitation.models import Meeting


def readable(request: Request, number: str) -> Application:
    """With `taken_up_at`: when it is taken up at a meeting that people are invited to; and when the reader read it."""
    read = Reading.objects.filter(user=request.user, application=OuterRef("pk")).values("read_at")
    rows = Application.objects.visible_to(request.user).marked_for(request.user)
    rows = rows.annotate(taken_up_at=case_time(), read_at=Subquery(read[:1]))
    return _found(
        request, number, rows.select_related("school", "submitted_by").filter(number=number).first()
    )


def read_at(application: Application) -> datetime | None:
    """When the one who asked for it by `readable` read it as it was submitted last; None: not yet."""
    found: datetime | None = application.read_at  # type: ignore[attr-defined]
    return (
        found if found and application.submitted_at and found >= application.submitted_at else None
    )


def reviewable(request: Request, number: str) -> Application:
    rows = Application.objects.reviewable_by(request.user).marked_for(request.user)
    return _found(
        request, number, rows.select_related("school__district").filter(number=number).first()
    )


def reviewable_pupil(request: Request, number: str, pupil: UUID) -> PupilCase:
    application = reviewable(request, number)
    case = get_object_or_404(application.pupil_cases.select_related("pupil"), pk=pupil)
    case.application = application
    return case


def meeting_trail(meeting: Meeting) -> list[tuple[str, str]]:
    """The way to a page under a meeting."""
    shown = day(timezone.localdate(meeting.starts_at))
    return [
        ("Møder", reverse("visitation:meetings")),
        (f"Møde {shown}", meeting.get_absolute_url()),
    ]


def _found(request: Request, number: str, application: Application | None) -> Application:
    """Who is of the committee and disqualified is told so: a tab that was open before may still show the case."""
    if application is not None:
        return application
    of_committee = may(request.user, Permission.CASE_READ, at=EVERYWHERE)
    if (
        of_committee
        and Application.objects.filter(number=number, submitted_at__isnull=False).exists()
    ):
        raise recusal_rules.Recused
    raise Http404
