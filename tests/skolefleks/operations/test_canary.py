"""With a damaged key ring, or somebody else's, nothing starts; with a key added, it does."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from skolefleks.encryption import key_ring
from skolefleks.models import KeyCanary
from skolefleks.operations import canary

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring_file(settings, tmp_path):
    """The suite's own ring in a file that a test may spoil."""
    path = tmp_path / "keys.json"
    path.write_text(Path(settings.ENCRYPTION_KEYS_FILE).read_text())
    settings.ENCRYPTION_KEYS_FILE = str(path)
    key_ring.cache_clear()
    yield path
    key_ring.cache_clear()


def rewrite(path, change):
    ring = json.loads(path.read_text())
    change(ring)
    path.write_text(json.dumps(ring))
    key_ring.cache_clear()


def new_key():
    return base64.b64encode(os.urandom(32)).decode()


def other_key(ring):
    ring["keys"]["k1"] = new_key()


def other_index(ring):
    ring["index"] = new_key()


def key_replaced(ring):
    ring.update(current="k2", keys={"k2": new_key()})


def key_added(ring):
    ring["keys"]["k2"] = new_key()
    ring["current"] = "k2"


def test_the_first_start_plants_a_word_under_each_key(ring_file):
    canary.require_right_keys()
    canary.require_right_keys()
    assert set(KeyCanary.objects.values_list("name", flat=True)) == {"index", "key:k1"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (other_key, "The key k1 in the key ring is not the one"),
        (other_index, "index is not the one"),
        (key_replaced, "lacks the key k1"),
    ],
)
def test_another_installations_keys_are_refused_in_words(ring_file, change, sentence):
    canary.require_right_keys()
    rewrite(ring_file, change)
    with pytest.raises(canary.WrongKeys, match=sentence):
        canary.require_right_keys()
    assert KeyCanary.objects.count() == 2


def test_a_key_beside_the_old_one_is_planted_and_held_to_from_then_on(ring_file):
    canary.require_right_keys()
    rewrite(ring_file, key_added)
    canary.require_right_keys()
    assert KeyCanary.objects.filter(name="key:k2").exists()

    rewrite(ring_file, lambda ring: ring["keys"].pop("k2") and ring.update(current="k1"))
    with pytest.raises(canary.WrongKeys, match="lacks the key k2"):
        canary.require_right_keys()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"current": "k1"}',
        '{"current": "k1", "keys": {"k1": "short"}, "index": ""}',
    ],
)
def test_a_damaged_ring_is_refused_in_words(ring_file, content):
    ring_file.write_text(content)
    with pytest.raises(canary.WrongKeys, match="is damaged"):
        canary.require_right_keys()


def test_a_database_from_before_the_canary_tells_the_keys_by_what_is_in_it(ring_file, draft):
    rewrite(ring_file, other_key)
    with pytest.raises(canary.WrongKeys, match="is not the one"):
        canary.require_right_keys()
    assert not KeyCanary.objects.exists()


def test_the_right_keys_open_a_database_from_before_the_canary(ring_file, draft):
    canary.require_right_keys()
    assert KeyCanary.objects.count() == 2
