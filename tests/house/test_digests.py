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
from visitation.letters import actions as letters
from visitation.models import Document

PLAIN = (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512, hashlib.blake2b)

# Characters of a digest: one that was cut this short still tells two texts apart.
CUT = 12


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
    """The bytes of everything that lies encrypted, opened."""
    for model in apps.get_models():
        names = [
            field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)
        ]
        for row in model.objects.all():
            for name in names:
                yield str(getattr(row, name) or "").encode()
    for kind in (Paper, Document):
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


def plain_digests():
    stored = every_column()
    texts = set(known_texts()) - {b""}
    assert len(texts) > 20
    for text in texts:
        for algorithm in PLAIN:
            if algorithm(text).hexdigest()[:CUT] in stored:
                yield algorithm.__name__


def test_no_column_of_any_table_holds_a_plain_digest(paper, written):
    assert list(plain_digests()) == []
    assert paper.digest in every_column()


def test_a_plain_digest_would_be_noticed(paper, written):
    source = Document.objects.first().source.encode()
    OutboxMessage.objects.update(payload={"mark": hashlib.sha256(source).hexdigest()[:20]})
    assert set(plain_digests()) == {"openssl_sha256"}


def test_a_digest_is_bound_to_its_place_and_its_key(paper):
    ring = key_ring()
    assert ring.digest(paper.content, paper.context) == paper.digest
    assert ring.digest(paper.content, "another.row") != paper.digest
    assert ring.digest(b"x", "") != ring.blind("x").hex()
