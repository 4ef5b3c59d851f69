"""The ways to the municipality's single sign-on, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from onelogin.saml2.errors import OneLogin_Saml2_Error
from requests import RequestException

from skolefleks.federation import answers, saml
from skolefleks.federation.adapters import log
from skolefleks.permissions import public
from skolefleks.signin import actions as signin
from skolefleks.signin.store import SessionStore

if TYPE_CHECKING:
    from django.http import HttpRequest

# Holds the provider's answer between two requests: what it sends comes without our
# session, since it comes from another site.
COOKIE = "skolefleks_saml"
WAITING_SECONDS = 120

AWAY = "socialaccount/authentication_error.html"


@public
def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the person to the sign-on, or show a page that says so when it does not answer."""
    try:
        response: HttpResponse = openid_connect.login(request, provider_id)
    except RequestException:
        log.exception("sign_on.away")
        return render(request, AWAY, status=503)
    return response


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saml_login(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Ask the identity provider who it is; a link from elsewhere asks nobody."""
    provider = _provider(request)
    if organization_slug != saml.PROVIDER:
        raise Http404
    if request.method != "POST":
        return render(request, "socialaccount/login.html", {"provider": provider})

    auth = saml.auth_of(request)
    address = auth.login(return_to="")
    # By the id of the request the answer finds its way back, once.
    provider.stash_redirect_state(
        request,
        AuthProcess.LOGIN,
        _next_of(request),
        state_id=auth.get_last_request_id(),
    )
    return HttpResponseRedirect(address)


@public
@csrf_exempt
@require_POST
def saml_acs(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer, and go on as a page of ours: then the session comes along."""
    _provider(request)
    if not ratelimit.consume(request, action="login"):
        return render(request, AWAY, status=429)
    text = request.POST.get("SAMLResponse", "")
    if not text or len(text) > saml.MOST_LETTERS:
        return _refuse(request, "no answer, or one too long")

    waiting = SessionStore()
    waiting["answer"] = text
    waiting.set_expiry(WAITING_SECONDS)
    waiting.create()
    waiting.save()
    response = redirect("saml_finish")
    response.set_cookie(
        COOKIE,
        waiting.session_key or "",
        path=reverse("saml_finish"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@public
@never_cache
@require_safe
def saml_finish(request: HttpRequest) -> HttpResponse:
    """Let in whoever the answer names, as every sign-on does, or refuse it."""
    provider = _provider(request)
    waiting = SessionStore(request.COOKIES.get(COOKIE))
    text = waiting.get("answer", "")
    waiting.delete()
    try:
        auth = answers.read(text, reverse("saml_acs"))
        state = answers.state_of(request, auth, provider)
    except answers.Refused as error:
        response = _refuse(request, str(error))
    else:
        response = _let_in(request, provider, auth, state)
    response.delete_cookie(COOKIE, path=reverse("saml_finish"))
    return response


@public
@never_cache
@require_safe
def saml_sls(request: HttpRequest) -> HttpResponse:
    """Sign out at the provider's word, or come back from having signed out there."""
    _provider(request)
    auth = saml.auth_of(request, leaves=True)
    try:
        address = auth.process_slo(keep_local_session=True)
    except OneLogin_Saml2_Error as error:
        return _refuse(request, str(error))
    if auth.get_errors():
        return _refuse(request, auth.get_last_error_reason() or "signing out")
    if not address:
        return redirect("account_login")

    # Everywhere: of which browser it speaks the provider need not know.
    uid = saml.whom_to_sign_out(auth)
    for identity in SocialAccount.objects.filter(provider=saml.PROVIDER, uid=uid):
        signin.close_sessions(identity.user, by=None)
    return HttpResponseRedirect(address)


@public
@require_safe
def saml_metadata(request: HttpRequest) -> HttpResponse:
    """What the identity provider is to know of us: addresses, certificate, what we demand."""
    _provider(request)
    metadata = saml.own_settings().get_sp_metadata()
    return HttpResponse(metadata, content_type="application/samlmetadata+xml")


def _let_in(
    request: HttpRequest, provider: Any, auth: Any, state: Any
) -> HttpResponse:
    login = provider.sociallogin_from_response(request, auth)
    login.state = state
    response: HttpResponse = complete_social_login(request, login)
    if request.user.is_authenticated:
        saml.remember(request, auth)
    return response


def _refuse(request: HttpRequest, reason: str) -> HttpResponse:
    # The trail names what kind it is; the words may be the sender's.
    log.warning("sign_on.refused", extra={"reason": reason[:200]})
    signin.note_refusal(None, reason="saml")
    return render(request, AWAY, status=401)


def _provider(request: HttpRequest) -> Any:
    if not settings.SAML:
        raise Http404
    return get_adapter().get_provider(request, saml.PROVIDER)


def _next_of(request: HttpRequest) -> str:
    address = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return ""
