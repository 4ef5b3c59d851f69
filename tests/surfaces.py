"""Every address that there is, opened as one person: what pages, files and lists say."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from itertools import chain, product
from urllib.parse import urljoin

from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import URLPattern, get_resolver
from openpyxl import load_workbook
from pypdf import PdfReader

from skolefleks.models import AccessEntry, User
from tests.house import doors

PLACEHOLDER = re.compile(r"([^/<>]*/?)<(?:\w+:)?\w+>")


# allauth's, and the page that machines ask: they know no case. The last would end the walk.
ELSEWHERE = re.compile(
    r"^konto/(sso|saml|noedadgang|login|logout|logget-ud|inaktiv)|^healthz|^demo/|log-ud-overalt"
)


LINK = re.compile(r'(?:href|hx-get|src)="([^"]*)"')


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Unknown(AssertionError):
    """An address has a part that the caseload names nothing for: say in `ids` what stands there."""


def routes(patterns=None, before: str = "") -> Iterator[str]:
    for pattern in patterns or get_resolver().url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def paths(ids: dict[str, list[object]], chosen: list[str] | None = None) -> list[str]:
    """Every address, or the `chosen` ones, with what `ids` names put in.

    It goes by what stands before: `elev/<uuid:pupil>` is each of the pupils in `ids["elev/"]`.
    """
    addresses = []
    for route in chosen or routes():
        if not ELSEWHERE.search(route):
            addresses += [f"/{path}" for path in _fill_in(route, ids)]
    return addresses


def _fill_in(route: str, ids: dict[str, list[object]]) -> list[str]:
    parts = [match[1] for match in PLACEHOLDER.finditer(route)]
    unknown = [part for part in parts if part not in ids]
    if unknown:
        raise Unknown(f"{route}: what stands after {unknown}?")

    frame = PLACEHOLDER.sub(lambda match: f"{match[1]}{{}}", route)
    choices = [ids[part] for part in parts]
    return [frame.format(*values) for values in product(*choices)]


@dataclass
class Walk:
    """What each address said, by its path, and whose cases were noted as read with it.

    Where the door is shut, every page says the same: of each part of the site one is opened, and
    of the others it is asked whether it is shut indeed.
    """

    client: Client
    texts: dict[str, str] = field(default_factory=dict)
    noted: dict[str, set[str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    @cached_property
    def user(self) -> User:
        return User.objects.get(pk=self.client.session[SESSION_KEY])

    def visit(self, path: str, sought: tuple[str, ...]) -> list[str]:
        """Look at the address, and say what tabs and searches its page has."""
        part = path.split("/")[1]
        is_shut = not doors.may_enter(self.user, path)
        if is_shut and part in self.refused:
            assert doors.refusal(self.user, "GET", path) == "403", path
            self.texts[path], self.noted[path] = self.refused[part], set()
            return []

        answer = self.look(path)
        if is_shut:
            assert answer.status_code == 403, path
            self.refused[part] = self.texts[path]
        return tabs_of(path, answer, sought)

    def look(self, path: str):
        last = AccessEntry.objects.order_by("pk").last()
        answer = self.client.get(path)
        # Who is held up sees nothing: `nobody_is_held_up`.
        assert answer.status_code != 429, path
        # What was searched for, the page repeats.
        self.texts[path] = text_in(answer, without=path.partition("q=")[2])

        lines = AccessEntry.objects.all()
        if last:
            lines = lines.filter(pk__gt=last.pk)
        self.noted[path] = set(lines.values_list("subject", flat=True))
        return answer


def walk(client, addresses: list[str], sought: tuple[str, ...] = ()) -> Walk:
    """Every address, with the filters and tabs that its page links to, and its search for the
    words `sought`.
    """
    walked = Walk(client)
    for path in dict.fromkeys(addresses):
        for further in walked.visit(path, sought):
            if further not in walked.texts:
                walked.look(further)
    return walked


def tabs_of(path: str, answer, sought: tuple[str, ...]) -> list[str]:
    if answer.status_code != 200 or "html" not in answer["Content-Type"]:
        return []
    page = answer.content.decode()

    addresses = []
    for link in LINK.findall(page):
        address = urljoin(path, unescape(link))
        is_own = address.startswith("/") and not address.startswith("/static/")
        if is_own and "?" in link:
            addresses.append(address)

    if 'name="q"' in page:
        addresses += [f"{path}?q={word}" for word in sought]
    return addresses


def text_in(answer, without: str = "") -> str:
    """All that the answer says, in one word without spaces and hyphens.

    `without` is what was searched for, which the page repeats.
    """
    if answer.streaming:
        content = b"".join(answer.streaming_content)
    else:
        content = answer.content

    text = _read(answer.get("Content-Type", ""), content) + " ".join(answer.headers.values())
    if without:
        text = text.replace(without, "")
    return squeezed(text)


def squeezed(text: str) -> str:
    return re.sub(r"[\s\N{SOFT HYPHEN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}-]+", "", unescape(text))


def _read(kind: str, content: bytes) -> str:
    # HEAD answers with the kind and nothing of it.
    if not content:
        return ""

    if kind.startswith("application/pdf"):
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join(page.extract_text() for page in pages)

    if kind.startswith(XLSX):
        sheets = load_workbook(io.BytesIO(content), read_only=True).worksheets
        rows = chain.from_iterable(sheet.iter_rows(values_only=True) for sheet in sheets)
        return " ".join(str(cell) for cell in chain.from_iterable(rows))

    if "csv" in kind:
        text = content.decode("utf-8-sig")
        rows = csv.reader(io.StringIO(text), delimiter=";")
        return " ".join(chain.from_iterable(rows))

    # Tokens and keys are new on each page, and a number in one could be taken for a person's.
    keys = r'name="(csrfmiddlewaretoken|idempotency_key)" value="[^"]*"'
    return re.sub(keys, "", content.decode("utf-8", "replace"))
