"""Who is let in at an address: asked through a browser, or of the view itself where it refuses."""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve

from skolefleks.models import AuditEntry, User
from skolefleks.permissions import ANYWHERE_AT_ALL, may
from tests.roles import undone


@dataclass(frozen=True)
class Player:
    """Somebody at a browser."""

    client: Client
    user: User | AnonymousUser


def signed_in(user, client):
    """The person at their browser, and known to be there for the next hour.

    Whatever a walk asks is rolled back, the sign of life too: each request would store it anew.
    """
    now = int(time.time())
    session = client.session
    session.update({"began_at": now, "seen_at": now + 3600})
    session.save()
    # Another object than the one that the case was made with: roles are read once.
    return Player(client, User.objects.get(pk=user.pk))


def key():
    return {"idempotency_key": str(uuid.uuid4())}


def shown(answer):
    if answer.status_code == 302 and answer.url.startswith("/konto/login/?next="):
        return "-"
    return str(answer.status_code)


def through_the_browser(player, method, url):
    if method == "GET":
        return shown(player.client.get(url))
    return shown(player.client.post(url, key()))


def may_enter(user, url):
    """Whether the mark of the view there lets the person in; None is nobody."""
    try:
        view = resolve(urlsplit(url).path).func
    except Resolver404:
        return True
    rights = getattr(view, "allowed", "public")
    if rights == "public":
        return True
    if user is None or not rights:
        return user is not None
    return any(may(user, right, at=ANYWHERE_AT_ALL) for right in rights)


def takes(url, method):
    """Whether the mark of the view there takes the method; what has no mark takes any."""
    try:
        view = resolve(urlsplit(url).path).func
    except Resolver404:
        return True
    return method in getattr(view, "methods", (method,))


def refusal(user, method, url):
    """How the view there turns the person away, asked without session and middleware; else "".

    Only for whom it is to turn away: whoever it lets in would be in the middle of it.
    """
    request = RequestFactory().generic(method, url)
    if method == "POST":
        request = RequestFactory().post(url, key())
    request.user = user
    view, args, kwargs = resolve(urlsplit(url).path)
    # Let in without all that stands around a view, it may fail in any way.
    with suppress(Exception):
        try:
            answer = view(request, *args, **kwargs)
        except PermissionDenied:
            return "403"
        except Http404:
            return "404"
        if answer.status_code == 405:
            return "405"
    return ""


def is_taken_for_forged(url):
    """Whether a form without a token is refused there before any view sees it."""
    request = RequestFactory().post(url, key())
    guard = CsrfViewMiddleware(lambda _: None)
    guard.process_request(request)
    return guard.process_view(request, *resolve(url)) is not None


def by_the_view(player, method, url):
    """The same of somebody to be turned away; whoever is let in has to be answered in full."""
    return refusal(player.user, method, url) or through_the_browser(player, method, url)


# What turns somebody away, and changes nothing for whoever asks next.
SHUT = {"-", "403", "404", "405"}


def as_everybody(players, method, url, expected, ask_the_view):
    """What each gets, every one of them finding things as they were."""
    answers, lines = {}, AuditEntry.objects.count()
    with undone():
        for name in [name for name in players if expected[name] in SHUT]:
            ask = by_the_view if name in ask_the_view else through_the_browser
            answers[name] = ask(players[name], method, url)
        if SHUT.issuperset(answers.values()):
            assert AuditEntry.objects.count() == lines

    for name in [name for name in players if name not in answers]:
        with undone():
            answers[name] = through_the_browser(players[name], method, url)
            if answers[name] not in {"200", "302"}:
                assert AuditEntry.objects.count() == lines
    return answers


def wrong_answers(players, method, table, address):
    """{name of an address: what each got there} where that is not what the table says.

    Of those to be turned away in the same way one sends a whole request, each time another: at
    every third address, since what stands around the views is the same for all, and wherever they
    find nothing. Of the others the view is asked.
    """
    wrong = {}
    for place, (name, expected) in enumerate(table):
        ask_the_view = []
        for status in ("403", "404", "405"):
            turned_away = [who for who in expected if expected[who] == status]
            if turned_away and (status == "404" or place % 3 == 0):
                turned_away.pop(place // 3 % len(turned_away))
            ask_the_view += turned_away

        answers = as_everybody(players, method, address(name), expected, ask_the_view)
        if answers != expected:
            wrong[name] = answers
    return wrong
