"""The way to the municipality's single sign-on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from skolefleks.permissions import public
from skolefleks.signin.adapters import log

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public
@never_cache
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Signed out here, while the municipality's sign-on is still open in this browser."""
    return render(request, "account/signed_out.html")


@public
def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the person to the sign-on, or show a page that says so when it does not answer."""
    try:
        response: HttpResponse = openid_connect.login(request, provider_id)
    except RequestException:
        log.exception("sign_on.away")
        return render(request, "socialaccount/authentication_error.html", status=503)
    return response
