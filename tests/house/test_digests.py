"""No digest in the database gives back what somebody wrote to who can guess it."""

from __future__ import annotations

import hashlib

import pytest
from django.apps import apps
from django.db import connection

from applications.models import Paper
from skolefleks.encryption import EncryptedTextField, key_ring
from skolefleks.models import OutboxMessage
from tests.applications.papers.files import pdf
from tests.applications.papers.laying import lay_on
from tests.house.sources import CODE, place
from visitation.letters import actions as letters
from visitation.models import Document, MeetingPack

PLAIN = (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512, hashlib.blake2b)

# Characters of a digest: one that was cut this short still tells two texts apart.
CUT = 12

# Who makes a plain digest, and of what.
WITHOUT_THE_KEY = {
    "applications/writing/forms/merging.py": "beneath the secret key",
    "budget/figures/rules.py": "figures, sent with a form and kept nowhere",
    "budget/payments/actions.py": "a payment file, which the finance system compares",
    "budget/proving/both_ways.py": "the same file again",
    "skolefleks/audit.py": "the chain, and what the proof compares",
    "skolefleks/charts.py": "a drawing's name in the cache, beside the drawing",
    "skolefleks/federation/answers.py": "the number of an answer of the sign-on",
    "skolefleks/idempotency.py": "beneath the secret key",
    "skolefleks/operations/manifest.py": "files of a backup, which are encrypted",
    "skolefleks/pdf.py": "templates",
    "skolefleks/profile/actions.py": "the municipality's logo",
    "skolefleks/texts/views.py": "a standard text, sent with a form and kept nowhere",
    "visitation/evaluation/rules.py": "what is signed, sent with a form and kept nowhere",
    "visitation/prices/rules.py": "tariffs, sent with a form and kept nowhere",
}

# What no site in use runs, or ran once.
ELSEWHERE = ("/migrations/", "/development/")

HASHING = [
    path
    for path in CODE
    if "hashlib" in path.read_text() and not any(part in str(path) for part in ELSEWHERE)
]


@pytest.fixture
def written(draft, leader, released):
    """Letters with their PDFs and a paper: everything that has a digest."""
    for document in Document.objects.all():
        letters.finish(document.pk)
    return released


@pytest.fixture
def paper(draft, leader):
    return lay_on(draft, "plan.pdf", pdf(), by=leader)


def known_texts():
    """The bytes of everything that lies encrypted, opened; each once."""
    return set(_opened()) - {b""}


def _opened():
    for model in apps.get_models():
        names = [
            field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)
        ]
        for row in model.objects.all():
            for name in names:
                yield str(getattr(row, name) or "").encode()
    for kind in (Paper, Document, MeetingPack):
        for row in kind.objects.all():
            yield row.content or b""


def every_column():
    """All rows of all tables as text; bytes stand in hexadecimal."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            lines += [line for (line,) in cursor.fetchall()]
    return "\n".join(lines)


def plain_digests(texts, stored):
    """The algorithms by which one of the texts (bytes) was digested without a key."""
    assert len(texts) > 20
    for text in texts:
        for algorithm in PLAIN:
            if algorithm(text).hexdigest()[:CUT] in stored:
                yield algorithm.__name__


def test_no_column_of_any_table_holds_a_plain_digest(paper, written):
    assert list(plain_digests(known_texts(), every_column())) == []
    assert paper.digest in every_column()


def test_a_plain_digest_would_be_noticed(paper, written):
    source = Document.objects.first().source.encode()
    OutboxMessage.objects.update(payload={"mark": hashlib.sha256(source).hexdigest()[:20]})
    assert set(plain_digests(known_texts(), every_column())) == {"openssl_sha256"}


@pytest.mark.parametrize("path", HASHING, ids=place)
def test_who_hashes_without_the_key_hashes_nothing_that_is_written_of_a_child(path):
    assert place(path) in WITHOUT_THE_KEY


def test_what_the_proof_digests_stands_beside_it_in_clear():
    proved = [model for model in apps.get_models() if hasattr(model, "proved_content")]
    assert len(proved) > 3
    for model in proved:
        assert not [f for f in model._meta.fields if isinstance(f, EncryptedTextField)]


def test_a_digest_is_bound_to_its_place_and_its_key(paper):
    ring = key_ring()
    assert ring.digest(paper.content, paper.context) == paper.digest
    assert ring.digest(paper.content, "another.row") != paper.digest
    assert ring.digest(b"x", "") != ring.blind("x").hex()
