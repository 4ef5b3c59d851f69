"""The emergency door: it is not there unless it is switched on, and only from listed addresses."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from skolefleks.client_address import comes_from
from skolefleks.emergency import actions
from skolefleks.emergency.forms import EmergencyForm
from skolefleks.pages import NOT_DONE
from skolefleks.permissions import public
from skolefleks.signin.sessions import EMERGENCY

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

log = logging.getLogger(__name__)


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Sign in with password and code, and have every administrator told."""
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
    page = "account/emergency.html"
    return render(request, page, {"form": form}, status=status)
