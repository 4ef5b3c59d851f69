"""How often one person may do what reads much or costs much; beyond it the page says so (429).

The counts lie in the cache: while Valkey is away nothing is counted, and the
access log still is written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponseBase
from django.shortcuts import render
from redis.exceptions import RedisError

from skolefleks.operations import alarms
from skolefleks.permissions import Request
from skolefleks.setup import trade

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def throttled(what: str) -> Callable[[View], View]:
    """Mark a view that counts as `what`, a name in settings.THROTTLES.

    It stands nearest to the view, beneath what asks for the right. A form that
    is only looked at does not count.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            throttle = settings.THROTTLES[what]
            counts = request.method in throttle.methods
            if counts and _count(what, request.user.pk) > _most(what):
                return _refuse(request, what)
            return view(request, *args, **kwargs)

        # By this a test finds the views that count.
        guarded.counts_as = what  # type: ignore[attr-defined]
        return cast("View", guarded)

    return mark


def _most(what: str) -> int:
    """How many times: as the municipality has set it, where that is a setting."""
    fixed: int = settings.THROTTLES[what].times
    return int(getattr(trade.now(), f"throttle_{what}", fixed))


def _count(what: str, person: int) -> int:
    """How many times in this window, this time included; 0 while nothing can be counted."""
    key = f"throttle:{what}:{person}"
    try:
        # The window begins with the first.
        cache.add(key, 0, settings.THROTTLES[what].seconds)
        return int(cache.incr(key))
    except (RedisError, ValueError):
        return 0


def _refuse(request: Request, what: str) -> HttpResponseBase:
    throttle = settings.THROTTLES[what]
    log.warning("throttled", extra={"what": what, "person": request.user.pk})

    # Once a window, not at each further try.
    is_first = cache.add(
        f"throttle:{what}:{request.user.pk}:told", 1, throttle.seconds
    )
    if throttle.alarms and is_first:
        alarms.tell_of_reading(request.user.pk, what=what, count=_most(what))

    minutes = -(-throttle.seconds // 60)
    context = {"sentence": throttle.sentence, "minutes": minutes}
    return render(request, "429.html", context, status=429)
