"""The one way from an address to a case.

What a person may not see is not there: Http404. Recused is one that says why: the person
is disqualified (inhabil), and a tab that was opened before may still show the case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, PupilCase
from applications.reading.queries import WholeApplication
from skolefleks.danish import day
from skolefleks.permissions import EVERYWHERE, Permission, may
from visitation.models import Reading
from visitation.models.meetings import case_deadline, case_time
from visitation.recusals import rules as recusal_rules

if TYPE_CHECKING:
    from datetime import datetime

    from skolefleks.models import User
    from skolefleks.permissions import Request
    from visitation.models import Meeting


def readable(request: Request, number: str) -> Application:
    """The case that the person may read. Raises Http404, Recused.

    It is marked for the person. Beside that it has `taken_up_at`, when a meeting that people are
    invited to takes it up, and `read_at`, when the person read it (see `read_at` below).
    """
    readings = Reading.objects.filter(user=request.user, application=OuterRef("pk"))
    rows = Application.objects.visible_to(request.user).marked_for(request.user)
    rows = rows.select_related("school", "submitted_by").annotate(
        taken_up_at=case_time(),
        case_deadline=case_deadline(),
        read_at=Subquery(readings.values("read_at")[:1]),
    )

    application = rows.filter(number=number).first()
    if application is None:
        raise _not_there(request.user, number)
    return application


def reviewable(request: Request, number: str) -> Application:
    """The case that the person may assess and decide, marked for them. Raises Http404, Recused."""
    rows = Application.objects.reviewable_by(request.user).marked_for(request.user)
    application = rows.select_related("school__district").filter(number=number).first()
    if application is None:
        raise _not_there(request.user, number)
    return application


def reviewable_pupil(request: Request, number: str, pupil: UUID) -> PupilCase:
    """One pupil of a case that the person may assess and decide. Raises Http404, Recused."""
    application = reviewable(request, number)
    return pupil_of(application, pupil)


def pupil_of(application: Application, pupil: UUID) -> PupilCase:
    """One pupil of a case that is marked for a person, as they may see it. Raises Http404."""
    for pupil_case in WholeApplication(application).pupil_cases:
        if pupil_case.pk == pupil:
            return pupil_case
    raise Http404


def _not_there(user: User, number: str) -> Http404:
    """Why there is no such case for the person: Recused where it is there for the committee."""
    # Nobody but the committee may learn that there is such a case.
    is_of_committee = may(user, Permission.CASE_READ, at=EVERYWHERE)
    submitted = Application.objects.filter(number=number, submitted_at__isnull=False)
    if is_of_committee and submitted.exists():
        return recusal_rules.Recused()
    return Http404()


def read_at(application: Application) -> datetime | None:
    """When the person that `readable` found it for read it; None: not as it is now."""
    # Annotated by `readable`, and no field of the model.
    marked: Any = application
    moment: datetime | None = marked.read_at

    if application.submitted_at is None or application.is_unread_since(moment):
        return None
    return moment


def meeting_trail(meeting: Meeting) -> list[tuple[str, str]]:
    """The way to a page under a meeting, as (label, url) of each step."""
    meeting_day = day(timezone.localdate(meeting.starts_at))
    return [
        ("Møder", reverse("visitation:meetings")),
        (f"Møde {meeting_day}", meeting.get_absolute_url()),
    ]
