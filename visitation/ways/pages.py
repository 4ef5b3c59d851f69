"""What the pages with a decision's form share: what it is bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from skolefleks.danish import day
from skolefleks.pages import posted

if TYPE_CHECKING:
    from django.http import QueryDict

    from skolefleks.permissions import Request
    from visitation.models import WrittenRound
    from visitation.ways.forms import WayForm
    from visitation.ways.queries import Standing

# What the button sends that makes the decision of what is agreed to in writing.
CONCLUDE = "conclude"

# Stands in the address where the page was opened from the meeting's: one comes back there.
FROM_MEETING = "moede"


def concludes(request: Request, standing: Standing) -> bool:
    """Whether the decision is made of what was agreed to."""
    return CONCLUDE in request.POST and standing.is_agreed


def form_data(request: Request, standing: Standing) -> QueryDict | None:
    """What was agreed to, where that is to be decided; else what was sent."""
    if concludes(request, standing) and standing.circular:
        return standing.circular.form_data
    return posted(request)


def offer(form: WayForm, request: Request, standing: Standing) -> None:
    """Let the form know how it can be decided now."""
    form.offer(standing)
    if concludes(request, standing):
        form.circular = standing.circular


def is_from_meeting(request: Request) -> bool:
    """Whether the page was opened in the room of the meeting."""
    return request.GET.get("fra") == FROM_MEETING


def back_url(request: Request, standing: Standing, page: str) -> str:
    """Where one goes who does not decide after all: the room of the meeting, or that page."""
    if standing.meeting and is_from_meeting(request):
        return reverse("visitation:meeting_mode", args=[standing.meeting.pk])
    return page


def receipt_of(circular: WrittenRound) -> str:
    return (
        f"Forslaget er sendt rundt til udvalget med svarfrist {day(circular.deadline)}."
        " Intet er afgjort endnu."
    )
