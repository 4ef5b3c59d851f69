"""Where the browser keeps a draft, and asks for it again (front/drafts.js)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse

from skolefleks.drafts import actions, queries, rules
from skolefleks.pages import NOT_DONE, act, page
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from skolefleks.permissions import Request

# Another person is signed in than the one who typed it.
NOT_YOURS = 409


@page()
def draft(request: Request) -> HttpResponse:
    """One's own draft of the form that `form` names."""
    form = request.GET.get("form", "").replace("\x00", "")
    return JsonResponse(queries.draft_of(form, request.user))


@act()
def keep_draft(request: Request) -> HttpResponse:
    """Keep what was typed, or forget it where `discard` is sent."""
    if request.POST.get("person") != str(request.user.pk):
        return HttpResponse(status=NOT_YOURS)

    form = request.POST.get("form", "").replace("\x00", "")
    if "discard" in request.POST:
        actions.discard(form, by=request.user)
        return HttpResponse(status=204)

    try:
        actions.keep(form, rules.fields_of(request.POST), by=request.user)
    except Refusal as refusal:
        return JsonResponse({"refused": str(refusal)}, status=NOT_DONE)
    return HttpResponse(status=204)
