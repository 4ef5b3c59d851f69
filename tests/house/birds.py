"""Canaries: words that are planted in every text, and the places where one could get out."""

from __future__ import annotations

import html
import itertools
import random
import re
import uuid
from email import policy
from email.parser import BytesParser

from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from skolefleks.celery import app as celery_app
from skolefleks.development.fictive import fictive_cpr
from skolefleks.textfields import Words

celery_app.loader.import_default_modules()


ADDRESS = re.compile(
    r'<title>(.*?)</title>|(?:href|action|src|srcset|formaction|hx-[a-z]+)="([^"]*)"', re.DOTALL
)


class Birds:
    """Canaries, each unlike all others, one flown at a time."""

    def __init__(self):
        self.numbers, self.dice, self.flown = itertools.count(), random.Random(300), []

    def word(self):
        self.flown.append(f"Kvidder{next(self.numbers):03d}x")
        return self.flown[-1]

    def cpr(self, born=2016):
        self.flown.append(fictive_cpr(self.dice, born=born))
        return self.flown[-1]

    def seen_in(self, text):
        """Those that `text` holds: plainly, with a hyphen, or as the database shows bytes."""
        ways = [
            (bird, (bird, f"{bird[:6]}-{bird[6:]}", bird.encode().hex())) for bird in self.flown
        ]
        return [bird for bird, shapes in ways if any(shape in text for shape in shapes)]


class Ears:
    """Everything that is said outside the pages, and what the pages answered."""

    def __init__(self, log):
        self.log, self.rung, self.answers = log, [], []

    def heard(self):
        answers = self.answers
        pages = [
            html.unescape(answer.content.decode())
            for answer in answers
            if "html" in answer.get("Content-Type", "")
        ]
        asked = [
            f"{answer.request['PATH_INFO']}?{answer.request['QUERY_STRING']}" for answer in answers
        ]
        return {
            "address": str([ADDRESS.findall(page) for page in pages] + asked),
            "header": str([dict(answer.items()) for answer in answers]),
            "mail": "".join(read(sent) for sent in mail.outbox),
            "log": self.log.getvalue(),
            "broker": str(self.rung),
            "table": "".join(rows()),
            "cache": str(cached()),
            "file": str(
                [
                    (path.name, path.read_bytes())
                    for path in settings.PAPERS_DIR.rglob("*")
                    if path.is_file()
                ]
            ),
        }


def read(sent):
    """A mail as its reader has it: nothing hidden by how it is written down."""
    message = BytesParser(policy=policy.default).parsebytes(sent.message().as_bytes())
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return str(message.items()) + "".join(parts)


def rows():
    """Every row of every table, as the database has it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from (row for (row,) in cursor.fetchall())


def cached():
    """Every key and value of Valkey."""
    valkey = cache._cache.get_client(None, write=True)
    return [(key, valkey.dump(key)) for key in valkey.scan_iter("*")]


class Person:
    """Somebody at a browser. Whatever it is answered is listened to."""

    def __init__(self, client, ears, birds):
        self.client, self.ears, self.birds = client, ears, birds

    def opens(self, *paths):
        self.ears.answers += (answers := [self.client.get(path) for path in paths])
        assert {answer.status_code for answer in answers} <= {200, 302}, paths
        return answers[-1]

    def sends(self, path, **data):
        answer = self.client.post(path, {"idempotency_key": str(uuid.uuid4()), **data})
        self.ears.answers.append(answer)
        assert answer.status_code in {200, 302}, path
        return answer

    def plants(self, path, **choices):
        """Open a form, write a canary in each of its texts, and send it."""
        page = self.opens(path)
        forms = [
            page.context["form"],
            *(page.context.get("rows") or ()),
            *(page.context.get("goals") or ()),
        ]
        for table in (page.context.get("rows"), page.context.get("goals")):
            if table:
                forms.append(table.management_form)

        data = {}
        for field in itertools.chain.from_iterable(forms):
            data[field.html_name] = field.value()
            if isinstance(field.field, Words):
                data[field.html_name] = self.birds.word()
        sent = {
            name: value
            for name, value in (data | choices).items()
            if value is not None and value is not False
        }
        return self.sends(path, **sent)


def at(name, application, *more):
    return reverse(
        name if name in {"decide", "release", "send_back"} else f"applications:{name}",
        args=[application.number, *more],
    )
