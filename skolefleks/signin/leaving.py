"""Signing out: at the municipality's sign-on too, or with a word that it is still open.

Schools share computers: whoever presses the button next must not come in as the
one before.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import requests
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from skolefleks.federation import saml

if TYPE_CHECKING:
    from django.http import HttpRequest

# Seconds.
ANSWER_SECONDS = 3
KEPT_SECONDS = 3600

_CACHE_KEY = "signin.end_session_endpoint"

log = logging.getLogger(__name__)


def way_out(request: HttpRequest) -> str:
    """Where a person goes who signs out; asked while they are still signed in."""
    if not _came_by_single_sign_on(request):
        return str(settings.LOGOUT_REDIRECT_URL)
    if saml.KEY in request.session:
        return saml.way_out(request) or reverse("signed_out")

    endpoint = ""
    if settings.OIDC_SIGN_OUT:
        endpoint = _end_session_endpoint()
    if not endpoint:
        return reverse("signed_out")

    query = {
        "client_id": _app()["client_id"],
        "post_logout_redirect_uri": settings.SITE_ADDRESS + reverse("account_login"),
    }
    separator = "?"
    if "?" in endpoint:
        separator = "&"
    return f"{endpoint}{separator}{urlencode(query)}"


def _came_by_single_sign_on(request: HttpRequest) -> bool:
    methods = request.session.get("account_authentication_methods", [])
    return any(method.get("method") == "socialaccount" for method in methods)


def _app() -> dict[str, str]:
    app: dict[str, str] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    return app


def _end_session_endpoint() -> str:
    """The provider's own address for it, "" where it has none or does not answer."""
    endpoint = cache.get(_CACHE_KEY)
    if endpoint is not None:
        return str(endpoint)

    url = settings.OIDC_SERVER_URL
    if "/.well-known/" not in url:
        url += "/.well-known/openid-configuration"
    try:
        answer = requests.get(url, timeout=ANSWER_SECONDS)
        answer.raise_for_status()
        endpoint = str(answer.json().get("end_session_endpoint", ""))
    except (requests.RequestException, ValueError):
        log.warning("sign_on.no_sign_out")
        return ""

    cache.set(_CACHE_KEY, endpoint, timeout=KEPT_SECONDS)
    return endpoint
