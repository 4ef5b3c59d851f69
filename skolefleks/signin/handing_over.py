"""A browser that an adult hands to somebody who is nobody here: it reaches one address, no other.

The adult is signed out, and the new session knows its one address and its last second. That holds
whatever a page says of itself: it is asked before any page is looked for.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.contrib.auth import logout
from django.http import HttpResponseRedirect

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

KEY = "handed_over"


def hand_over(request: HttpRequest, path: str, thing: str, *, minutes: int) -> None:
    """Sign the person out and bind the browser to `path`; `thing` is the id of what it is for."""
    # Before the binding is written: it would go with the old
    # session.
    # Flushes the session: its other tabs are signed out, and the
    # old cookie opens nothing.
    logout(request)
    until = int(time.time()) + minutes * 60
    request.session[KEY] = {"path": path, "thing": thing, "until": until}
    request.session.set_expiry(minutes * 60)


def thing_of(request: HttpRequest) -> str:
    """The id of what the browser was handed over for; '' where it was not."""
    binding = request.session.get(KEY)
    if binding is None:
        return ""
    return str(binding["thing"])


def take_back(request: HttpRequest) -> None:
    """The browser is nobody's again, and may reach the sign-in."""
    if KEY in request.session:
        request.session.flush()


class OneAddressMiddleware:
    """Leads a browser that was handed over back to its one address, until its time is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        binding = request.session.get(KEY)
        if binding is None:
            return self.get_response(request)

        # Past its time it is like any browser that nobody has
        # signed in on.
        if time.time() >= binding["until"]:
            take_back(request)
        elif request.path != binding["path"]:
            # Nothing is done of what was sent to another address.
            return HttpResponseRedirect(binding["path"])

        response = self.get_response(request)
        # Back and history find nothing that was shown.
        response["Cache-Control"] = "no-store, private"
        return response
