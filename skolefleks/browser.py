"""What every answer keeps from the browser: numbers in addresses, and pages of the signed-in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.cache import patch_cache_control

from skolefleks import cpr
from skolefleks.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

NOT_SEARCHED = (
    "Der søges ikke på CPR-numre, og nummeret er taget ud af adressen. "
    "Søg på sagsnummer, elevens navn, initialer eller klassetrin."
)


# Where a list goes on has microseconds, which may look like a number too:
# `…T18:54:10.122344+00:00`.
MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+ ]00:00")


# What machines make up, and nobody types: the sign-on's answer, a one-time link, the
# room's stamp. A digest's digits look like a number now and then.
MADE_UP = {
    "code",
    "state",
    "session_state",
    "SAMLRequest",
    "SAMLResponse",
    "RelayState",
    "Signature",
    "kode",
    "stand",
}


class NoCprInAddressMiddleware:
    """Leads an address with a CPR number in it to the same address without.

    The browser forgets an address that was led on: its history does not have
    the number.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not request.GET:
            return self.get_response(request)

        clean = request.GET.copy()
        for name, values in request.GET.lists():
            if name in MADE_UP:
                continue
            # Twice: a case's address carries the queue's, quoted once more.
            text = unquote_plus(" ".join([name, *values]))
            if cpr.is_held_in(MOMENT.sub("", cpr.ROW_ID.sub("", text))):
                del clean[name]
        if len(clean) == len(request.GET):
            return self.get_response(request)

        messages.warning(request, NOT_SEARCHED)
        address = request.path
        if clean:
            address += f"?{clean.urlencode()}"
        return HttpResponseRedirect(address)


class NothingKeptMiddleware:
    """Forbids to keep what a signed-in person is answered: a file, a part, an error too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Before the answer: signing out makes somebody nobody, and that answer is
        # not kept either.
        is_signed_in = isinstance(request.user, User)
        response = self.get_response(request)

        if is_signed_in or isinstance(request.user, User):
            patch_cache_control(response, no_store=True, private=True)
        return response
