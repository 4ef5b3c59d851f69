"""What lies in Valkey is read as JSON: whoever writes there gets nothing run here."""

from __future__ import annotations

import pickle

import pytest
from django.core.cache import cache

VALUES = [0, 7, -1, True, False, None, 1.5, "æ", [1, 2.5], {"tariff": "200.000"}, ["x"] * 1000]


class Opened:
    """What an attacker would leave: unpickled, it makes a folder."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return type(self.path).mkdir, (self.path,)


def leave(content):
    """As whoever has Valkey's password would put it there."""
    cache._cache.get_client(None, write=True).set(cache.make_key("left"), content)


@pytest.mark.parametrize("value", VALUES)
def test_a_value_comes_back_as_it_was(value):
    cache.set("kept", value)
    assert cache.get("kept", default="gone") == value


def test_a_pickle_is_not_there_and_is_not_run(tmp_path):
    leave(pickle.dumps(Opened(tmp_path / "run")))
    assert cache.get("left") is None
    assert not (tmp_path / "run").exists()


def test_a_pickle_would_have_been_run(tmp_path):
    pickle.loads(pickle.dumps(Opened(tmp_path / "run")))  # noqa: S301
    assert (tmp_path / "run").exists()


def test_a_count_goes_on_being_counted():
    cache.set("count", 1)
    assert cache.incr("count") == 2
