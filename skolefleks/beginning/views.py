"""Where the first administrator's link leads: one button, and in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from skolefleks.beginning import actions, queries
from skolefleks.permissions import public
from skolefleks.refusals import Refusal
from skolefleks.signin import actions as signin

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

# In the address's query, which no log holds.
SECRET = "kode"  # noqa: S105  its name


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Looking at it uses nothing: a mail program that opens links must not use it up."""
    if request.method == "POST":
        return _use(request)

    secret = request.GET.get(SECRET, "").replace("\x00", "")
    link = queries.link_of(secret)
    if link is None:
        return _page(request, {"refused": actions.Unusable.message}, status=404)
    return _page(request, {"link": link, "secret": secret})


def _use(request: HttpRequest) -> HttpResponse:
    try:
        person = actions.use(request.POST.get(SECRET, "").replace("\x00", ""))
    except Refusal as refusal:
        return _page(request, {"refused": str(refusal)}, status=404)
    login(request, person, backend=BACKEND)
    signin.note_sign_in(person)
    messages.success(
        request,
        "Du er systemadministrator. Begynd med kommunens profil; siden kommer"
        " steder, personer og indstillinger.",
    )
    return redirect("profile")


def _page(
    request: HttpRequest, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    template = "skolefleks/beginning/begin.html"
    return render(request, template, context, status=status)
