"""The emergency door: it is not there unless it is switched on, and only from listed addresses."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from skolefleks.client_address import comes_from
from skolefleks.emergency import actions, factors, rules
from skolefleks.emergency.forms import EmergencyForm, KeyForm
from skolefleks.pages import NOT_DONE, form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import public
from skolefleks.signin.sessions import EMERGENCY

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from skolefleks.permissions import Request

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

log = logging.getLogger(__name__)


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Sign in with password and code or passkey, and have every administrator told."""
    if not comes_from(request, settings.BREAK_GLASS_NETWORKS):
        if settings.BREAK_GLASS_NETWORKS:
            log.warning("emergency.elsewhere")
        raise Http404

    form = EmergencyForm(request.POST or None, request=request)
    if form.is_valid() and form.person:
        login(request, form.person, backend=BACKEND)
        # By this the session is held to the same addresses.
        request.session[EMERGENCY] = True
        actions.note_use(form.person)
        return redirect("start")
    status = 200
    if form.errors:
        status = NOT_DONE
    context = {"form": form, "question": factors.question()}
    return render(request, "account/emergency.html", context, status=status)


@form_page(P.SETTINGS_KEEP)
def emergency_key(request: Request) -> HttpResponse:
    """Make a passkey for the door, once one has come in by it; 404 for everybody else."""
    if not request.session.get(EMERGENCY):
        raise Http404

    form = KeyForm(posted(request))
    if form.try_to(actions.add_key, by=request.user):
        messages.success(request, "Passkeyen er gemt og kan åbne nødadgangen.")
        return redirect("emergency_key")
    context = {
        "keys": rules.keys_of(request.user),
        "offer": factors.offer(request.user),
    }
    return show_form(request, "account/emergency_key.html", form, context)
