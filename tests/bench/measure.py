"""The pages and the acts, asked for in turn over a connection that is kept: what each takes, in
milliseconds.
"""

from __future__ import annotations

import http.client
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

FLOOR, PAGE, ACT, FOLLOW, OTHER = "floor", "page", "act", "follow", "other"


AIMS = {PAGE: 2.0, ACT: 2.5, FOLLOW: 1.0}  # times the floor


GROWTH_AIM = 1.3


LEADER, CHAIR, CHIEF = "school_leader", "committee_chair", "centre_chief"


_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]+)"')


_CSRF = (
    "bench" + "0" * 27
)  # as long as Django's own: it compares cookie and form, whoever made it up


Times = dict[str, list[float]]


class Unexpected(Exception):
    """An answer that is no page: what would be measured is something else."""


@dataclass
class Site:
    """One database behind its own gunicorn, and what `build` wrote down of it."""

    name: str
    port: int
    notes: dict[str, Any]
    times: Times = field(default_factory=lambda: defaultdict(list))
    asked: int = 0  # queries that the last answer took
    queries: dict[str, int] = field(default_factory=dict)  # by the work's label

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def get(self, path: str, role: str, *, wanted: int = 200, part: str = "") -> tuple[float, str]:
        """`part`: the id of the element that htmx would put the answer into."""
        return self._ask(
            "GET",
            path,
            role,
            None,
            wanted,
            {"HX-Request": "true", "HX-Target": part} if part else {},
        )

    def post(
        self, path: str, role: str, form: dict[str, str], *, wanted: int = 302
    ) -> tuple[float, str]:
        return self._ask(
            "POST", path, role, urlencode(form | {"csrfmiddlewaretoken": _CSRF}), wanted
        )

    def _ask(
        self,
        method: str,
        path: str,
        role: str,
        body: str | None,
        wanted: int,
        more: dict[str, str] | None = None,
    ) -> tuple[float, str]:
        """Milliseconds from the request to the answer's last byte, and the answer."""
        headers = {
            "Cookie": f"skolefleks={self.notes['sessions'][role]}; csrftoken={_CSRF}",
            **(more or {}),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.connection.sock is None:
            self.connection.connect()  # not the page's time
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read()
        took = (time.perf_counter() - began) * 1000
        self.asked = int(response.headers.get("X-Queries", 0))
        if response.status != wanted:
            raise Unexpected(f"{method} {path} on {self.name}: {response.status}, not {wanted}")
        return took, text.decode()


@dataclass(frozen=True)
class Work:
    """One row of the table: its label, what is aimed at, and what is done of it in round `n` (of
    `every` so many).
    """

    label: str
    kind: str
    do: Callable[[Site, int], float]
    every: int = 1


def measure(sites: list[Site], rounds: int) -> None:
    """Everything in turn, on each site in turn, so that what slows the machine down slows all of
    it down.
    """
    for site in sites:
        _warm(site)
    for n in range(rounds):
        for work in (work for work in WORKS if n % work.every == 0):
            for site in sites if n % 2 else reversed(sites):
                site.times[work.label].append(work.do(site, n))
                site.queries[work.label] = site.asked


def _warm(site: Site) -> None:
    """Each thread and each connection of the pool has answered, the charts are drawn, the
    templates are loaded.
    """
    for _ in range(6):
        for work in WORKS:
            if work.kind not in {ACT, OTHER}:
                work.do(site, 0)
        site.connection.close()  # the next one may be another thread's


def _page(
    path: str, role: str, *, empty: bool = False, part: str = ""
) -> Callable[[Site, int], float]:
    def do(site: Site, n: int) -> float:
        number = site.notes["read"][n % len(site.notes["read"])]
        words = {
            name: quote(site.notes[name])
            for name in ("middle", "own_middle", "common", "unknown", "meeting")
        }
        address = path.format(number=number, **words)
        took, text = site.get(address, role, part=part)
        if not empty and "<table" not in text:
            raise Unexpected(f"{address} on {site.name} shows no table")
        return took

    return do


def _follow(site: Site, n: int) -> float:
    """A member's screen asks whether the room has moved on; it has not."""
    address = f"/visitation/moeder/{site.notes['meeting']}/gang/"
    if "stamp" not in site.notes:
        _, page = site.get(address, CHAIR)
        site.notes["stamp"] = re.search(r"stand=([^\s\"&]+)", page)[1]  # type: ignore[index]
    took, _ = site.get(f"{address}foelg/?stand={site.notes['stamp']}", CHAIR, wanted=204)
    return took


def _prove(site: Site, n: int) -> float:
    """Everything proved from the first posting on, and the pools as they stood at the end of last
    year; it is green.
    """
    took, page = site.get(f"/budget/bevis/?dag=31.12.{time.localtime().tm_year - 1}", CHIEF)
    if "Bøgerne stemmer ikke" in page:
        raise Unexpected(f"the books of {site.name} do not prove themselves")
    return took


def _autosave(site: Site, n: int) -> float:
    """What the browser sends at a pause in typing: one field of a step, and the marks of what the
    page showed.
    """
    address = f"/ansoegninger/{site.notes['drafts'][n]}/samarbejde/"
    _, page = site.get(address, LEADER)
    typed = {
        "only": "ppr_setup",
        "ppr_setup": f"PPR er med hver uge. {uuid4()} " * 8,
        "then": "autosave",
    }
    marks = {"was": unescape(_value(page, "was")), "idempotency_key": _key(page)}
    took, answer = site.post(address, LEADER, typed | marks, wanted=200)
    if not json.loads(answer)["marks"]["was"]:
        raise Unexpected(f"{address} on {site.name} stored nothing")
    return took


def _submit(site: Site, n: int) -> float:
    number = site.notes["drafts"][n]
    _, page = site.get(f"/ansoegninger/{number}/indsend/", LEADER)
    took, _ = site.post(
        f"/ansoegninger/{number}/indsend/nu/", LEADER, {"idempotency_key": _key(page)}
    )
    return took


def _decide(site: Site, n: int) -> float:
    """Grant one pupil 19 months, which commits money in two fiscal years."""
    number, pupil = site.notes["waiting"][n]
    address = f"/sager/{number}/elev/{pupil}/afgoerelse/"
    _, page = site.get(address, CHAIR)
    values = {name: _value(page, name) for name in ("tariff", "starts_on", "ends_on")}
    answer = {
        "outcome": "granted",
        "weight": "3",
        "deviation": "Tungere.",
        "conditions": "Opfølgning efter tre måneder.",
        "grounds": "Behovet er stort. " * 20,
    }
    took, _ = site.post(address, CHAIR, values | answer | {"idempotency_key": _key(page)})
    return took


def _key(page: str) -> str:
    return dict(_HIDDEN.findall(page))["idempotency_key"]


def _value(page: str, name: str) -> str:
    """What the form shows in its field, as it would be sent."""
    tag = next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag)
    return re.search(r'value="([^"]*)"', tag)[1]  # type: ignore[index]


