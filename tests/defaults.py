"""What every test begins with: the settings as they come, and the cast's two centres."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.signals import setting_changed
from django.test.client import ClientHandler

from skolefleks.models import Centre
from skolefleks.setup import trade

# Hashed as in production at a hundredth of the price, which is Django's own.
Argon2PasswordHasher.time_cost = 1
Argon2PasswordHasher.memory_cost = 64
Argon2PasswordHasher.parallelism = 1

# What the first client has loaded: each would read the names of all static files anew.
LOADED: dict[str, Any] = {}

# As Django loads the middleware of a client.
LOAD = ClientHandler.load_middleware


def load_once(handler: ClientHandler) -> None:
    """Let all clients of a process have the same middleware."""
    if not LOADED:
        before = dict(vars(handler))
        LOAD(handler)
        LOADED.update({name: thing for name, thing in vars(handler).items() if name not in before})
    vars(handler).update(LOADED)


def forget_loaded(setting: str, **_: object) -> None:
    """A middleware reads its settings when it is loaded; none of them reads where papers lie."""
    if setting != "PAPERS_DIR":
        LOADED.clear()


ClientHandler.load_middleware = load_once
setting_changed.connect(forget_loaded)


@pytest.fixture(autouse=True)
def settings_of_nobody(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nobody has changed a setting, and nobody is asked."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        yield
        return
    with trade.read_once({}):
        # The texts too: nobody has written one.
        trade.once("texts", dict)
        yield


@pytest.fixture(name="centres")
def two_centres(db: None) -> list[Centre]:
    """Those of the demo; a test that wants a third adds it."""
    names = ("Center for Skoler, Institutioner og Kultur", "Center for Børne- og Ungerådgivning")
    centres = []
    for place, (key, name) in enumerate(zip(("C-SIK", "C-BUR"), names, strict=True), start=1):
        centres.append(Centre.objects.create(key=key, name=name, sort_key=place))
    return centres
