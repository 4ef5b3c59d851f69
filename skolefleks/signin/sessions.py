"""How long a sign-in lasts: half an hour without a sign of life, a working day in all."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from skolefleks.client_address import comes_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from skolefleks.models import User

RENEW_SECONDS = 60

# In a session that the emergency access began.
EMERGENCY = "emergency"


class PersonMiddleware(AuthenticationMiddleware):
    """Django's, with the person whom the session's own query brought along."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        person: Any = SimpleLazyObject(lambda: _person_of(request))
        request.user = person


def time_left(request: HttpRequest) -> dict[str, Any]:
    """Seconds until the sign-in ends by itself, and whether staying would make them more."""
    session: Any = request.session
    until_idle = (session.ends_at - timezone.now()).total_seconds()
    until_longest = session["began_at"] + settings.SESSION_MAX_SECONDS - time.time()
    return {
        "seconds": max(int(min(until_idle, until_longest)), 0),
        "may_stay": until_longest > settings.SESSION_IDLE_SECONDS,
    }


def stay(request: HttpRequest) -> dict[str, Any]:
    """The time that is left once this is a sign of life, which the answer stores."""
    session: Any = request.session
    session["seen_at"] = int(time.time())
    session.ends_at = timezone.now() + timedelta(seconds=session.get_expiry_age())
    return time_left(request)


def _person_of(request: HttpRequest) -> User | AnonymousUser:
    session: Any = request.session
    # Reading anything reads the row.
    stamp = session.get(HASH_SESSION_KEY, "")
    person: User | None = session.person
    if person is None or not person.is_active:
        return AnonymousUser()

    # Another password since then ends what was signed in with the old one.
    if not constant_time_compare(stamp, person.get_session_auth_hash()):
        session.flush()
        return AnonymousUser()
    return person


class SessionAgeMiddleware:
    """Ends a session past its age, and renews a living one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self.end_if_old(request)
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> None:
        """Renew, once it is known which view is asked: a poll is no sign of life."""
        is_polled = getattr(view, "is_polled", False)
        if request.user.is_authenticated and not is_polled:
            self.renew(request)

    def end_if_old(self, request: HttpRequest) -> None:
        if request.session.get(EMERGENCY) and not comes_from(
            request, settings.BREAK_GLASS_NETWORKS
        ):
            logout(request)
            return
        now = int(time.time())
        began_at = request.session.setdefault("began_at", now)
        if now - began_at > settings.SESSION_MAX_SECONDS:
            logout(request)

    def renew(self, request: HttpRequest) -> None:
        # A changed session is stored, and storing it moves its end. Once a minute
        # is enough.
        now = int(time.time())
        if now - request.session.get("seen_at", 0) > RENEW_SECONDS:
            request.session["seen_at"] = now
