"""What no browser may keep: CPR numbers in addresses, and the pages of a signed-in person."""

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

# The address of a list's next page holds a moment, whose microseconds may look like a CPR number:
# `…T18:54:10.122344+00:00`.
MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+ ]00:00")

# The parameters whose values nobody types. A machine made them, and by chance the digits of such a
# value may look like a CPR number.
MACHINE_PARAMETERS = {
    # Of the municipality's sign-on, by OpenID Connect and by SAML.
    "code",
    "state",
    "session_state",
    "SAMLRequest",
    "SAMLResponse",
    "RelayState",
    "Signature",
    # The link that a new site begins with.
    "kode",
    # The room's stamp of what its screen shows.
    "stand",
}


class NoCprInAddressMiddleware:
    """Redirects an address with a CPR number in it to the same address without.

    A browser does not put an address that is redirected into its history.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not request.GET:
            return self.get_response(request)

        clean_query = request.GET.copy()
        for name, values in request.GET.lists():
            if name in MACHINE_PARAMETERS:
                continue
            if _holds_a_cpr_number(" ".join([name, *values])):
                del clean_query[name]
        if len(clean_query) == len(request.GET):
            return self.get_response(request)

        messages.warning(request, NOT_SEARCHED)
        address = request.path
        if clean_query:
            address += f"?{clean_query.urlencode()}"
        return HttpResponseRedirect(address)


def _holds_a_cpr_number(text: str) -> bool:
    # Django has unquoted it once. The address of a case carries that of the queue, quoted again.
    text = unquote_plus(text)
    # Not `cpr.ID`: it would also take out a number that somebody typed among letters from a to f.
    text = cpr.ROW_ID.sub("", text)
    text = MOMENT.sub("", text)
    return cpr.is_held_in(text)


class NothingKeptMiddleware:
    """Forbids browsers to keep what a signed-in person is answered: pages, files and errors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Asked before the answer too: one who signs out is nobody after it.
        was_signed_in = isinstance(request.user, User)
        response = self.get_response(request)

        if was_signed_in or isinstance(request.user, User):
            patch_cache_control(response, no_store=True, private=True)
        return response
