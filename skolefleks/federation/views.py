"""The way to the municipality's single sign-on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.shortcuts import render
from requests import RequestException

from skolefleks.federation.adapters import log
from skolefleks.permissions import public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public
def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the person to the sign-on, or show a page that says so when it does not answer."""
    try:
        response: HttpResponse = openid_connect.login(request, provider_id)
    except RequestException:
        log.exception("sign_on.away")
        return render(request, "socialaccount/authentication_error.html", status=503)
    return response
