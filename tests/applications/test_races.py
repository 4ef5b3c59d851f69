"""Two windows that save the same text at the same moment."""

from __future__ import annotations

import pytest

from applications.writing import actions as writing
from tests.applications.writing.desk import at, marked
from tests.racing import race


def saving(client, url, post, **words):
    """The page as it is now, and what sends it with these words."""
    page = client.get(url)
    return lambda: post(client, url, marked(page, **words)).status_code


@race("applications.writing.frame.own_application", held=409, off=302)
def test_of_two_who_write_in_one_field_at_once_the_later_is_shown_both(
    draft, client_for, leader, staff, post, together, outcome
):
    url = at("cooperation", draft)
    acts = [
        saving(client_for(leader), url, post, ppr_setup="Lenes"),
        saving(client_for(staff), url, post, ppr_setup="Peders"),
    ]
    assert together(*acts) == [302, outcome]


@pytest.fixture
def statement(draft, ppr, leader):
    writing.invite(draft, adviser=ppr, by=leader)
    return at("statement", draft)


@race("applications.dialogue.views._case_invited_to", held=409, off=302)
def test_of_two_windows_of_one_adviser_the_later_is_shown_both(
    statement, client_for, ppr, post, together, outcome
):
    acts = []
    for words in ("I mit ene vindue.", "I mit andet."):
        acts.append(saving(client_for(ppr), statement, post, text=words, then="save"))
    assert together(*acts) == [302, outcome]
