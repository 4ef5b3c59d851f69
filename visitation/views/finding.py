"""The one way from an address to a case: what one may not see is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.shortcuts import get_object_or_404

from applications.models import Application, PupilCase

if TYPE_CHECKING:
    from skolefleks.permissions import Request


def readable(request: Request, number: str) -> Application:
    rows = Application.objects.visible_to(request.user).marked_for(request.user)
    return get_object_or_404(rows.select_related("school", "submitted_by"), number=number)


def reviewable(request: Request, number: str) -> Application:
    rows = Application.objects.reviewable_by(request.user).marked_for(request.user)
    return get_object_or_404(rows.select_related("school__district"), number=number)


def reviewable_pupil(request: Request, number: str, pupil: UUID) -> PupilCase:
    application = reviewable(request, number)
    case = get_object_or_404(application.pupil_cases.select_related("pupil"), pk=pupil)
    case.application = application
    return case
