"""What the pages with a decision's form share: what it is bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def concludes(request: Request, standing: Standing) -> bool:
    """Whether the decision is made of what was agreed to."""
    return CONCLUDE in request.POST and standing.is_agreed


def form_data(request: Request, standing: Standing) -> QueryDict | None:
    """What was agreed to, where that is to be decided; else what was sent."""
    if concludes(request, standing) and standing.written:
        return standing.written.form_data
    return posted(request)


def offer(form: WayForm, request: Request, standing: Standing) -> None:
    """Let the form know how it can be decided now."""
    form.offer(standing)
    if concludes(request, standing):
        form.written = standing.written


def receipt_of(written: WrittenRound) -> str:
    return (
        f"Forslaget er sendt rundt til udvalget med svarfrist {day(written.deadline)}."
        " Intet er afgjort endnu."
    )