def labels() -> Iterator[tuple[str, str]]:
    """The table's rows, the floor first, each once."""
    yield from dict.fromkeys((work.label, work.kind) for work in WORKS)


_FLOOR = Work("Floor: 25 rows, one query", FLOOR, _page("/gulv/", CHAIR))


_ALL = "/visitation/?vis=alle"


_ROOM = "/visitation/moeder/{meeting}/gang/"


_CLOSED = "/ansoegninger/?fane=afsluttede"  # nine of ten of the school's cases: a fifth of all that there are


WORKS = (
    _FLOOR,
    Work("Queue, waiting for me", PAGE, _page("/visitation/", CHAIR)),
    Work("Queue, new", PAGE, _page("/visitation/?vis=nye", CHAIR)),
    Work("Queue, all that ever was", PAGE, _page(_ALL, CHAIR)),
    Work("Queue, half way down", PAGE, _page(f"{_ALL}&efter={{middle}}", CHAIR)),
    Work("Queue by amount", PAGE, _page("/visitation/?vis=nye&orden=beloeb", CHAIR)),
    Work("Search, initials", PAGE, _page(f"{_ALL}&q={{common}}", CHAIR)),
    Work("Search, initials of nobody", PAGE, _page(f"{_ALL}&q={{unknown}}", CHAIR, empty=True)),
    Work("Search, case number", PAGE, _page(f"{_ALL}&q=SF-2", CHAIR)),
    _FLOOR,
    Work("Filter, school and purpose", PAGE, _page(f"{_ALL}&skole=2&formaal=return", CHAIR)),
    Work("Case page", ACT, _page("/sager/{number}/", CHAIR)),
    Work("Case page, come from the queue", ACT, _page("/sager/{number}/?koe=vis%3Dalle", CHAIR)),
    Work("Assessments, similar cases", ACT, _page("/sager/{number}/vurderinger/", CHAIR)),
    Work("Meeting mode", ACT, _page(_ROOM, CHAIR, empty=True)),
    Work("Meeting mode, case at hand", ACT, _page(f"{_ROOM}sag/", CHAIR, empty=True)),
    Work("What-if, 12 cases", ACT, _page(f"{_ROOM}beregning/", CHAIR)),
    Work("What-if, as it is typed", ACT, _page(f"{_ROOM}beregning/", CHAIR, part="what-if-answer")),
    Work("Following the room", FOLLOW, _follow),
    Work("Dashboard", PAGE, _page("/budget/", CHIEF)),
    Work("Postings", PAGE, _page("/budget/posteringer/", CHIEF)),
    Work("Regnskabsbevis of a year", OTHER, _prove, every=10),
    Work("Start page, committee", PAGE, _page("/", CHAIR, empty=True)),
    Work("School's list, waiting", PAGE, _page("/ansoegninger/", LEADER)),
    Work("School's list, closed", PAGE, _page(_CLOSED, LEADER)),
    Work("School's list, half way down", PAGE, _page(f"{_CLOSED}&efter={{own_middle}}", LEADER)),
    Work("School's list, initials", PAGE, _page("/ansoegninger/?q={common}", LEADER)),
    Work("Autosave of one step", PAGE, _autosave),
    Work("Submitting", ACT, _submit),
    Work("Deciding", ACT, _decide),
)
