"""What every test begins with: the settings as they come, and the cast's two centres."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from skolefleks.models import Centre
from skolefleks.setup import trade

# Hashed as in production at a hundredth of the price, which is Django's own.
Argon2PasswordHasher.time_cost = 1
Argon2PasswordHasher.memory_cost = 64
Argon2PasswordHasher.parallelism = 1


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
def two_centres(db: None) -> None:
    """Those of the demo; a test that wants a third adds it."""
    names = ("Center for Skoler, Institutioner og Kultur", "Center for Børne- og Ungerådgivning")
    for place, (key, name) in enumerate(zip(("C-SIK", "C-BUR"), names, strict=True), start=1):
        Centre.objects.create(key=key, name=name, sort_key=place)
