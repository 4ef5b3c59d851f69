"""How long a sign-in lasts: half an hour without a sign of life, a working day in all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import logout

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

RENEW_SECONDS = 60


class SessionAgeMiddleware:
    """Ends a session past its age, and renews a living one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self.end_or_renew(request)
        return self.get_response(request)

    def end_or_renew(self, request: HttpRequest) -> None:
        session = request.session
        now = int(time.time())
        began_at = session.setdefault("began_at", now)

        if now - began_at > settings.SESSION_MAX_SECONDS:
            logout(request)
            return

        # A changed session is stored, and storing it moves its end. Once a minute is enough.
        if now - session.get("seen_at", 0) > RENEW_SECONDS:
            session["seen_at"] = now
