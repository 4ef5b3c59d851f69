"""The one way from an address to what the committee is asked of a running effort."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from visitation.lifecycle import AmendmentStatus
from visitation.models import Amendment
from visitation.pages import find

if TYPE_CHECKING:
    from skolefleks.permissions import Request


def find_amendment(request: Request, pk: UUID) -> Amendment:
    """What the committee was asked, where the effort is open. Raises Http404, Recused."""
    rows = Amendment.objects.exclude(status=AmendmentStatus.DRAFT).select_related(
        "effort__application__school",
        "effort__pupil_case",
        "effort__school",
        "pupil_case__application__school__district",
        "pupil_case__pupil",
        "window__told_by",
        "written_by",
    )
    row = get_object_or_404(rows, pk=pk)
    # Says Recused to those to whom the case is closed.
    find.reviewable(request, row.application.number)
    if not Amendment.objects.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    return row
