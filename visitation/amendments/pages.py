"""The one way from an address to what the committee is asked of a running effort."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from visitation.amendments import queries
from visitation.lifecycle import AmendmentStatus
from visitation.models import Amendment
from visitation.pages import find

if TYPE_CHECKING:
    from skolefleks.permissions import Request


def find_amendment(request: Request, pk: UUID) -> Amendment:
    """What the committee was asked, where the effort is open. Raises Http404, Recused."""
    rows = queries.whole().exclude(status=AmendmentStatus.DRAFT)
    row = get_object_or_404(rows, pk=pk)
    # Says Recused to those to whom the case is closed.
    find.reviewable(request, row.application.number)
    if not Amendment.objects.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    return row
