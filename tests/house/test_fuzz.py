"""Nonsense in every parameter and field of every address, as everybody: refused in plain words,
nothing done, nothing told.

200 rounds (a page opened, and its form sent) by default; a long run sets SKOLEFLEKS_ROUNDS and
another SKOLEFLEKS_SEED:

    SKOLEFLEKS_ROUNDS=5000 SKOLEFLEKS_SEED=7 pytest -n 0 tests/test_fuzz.py
"""

from __future__ import annotations

import os
import random
import re
import traceback
import uuid
from html import unescape
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse

from budget.models import Posting
from skolefleks.models import AuditEntry
from tests.budget.books.test_proof import differences
from tests.conftest import NONSENSE
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

ROUNDS, SEED = (
    int(os.environ.get("SKOLEFLEKS_ROUNDS", "200")),
    int(os.environ.get("SKOLEFLEKS_SEED", "1")),
)


KEPT = (Posting, Decision, Grant, Document, Participant, Question, AuditEntry)


FOREIGN = str(uuid.UUID(int=7))


WRONG = [
    *NONSENSE,
    "",
    " ",
    "\U0001f600",
    "0",
    "-0",
    "NaN",
    "1e400",
    "01.01.0001",
    "31.12.9999",
    "31.02.2027",
    FOREIGN,
]


WRONG += [
    "[]",
    "{}",
    "null",
    "true",
    "x" * 100_000,
    "\u202e\u0000\u200b",
    "../../etc/passwd",
    "9223372036854775808",
]


ASKED = [
    "q",
    "vis",
    "efter",
    "foer",
    "side",
    "aar",
    "skole",
    "distrikt",
    "klasse",
    "fra",
    "til",
    "pr",
    "stand",
    "s",
]


FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"([^\"]+)\"[^>]*>")


VALUE = re.compile(r"\bvalue=\"([^\"]*)\"")


OURS = {"idempotency_key", "csrfmiddlewaretoken"}


class Fuzz:
    """Dice, and what they came to: an address, parameters, and a form with some of its fields
    spoiled.
    """

    def __init__(self, seed):
        self.dice, self.known = random.Random(seed), {}

    def value(self):
        return self.dice.choice(WRONG)

    def values(self):
        return [self.value() for _ in range(self.dice.choice([1, 1, 1, 2, 3]))]

    def asked(self, page=""):
        names = [*ASKED, *fields_of(page)]
        return {
            name: self.values()
            for name in self.dice.sample(names, min(len(names), self.dice.randint(0, 5)))
        }

    def form(self, page):
        """The page's own fields and some of other pages', as they stood, spoiled or left out, and
        a key that holds.
        """
        sent: dict[str, object] = {"idempotency_key": str(uuid.uuid4())}
        strange = self.dice.sample(sorted(self.known.items()), min(len(self.known), 9))
        self.known |= (own := fields_of(page))
        for name, stood in [*strange, *own.items()]:
            how = self.dice.random()
            if how < 0.45:
                sent[name] = stood
            elif how < 0.9:
                sent[name] = self.values()
            elif how < 0.95:
                sent[name] = SimpleUploadedFile("../\x00æ.pdf", self.value().encode())
        return sent


def fields_of(page):
    """{name: a value it has there}."""
    found = ((match[1], VALUE.search(match[0])) for match in FIELD.finditer(page))
    return {name: unescape(value[1]) if value else "" for name, value in found if name not in OURS}


def counted():
    return [model.objects.count() for model in KEPT]


def broken(answer, before, secrets):
    """What is wrong with an answer; nothing when it is as it should be."""
    if answer.status_code >= 500:
        return (
            "".join(traceback.format_exception(*answer.exc_info)[-6:]) if answer.exc_info else "5xx"
        )
    if answer.status_code >= 400 and counted() != before:
        return f"{answer.status_code}, and something was done: {before} {counted()}"
    if counted() != before and (wrong := differences()):
        return f"the books do not hold: {wrong}"
    told = text_in(answer)
    return ", ".join(secret for secret in secrets if squeezed(secret) in told)


@pytest.fixture
def players(client_for, request, out, cases):  # noqa: F811
    """(who, their browser, what they must not find)."""
    everything = [*CASE, *INNER, *PROVISIONAL, *RELEASED]
    names = "leader staff other_leader adviser chair secretary chief follower admin".split()
    hidden = dict.fromkeys(("other_leader", "follower", "admin"), everything)
    hidden |= {name: [*INNER, *PROVISIONAL] for name in ("leader", "staff", "adviser")}
    people = [(name, request.getfixturevalue(name), hidden.get(name, [])) for name in names]
    people.append(("recused chair", out[is_set], everything))
    made = [(name, client_for(user), secrets) for name, user, secrets in people]
    for _, client, _ in made:
        client.raise_request_exception = False
    return made


def play(fuzz, players, addresses):
    """One round: open with nonsense in the address, send the page's form with nonsense in it; what
    was broken.
    """
    who, client, secrets = fuzz.dice.choice(players)
    path, found = fuzz.dice.choice(addresses), []
    with transaction.atomic():
        plain = client.get(path)
        page = plain.content.decode() if "html" in plain.get("Content-Type", "") else ""
        for ask in (
            lambda: client.get(f"{path}?{urlencode(fuzz.asked(page), doseq=True)}"),
            lambda: client.post(path, fuzz.form(page)),
        ):
            before = counted()
            if said := broken(ask(), before, secrets):
                found.append(f"{who} {path}: {said}")
        transaction.set_rollback(True)
    return found


def test_no_nonsense_brings_anything_down_or_out_or_half_done(players, cases):  # noqa: F811
    fuzz, addresses = (
        Fuzz(SEED),
        [path for application in cases for path in addresses_of(application)],
    )
    found = [said for _ in range(ROUNDS) for said in play(fuzz, players, addresses)]
    assert found == []


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
