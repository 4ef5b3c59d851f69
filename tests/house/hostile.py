"""Requests that no page of ours would send: what they are made of, and who sends them."""

from __future__ import annotations

import json
import random
import re
import uuid
from collections import defaultdict
from functools import cache
from html import unescape
from itertools import product
from urllib.parse import quote, urlencode

from django.core.files.uploadedfile import SimpleUploadedFile

from skolefleks.forms import Form
from tests.house.doors import may_enter, takes
from tests.nonsense import NONSENSE

WRONG = [
    *NONSENSE,
    *["", " ", "\U0001f600", "0", "-0", "NaN", "1e400", "[]", "{}", "null", "true"],
    *["01.01.0001", "31.12.9999", "31.02.2027", str(uuid.UUID(int=7))],
    *["x" * 100_000, "\u202e\u0000\u200b", "../../etc/passwd", "9223372036854775808"],
    *["\ud800".encode("utf-16", "surrogatepass").decode("latin-1"), "{{ 7*7 }}", "\r\nX: y"],
]

# What pages read of an address by themselves; what forms read of it, they say.
ASKED = "q vis efter foer side aar skole distrikt klasse fra til pr stand s koe fane orden".split()

# What may stand in the place of a part of an address.
PARTS = [
    *["0", "9" * 20, "1" * 5_000, "-1", "9999", "0001", "10000", "0-0", "x", "\u0663", "a.b"],
    *["\r\nX: y", 'x";y="z', "\x00", "%00", "..", "æ", "SF-9999-999999", str(uuid.UUID(int=7))],
]

JSON = [
    "[" * 100_000,
    '{"a":' * 50_000,
    "{}" * 9,
    '"\\u0000"',
    '{"__proto__": {"x": 1}}',
    "1e999999",
    "9" * 5_000,
    '["\\ud800"]',
    "{'a': 1}",
    "",
]

# A name, what is in it, and what the browser says that it is.
FILES = [
    ("../\x00æ.pdf", b"%PDF-1.7\n%%EOF", "application/pdf"),
    ("x" * 300 + ".pdf", b"%PDF-1.7" + b"<<" * 9_999, "application/pdf"),
    ("a.docx", b"PK\x03\x04" + b"\x00" * 99, "application/zip"),
    ("b.png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 99, "image/png"),
    ("c.csv", "distrikt;år\n=1+1;\x00".encode(), "text/csv"),
    ("d.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"),
    ("020115-6789.pdf", b"", "application/pdf"),
    ("\r\nX: y.exe", b"MZ" * 50_000, "\r\nX: y"),
]

HEADERS = {
    "HTTP_HX_REQUEST": ["true", "x"],
    "HTTP_HX_CURRENT_URL": ["javascript:alert(1)", "//evil.example/", "x" * 9_000],
    "HTTP_HX_TARGET": ["<b>", "\x00"],
    "HTTP_X_FORWARDED_FOR": ["1.2.3.4, ::1, x", "," * 999],
    "HTTP_X_FORWARDED_PROTO": ["https", "x"],
    "HTTP_X_FORWARDED_HOST": ["evil.example"],
    "HTTP_HOST": ["evil.example", "", "x y", "[::1"],
    "HTTP_X_HTTP_METHOD_OVERRIDE": ["DELETE"],
    "HTTP_REFERER": ["http://evil.example/", "\x00"],
    "HTTP_ORIGIN": ["null", "http://evil.example"],
    "HTTP_ACCEPT_LANGUAGE": ["xx;q=9," * 500, "*"],
    "HTTP_ACCEPT": ["application/json", "\xff"],
    "HTTP_RANGE": ["bytes=-1", "bytes=0-0,1-1"],
    "HTTP_IF_MODIFIED_SINCE": ["x", "Sun, 99 Foo 99999 99:99:99 GMT"],
    "HTTP_IF_NONE_MATCH": ["*", '"x"' * 999],
    "HTTP_COOKIE": ["skolefleks=x", "messages=x; csrftoken=", "a" * 9_000],
    "HTTP_X_REQUEST_ID": ["\r\nx", "x" * 9_000],
    "HTTP_AUTHORIZATION": ["Basic ===", "Bearer x"],
}

TYPES = [
    "application/json",
    "text/plain; charset=x",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded; charset=utf-7",
    "",
]

METHODS = ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "NONSENSE"]

FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"([^\"]+)\"[^>]*>")

VALUE = re.compile(r"\bvalue=\"([^\"]*)\"")

OURS = {"idempotency_key", "csrfmiddlewaretoken"}


