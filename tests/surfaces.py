"""Every address that there is, opened as one person: what the pages, files and lists say, whatever form they have."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from itertools import product
from urllib.parse import urljoin

from django.urls import URLPattern, get_resolver
from openpyxl import load_workbook
from pypdf import PdfReader

PLACEHOLDER = re.compile(r"([^/<>]*/?)<(?:\w+:)?\w+>")


# allauth's, and the page that machines ask: they know no case.
ELSEWHERE = re.compile(r"^konto/(sso|login|logout|inaktiv)|^healthz|^demo/")


LINK = re.compile(r'(?:href|hx-get|src)="([^"]*)"')


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Unknown(AssertionError):
    """An address has a part for which the caseload names nothing: say in `ids` what stands there."""


def routes(patterns=None, before: str = "") -> Iterator[str]:
    for pattern in patterns or get_resolver().url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def paths(ids: dict[str, list[object]], found: list[str] | None = None) -> list[str]:
    """Every address with what `ids` names put in, by what stands before it: `elev/<uuid:pupil>` is a pupil of `elev/`."""
    made: list[str] = []
    for route in found or routes():
        if not ELSEWHERE.search(route):
            made += _filled(route, ids)
    return [f"/{path}" for path in made]


def _filled(route: str, ids: dict[str, list[object]]) -> list[str]:
    before = [match[1] for match in PLACEHOLDER.finditer(route)]
    if unknown := [part for part in before if part not in ids]:
        raise Unknown(f"{route}: what stands after {unknown}?")
    frame = PLACEHOLDER.sub(lambda match: f"{match[1]}{{}}", route)
    return [frame.format(*values) for values in product(*(ids[part] for part in before))]


def walk(client, addresses: list[str], sought: tuple[str, ...] = ()) -> dict[str, str]:
    """What each address answers `client`, by its path: with the filters and tabs that its page links to, and its search."""
    said: dict[str, str] = {}
    for path in dict.fromkeys(addresses):
        answer = client.get(path)
        said[path] = text_in(answer)
        for further in _further(path, answer, sought):
            if further not in said:
                said[further] = text_in(client.get(further), without=further.partition("q=")[2])
    return said


def _further(path: str, answer, sought: tuple[str, ...]) -> list[str]:
    if answer.status_code != 200 or "html" not in answer["Content-Type"]:
        return []
    page = answer.content.decode()
    linked = (urljoin(path, unescape(link)) for link in LINK.findall(page) if "?" in link)
    own = [link for link in linked if link.startswith("/") and not link.startswith("/static/")]
    return own + [f"{path}?q={word}" for word in sought if 'name="q"' in page]


def text_in(answer, without: str = "") -> str:
    """All that the answer tells, in one word without spaces and hyphens; `without` what was asked for itself."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    told = _read(answer.get("Content-Type", ""), content) + " ".join(answer.headers.values())
    return squeezed(told.replace(without, "") if without else told)


def squeezed(text: str) -> str:
    return re.sub(r"[\s\N{SOFT HYPHEN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}-]+", "", unescape(text))


def _read(kind: str, content: bytes) -> str:
    if kind.startswith("application/pdf"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if kind.startswith(XLSX):
        sheets = load_workbook(io.BytesIO(content), read_only=True).worksheets
        return " ".join(
            str(cell)
            for sheet in sheets
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        )
    if "csv" in kind:
        return " ".join(
            cell
            for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
            for cell in row
        )
    return re.sub(
        r'name="(csrfmiddlewaretoken|idempotency_key)" value="[^"]*"',
        "",
        content.decode("utf-8", "replace"),
    )
