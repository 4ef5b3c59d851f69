"""The way out, and who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account import views as account
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from skolefleks import alphabet
from skolefleks.models import User
from skolefleks.pages import act, page, polled
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, public
from skolefleks.signin import actions, sessions

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# Not "cookies": that would clear those of the municipality's other sites, of the
# same domain.
CLEAR = '"cache", "storage"'


@public
@never_cache
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Signed out here, while the municipality's sign-on is still open in this browser."""
    return render(request, "account/signed_out.html")


@public
def log_in(request: HttpRequest) -> HttpResponse:
    """allauth's page. In production a password opens nothing here: the page has no form for it."""
    if settings.PRODUCTION and request.method not in {"GET", "HEAD"}:
        raise PermissionDenied
    response: HttpResponse = account.login(request)
    return response


@public
def sign_out(request: HttpRequest) -> HttpResponse:
    """allauth's page; whoever is signed out leaves nothing in the browser."""
    response: HttpResponse = account.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = CLEAR
    return response


@page()
@polled
def time_left(request: Request) -> HttpResponse:
    """How long the sign-in lasts: a page asks it (front/idle.js), which is no sign of life."""
    return JsonResponse(sessions.time_left(request))


@act()
def stay(request: Request) -> HttpResponse:
    """A sign of life, and nothing else."""
    return JsonResponse(sessions.stay(request))


@act()
def end_own_sessions(request: Request) -> HttpResponse:
    """Sign oneself out in every browser, this one too."""
    actions.end_sessions(request.user, by=request.user)
    # The row is gone: what this request would store of it has nowhere to lie.
    request.session.flush()
    response = redirect("account_login")
    response["Clear-Site-Data"] = CLEAR
    return response


@page(P.SESSION_END)
def signed_in(request: Request) -> HttpResponse:
    """Everybody who is signed in somewhere, with a button that ends it."""
    people = User.objects.filter(pk__in=actions.people_signed_in()).order_by(
        alphabet.by("name")
    )
    counts = actions.sessions_of(people)
    rows = [(person, counts.get(person.pk, 0)) for person in people]
    return render(request, "skolefleks/signin/signed_in.html", {"rows": rows})


@act(P.SESSION_END)
def end_sessions(request: Request, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    actions.end_sessions(person, by=request.user)
    messages.success(request, f"{person.name} er logget ud overalt.")
    if "person" in request.POST:
        return redirect("person", pk)
    return redirect("signed_in")
