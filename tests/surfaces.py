"""Every address that there is, opened as one person: what pages, files and lists say."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from itertools import chain, product
from urllib.parse import urljoin

from django.urls import URLPattern, get_resolver
from openpyxl import load_workbook
from pypdf import PdfReader

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


def walk(client, addresses: list[str], sought: tuple[str, ...] = ()) -> dict[str, str]:
    """What each address answers `client`, by its path.

    With the filters and tabs that its page links to, and its search for the words `sought`.
    """
    texts: dict[str, str] = {}
    for path in dict.fromkeys(addresses):
        answer = client.get(path)
        texts[path] = text_in(answer)

        for further in tabs_of(path, answer, sought):
            if further not in texts:
                word = further.partition("q=")[2]
                texts[further] = text_in(client.get(further), without=word)
    return texts


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
