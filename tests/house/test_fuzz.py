"""Nonsense in every parameter, field, file, body, method and header of every address, as everybody:
refused in plain words, nothing done, nothing told.

250 requests by default, some seconds of a processor; a longer run sets SKOLEFLEKS_FUZZ and another
SKOLEFLEKS_SEED:

    SKOLEFLEKS_FUZZ=100000 SKOLEFLEKS_SEED=7 pytest -n 0 -s tests/house/test_fuzz.py
"""

from __future__ import annotations

import os
import traceback
from collections import Counter
from http.cookies import SimpleCookie
from itertools import chain, islice

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from budget.models import Posting
from skolefleks.models import AuditEntry
from tests.budget.books.test_proof import differences
from tests.house.hostile import Fuzz
from tests.house.surfaces_caseload import nobody_is_held_up  # noqa: F401
from tests.house.test_surfaces import (  # noqa: F401  the caseload and who is out of it
    CASE,
    INNER,
    PROVISIONAL,
    RELEASED,
    addresses_of,
    cases,
    is_set,
    others,
    out,
)
from tests.surfaces import squeezed, text_in
from visitation.models import Decision, Document, Grant, Participant, Question

ROUNDS = int(os.environ.get("SKOLEFLEKS_FUZZ", "250"))

SEED = int(os.environ.get("SKOLEFLEKS_SEED", "1"))

KEPT = (Posting, Decision, Grant, Document, Participant, Question, AuditEntry)


def counted():
    """How many rows each of them has; one query, since every round asks."""
    tables = (f"(SELECT count(*) FROM {model._meta.db_table})" for model in KEPT)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(tables)}")
        return list(cursor.fetchone())


def broken(answer, before, secrets):
    """What is wrong with an answer; nothing when it is as it should be."""
    # One who is alone comes second to nobody: that is a fault too (skolefleks/second.py).
    fault = getattr(answer, "exception", None)
    if fault:
        return "".join(traceback.format_exception(fault)[-6:])
    if answer.status_code >= 500:
        if not answer.exc_info:
            return "5xx"
        return "".join(traceback.format_exception(*answer.exc_info)[-6:])
    after = counted()
    if answer.status_code >= 400 and after != before:
        return f"{answer.status_code}, and something was done: {before} {after}"
    if after != before and (wrong := differences()):
        return f"the books do not hold: {wrong}"
    told = text_in(answer)
    return ", ".join(secret for secret in secrets if squeezed(secret) in told)


@pytest.fixture
def players(client_for, request, out, cases, nobody_is_held_up):  # noqa: F811
    """(person, their browser, what they must not find); the person is None for nobody."""
    everything = [*CASE, *INNER, *PROVISIONAL, *RELEASED]
    names = "leader staff other_leader adviser chair secretary chief follower admin".split()
    hidden = dict.fromkeys(("other_leader", "follower", "admin"), everything)
    hidden |= {name: [*INNER, *PROVISIONAL] for name in ("leader", "staff", "adviser")}
    people = [(request.getfixturevalue(name), hidden.get(name, [])) for name in names]
    people.append((out[is_set], everything))
    made = [(user, client_for(user), secrets) for user, secrets in people]
    made.append((None, Client(), everything))
    for _, client, _ in made:
        client.raise_request_exception = False
    return made


def play(fuzz, combination, before, figures):
    """Send one request and take back what it did; what was broken, in words."""
    (who, client, secrets), path, way = combination
    # A strange cookie signs the person out, in this browser too.
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        answer = way(fuzz, client, path, lambda: fuzz.fields(who, client, path))
        said = broken(answer, before, secrets)
        transaction.set_rollback(True)

    client.cookies = SimpleCookie(cookies)
    figures[answer.status_code] += 1
    return said and f"{who} {path} {way.__name__}: {said}"


def test_no_nonsense_brings_anything_down_or_out_or_half_done(players, cases):  # noqa: F811
    fuzz, figures = Fuzz(SEED), Counter()
    paths = dict.fromkeys(chain.from_iterable(map(addresses_of, cases)))
    wrong, before = [], counted()
    for each in islice(fuzz.rounds(players, paths), ROUNDS):
        said = play(fuzz, each, before, figures)
        if said:
            wrong.append(said)
    print(f"{len(paths)} addresses, {len(players)} people: {sorted(figures.items())}")
    assert wrong == []


# -- whether it would be noticed -------------------------------------------------------
def answered(status, text=""):
    answer = HttpResponse(text, status=status)
    answer.exc_info = None
    return answer


def test_a_fall_a_word_that_gets_out_and_an_act_behind_a_refusal_would_be_noticed(granted):
    assert broken(answered(500), counted(), []) == "5xx"
    assert (
        broken(answered(200, "Her st\u00e5r KvidderDom."), counted(), PROVISIONAL) == "KvidderDom"
    )
    assert broken(answered(422), [0] * len(KEPT), []).startswith("422, and something was done")
    assert broken(answered(422), counted(), PROVISIONAL) == ""