class Fuzz:
    """Dice, and what they came to: each way of sending to each address as each person in turn."""

    def __init__(self, seed):
        self.dice, self.known = random.Random(seed), {}
        # By the address: its fields, and what it answered to whom.
        self.pages, self.seen = defaultdict(dict), defaultdict(dict)

    def rounds(self, players, addresses):
        """Every combination once, in a random order, and then once more, without an end.

        Of those that are refused at the door anyway, for who or how, one in ten:
        `test_permissions` has them all.
        """
        combinations = list(product(players, addresses, WAYS))
        while True:
            self.dice.shuffle(combinations)
            for player, path, way in combinations:
                comes_in = may_enter(player[0], path) and may_be_sent(path, way)
                if comes_in or self.dice.random() < 0.1:
                    yield player, path, way

    def value(self):
        return self.dice.choice(WRONG)

    def values(self):
        return [self.value() for _ in range(self.dice.choice([1, 1, 1, 2, 3]))]

    def fields(self, who, client, path):
        """The fields of the page there, as they stand for the first two who see it.

        Whoever may not see it sends them too. To ask is as dear as a round, so a few do.
        """
        if self.is_asked_for_enough(who, path):
            return self.pages[path]

        answer = client.get(path)
        self.seen[path][who] = answer.status_code
        if answer.status_code == 200 and "html" in answer.get("Content-Type", ""):
            self.pages[path] = fields_of(answer.content.decode()) | self.pages[path]
        return self.pages[path]

    def is_asked_for_enough(self, who, path):
        """Two have seen it, or there is nothing to see: they may not, or it only takes forms."""
        seen = self.seen[path]
        if who in seen or not may_enter(who, path):
            return True
        statuses = list(seen.values())
        return 405 in statuses or statuses.count(200) == 2

    def asked(self, fields):
        names = [*ASKED, *asked_by_forms(), *fields]
        chosen = self.dice.sample(names, min(len(names), self.dice.randint(1, 5)))
        return urlencode({name: self.values() for name in chosen}, doseq=True, errors="replace")

    def form(self, fields):
        """The page's own fields and some of other pages', as they stood, spoiled or left out, and
        a key that holds.
        """
        sent: dict[str, object] = {"idempotency_key": str(uuid.uuid4())}
        strange = self.dice.sample(sorted(self.known.items()), min(len(self.known), 9))
        self.known |= fields
        for name, stood in [*strange, *fields.items()]:
            how = self.dice.random()
            if how < 0.45:
                sent[name] = stood
            elif how < 0.85:
                sent[name] = self.values()
            elif how < 0.90:
                sent[name] = self.dice.choice(JSON)
        return sent

    def path(self, path):
        """The address with one of its parts spoiled."""
        parts = path.strip("/").split("/")
        place = self.dice.randrange(len(parts))
        # What stands behind a dot is a part of its own: `hent.csv`.
        stem, dot, _ = parts[place].rpartition(".")
        parts[place] = stem + dot + quote(self.dice.choice(PARTS), safe="")
        return f"/{'/'.join(parts)}{'/' if path.endswith('/') else ''}"

    def file(self):
        return SimpleUploadedFile(*self.dice.choice(FILES))

    def headers(self):
        names = self.dice.sample(sorted(HEADERS), self.dice.randint(1, 4))
        return {name: self.dice.choice(HEADERS[name]) for name in names}


@cache
def asked_by_forms():
    """The names in an address of every form that says some."""
    forms, names = [Form], set()
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        names |= set(form.names_in_address.values())
    return sorted(names)


def fields_of(page):
    """{name: a value it has there}."""
    matches = ((match[1], VALUE.search(match[0])) for match in FIELD.finditer(page))
    return {
        name: unescape(value[1]) if value else "" for name, value in matches if name not in OURS
    }


# -- the ways: each sends one request, and `fields` asks for the page's own ---------------
def in_the_address(fuzz, client, path, fields):
    return client.get(f"{path}?{fuzz.asked(fields())}")


def in_the_path(fuzz, client, path, fields):
    if fuzz.dice.random() < 0.7:
        return client.get(fuzz.path(path))
    return client.post(fuzz.path(path), fuzz.form({}))


def in_the_form(fuzz, client, path, fields):
    return client.post(path, fuzz.form(fields()))


def as_a_file(fuzz, client, path, fields):
    form = fuzz.form(fields())
    # One: more than that is refused before any page sees it.
    name = fuzz.dice.choice(["file", *form])
    return client.post(path, form | {name: fuzz.file()})


def as_a_strange_body(fuzz, client, path, fields):
    bodies = [*JSON, "a=%ff&b=%00", "--x\r\nContent-Disposition: form-data; name=", "\x00"]
    body = fuzz.dice.choice([*bodies, json.dumps(fuzz.form({}))])
    kind = fuzz.dice.choice(TYPES)
    return client.generic("POST", path, body.encode(errors="replace"), content_type=kind)


def by_another_method(fuzz, client, path, fields):
    body = urlencode(fuzz.form({}), doseq=True, errors="replace")
    return client.generic(fuzz.dice.choice(METHODS), path, body)


def with_strange_headers(fuzz, client, path, fields):
    if fuzz.dice.random() < 0.5:
        return client.get(path, **fuzz.headers())
    return client.post(path, fuzz.form(fields()), **fuzz.headers())


WAYS = [
    in_the_address,
    in_the_path,
    in_the_form,
    as_a_file,
    as_a_strange_body,
    by_another_method,
    with_strange_headers,
]

METHOD = {in_the_address: "GET", in_the_form: "POST", as_a_file: "POST", as_a_strange_body: "POST"}


def may_be_sent(path, way):
    """Whether the view at the address takes such a request; the other ways send what they like."""
    return way not in METHOD or takes(path, METHOD[way])
