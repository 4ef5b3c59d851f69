"""How long a sign-in lasts: half an hour without a sign of life, a working day in all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import logout

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


_RENEW_AFTER = 60  # seconds: a write a minute is enough


class SessionAgeMiddleware:
    """Ends a session past its age, and renews a living one at most once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session, now = request.session, int(time.time())
        if request.user.is_authenticated:
            began = session.setdefault("began_at", now)
            if now - began > settings.SESSION_MAX_SECONDS:
                logout(request)
            elif now - session.get("seen_at", 0) > _RENEW_AFTER:
                session["seen_at"] = now
        return self.get_response(request)
