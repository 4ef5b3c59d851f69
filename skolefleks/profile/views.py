"""The municipality's profile, and what every page takes from it: a colour and a logo."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from skolefleks.models import Logo
from skolefleks.pages import form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, public
from skolefleks.profile import actions, forms
from skolefleks.setup import trade
from skolefleks.throttles import throttled

DAY = 24 * 60 * 60


@form_page(P.SETTINGS_KEEP)
@throttled("import")
def profile(request: Request) -> HttpResponse:
    """What the municipality is called, and how it looks."""
    form = forms.ProfileForm(posted(request), request.FILES or None)
    if form.try_to(actions.change_profile, by=request.user):
        sentence = "Intet er ændret."
        if form.outcome:
            sentence = "Kommunens profil er gemt."
        messages.success(request, sentence)
        return redirect("profile")
    context = {"logo_now": trade.now().logo}
    return show_form(request, "skolefleks/profile/profile.html", form, context)


@public
@require_safe
def colours(_request: HttpRequest, colour: str) -> HttpResponse:
    """The style of the municipality's colour; the address changes with it."""
    if not re.fullmatch("[0-9a-f]{6}", colour):
        raise Http404
    # Only named here: where our own style does not come, the plain page stays readable.
    style = f":root{{--sf-top:#{colour}}}"
    return _for_ever(HttpResponse(style, content_type="text/css"))


@public
@require_safe
def logo(_request: HttpRequest, digest: str) -> HttpResponse:
    """The picture, as it was drawn anew."""
    row = Logo.objects.filter(sha256=digest).first()
    if row is None:
        raise Http404
    return _for_ever(HttpResponse(bytes(row.content), content_type="image/png"))


def _for_ever(response: HttpResponse) -> HttpResponse:
    # Another content has another address.
    response["Cache-Control"] = f"public, max-age={DAY}, immutable"
    return response
