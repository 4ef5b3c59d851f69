"""Asks for the pages and the acts in turn and notes what each takes, in milliseconds.

The connection is kept, as a browser keeps it.
"""

from __future__ import annotations

import http.client
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

# What a row of the table is, and what is aimed at.
FLOOR = "floor"
PAGE = "page"
ACT = "act"
FOLLOW = "follow"
OTHER = "other"

AIMS = {PAGE: 2.0, ACT: 2.5, FOLLOW: 1.0}  # times the floor
GROWTH_AIM = 1.3  # times the same row of the smaller database

# Whose session a page is asked for with.
LEADER = "school_leader"
CHAIR = "committee_chair"
CHIEF = "centre_chief"
GROUP = "implementation_group"

# As long as Django's own. It compares cookie and form, and does not ask who made the token up.
CSRF_TOKEN = "bench" + "0" * 27

HIDDEN_INPUT = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]+)"')

# So often each page is asked for before anything counts.
WARM_ROUNDS = 6


class Unexpected(Exception):
    """An answer that is no page: what would be measured is something else."""


@dataclass
class Site:
    """One database behind its own gunicorn; `notes` is what `build` wrote down of it."""

    name: str
    port: int
    notes: dict[str, Any]

    # By the work's label: milliseconds of every round, and queries of the last.
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    queries: dict[str, int] = field(default_factory=dict)

    query_count: int = 0  # of the last answer

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def get(
        self, path: str, role: str, *, expected: int = 200, part: str = ""
    ) -> tuple[float, str]:
        """`part` is the id of the element that htmx would put the answer into."""
        return self.ask("GET", path, role, None, htmx(part), expected)

    def post(
        self, path: str, role: str, form: dict[str, str], *, expected: int = 302, part: str = ""
    ) -> tuple[float, str]:
        body = urlencode(form | {"csrfmiddlewaretoken": CSRF_TOKEN})
        headers = {"Content-Type": "application/x-www-form-urlencoded", **htmx(part)}
        return self.ask("POST", path, role, body, headers, expected)

    def ask(
        self,
        method: str,
        path: str,
        role: str,
        body: str | None,
        headers: dict[str, str],
        expected: int,
    ) -> tuple[float, str]:
        """Milliseconds from the request to the answer's last byte, and the answer.

        Raises Unexpected for another status than `expected`.
        """
        session = self.notes["sessions"][role]
        cookies = f"skolefleks={session}; csrftoken={CSRF_TOKEN}"
        if self.connection.sock is None:
            # Before the clock starts: to connect is not the page's time.
            self.connection.connect()

        started_at = time.perf_counter()
        self.connection.request(method, path, body, {"Cookie": cookies, **headers})
        response = self.connection.getresponse()
        text = response.read()
        milliseconds = (time.perf_counter() - started_at) * 1000

        self.query_count = int(response.headers.get("X-Queries", 0))
        if response.status != expected:
            raise Unexpected(f"{method} {path} on {self.name}: {response.status}, not {expected}")
        return milliseconds, text.decode()


def htmx(part: str) -> dict[str, str]:
    """What htmx sends along where it fetches a part of a page."""
    if not part:
        return {}
    return {"HX-Request": "true", "HX-Target": part}


@dataclass(frozen=True)
class Work:
    """One row of the table: `do` does it on a site in a round, and returns milliseconds.

    `every` says in which rounds: 10 is every tenth.
    """

    label: str
    kind: str
    do: Callable[[Site, int], float]
    every: int = 1


def measure(sites: list[Site], rounds: int, works: Sequence[Work]) -> None:
    """Do everything in turn, on each site in turn.

    What slows the machine down for a moment so slows all of it down.
    """
    for site in sites:
        warm_up(site, works)

    for number in range(rounds):
        # Neither site is always the first to be asked.
        in_turn = sites
        if number % 2 == 0:
            in_turn = sites[::-1]

        for work in works:
            if number % work.every:
                continue
            for site in in_turn:
                site.times[work.label].append(work.do(site, number))
                site.queries[work.label] = site.query_count


def warm_up(site: Site, works: Sequence[Work]) -> None:
    """Let every thread and connection answer, draw the charts and load the templates."""
    for _ in range(WARM_ROUNDS):
        for work in works:
            if work.kind not in {ACT, OTHER}:
                work.do(site, 0)
        # The next connection may be answered by another thread.
        site.connection.close()


def works_called(part: str) -> list[Work]:
    """Those with `part` in their label, and the floor."""
    return [work for work in WORKS if part in work.label or work is FLOOR_WORK]


def labels(works: Sequence[Work]) -> Iterator[tuple[str, str]]:
    """(label, kind) of the table's rows, the floor first, each once."""
    rows = [(work.label, work.kind) for work in works]
    yield from dict.fromkeys(rows)


# -- pages ---------------------------------------------------------------------------------
def page(
    path: str, role: str, *, may_lack_table: bool = False, part: str = ""
) -> Callable[[Site, int], float]:
    """Ask for one page; in the path `{number}` is one case after the other.

    Raises Unexpected where it has no table, unless it `may_lack_table`.
    """

    def ask_for_page(site: Site, number: int) -> float:
        cases = site.notes["read"]
        address = path.format(
            number=cases[number % len(cases)],
            middle=quote(site.notes["middle"]),
            own_middle=quote(site.notes["own_middle"]),
            common=quote(site.notes["common"]),
            unknown=quote(site.notes["unknown"]),
            meeting=quote(site.notes["meeting"]),
            effort=site.notes["effort"],
        )
        milliseconds, text = site.get(address, role, part=part)
        if "<table" not in text and not may_lack_table:
            raise Unexpected(f"{address} on {site.name} shows no table")
        return milliseconds

    return ask_for_page


def follow(site: Site, number: int) -> float:
    """A member's screen asks whether the room has moved on; it has not."""
    address = f"/visitation/moeder/{site.notes['meeting']}/gang/"
    # Fetched each time: what is typed in the what-if is a new one.
    _, text = site.get(address, CHAIR)
    stamp = first_match(r"stand=([^\s\"&]+)", text)
    milliseconds, _ = site.get(f"{address}foelg/?stand={stamp}", CHAIR, expected=204)
    return milliseconds


def suppose(site: Site, number: int) -> float:
    """What is sent while who leads the meeting types in the table: the answer under it."""
    address = f"/visitation/moeder/{site.notes['meeting']}/gang/beregning/"
    _, text = site.get(address, CHAIR)
    form = {"s": "1", "idempotency_key": key_of(text)}
    milliseconds, answer = site.post(
        f"{address}proev/", CHAIR, form, expected=200, part="what-if-answer"
    )
    if "<table" not in answer:
        raise Unexpected(f"{address} on {site.name} answers with no table")
    return milliseconds


def prove(site: Site, number: int) -> float:
    """Prove what came since the last proof, and the pools at the end of last year.

    Raises Unexpected unless the proof is green.
    """
    last_year = time.localtime().tm_year - 1
    milliseconds, text = site.get(f"/budget/bevis/?dag=31.12.{last_year}", CHIEF)
    if "Bøgerne stemmer ikke" in text:
        raise Unexpected(f"the books of {site.name} do not prove themselves")
    return milliseconds


# -- acts: a draft or a waiting case is used up in every round ------------------------------
def autosave(site: Site, number: int) -> float:
    """What the browser sends at a pause in typing: one field, and the marks of the page."""
    address = f"/ansoegninger/{site.notes['drafts'][number]}/samarbejde/"
    _, text = site.get(address, LEADER)
    form = {
        "only": "ppr_setup",
        "ppr_setup": f"PPR er med hver uge i runde {number}. " * 8,
        "then": "autosave",
        "was": unescape(value_of(text, "was")),
        "idempotency_key": key_of(text),
    }

    milliseconds, answer = site.post(address, LEADER, form, expected=200)
    if not json.loads(answer)["marks"]["was"]:
        raise Unexpected(f"{address} on {site.name} stored nothing: {answer}")
    return milliseconds


def submit(site: Site, number: int) -> float:
    """Submit the draft that was saved before it."""
    address = f"/ansoegninger/{site.notes['drafts'][number]}/indsend/"
    _, text = site.get(address, LEADER)

    form = {"idempotency_key": key_of(text)}
    milliseconds, _ = site.post(f"{address}nu/", LEADER, form)
    return milliseconds


def decide(site: Site, number: int) -> float:
    """Grant one pupil 19 months, which commits money in two fiscal years."""
    case, pupil = site.notes["waiting"][number]
    address = f"/sager/{case}/elev/{pupil}/afgoerelse/"
    _, text = site.get(address, CHAIR)
    form = {
        "outcome": "granted",
        "tariff": value_of(text, "tariff"),
        "starts_on": value_of(text, "starts_on"),
        "ends_on": value_of(text, "ends_on"),
        "weight": "3",
        "deviation": "Tungere.",
        "conditions": "Opfølgning efter tre måneder.",
        "grounds": "Behovet er stort. " * 20,
        "way": "urgent",
        "way_reason": "Eleven kan ikke vente på næste møde.",
        "idempotency_key": key_of(text),
    }

    milliseconds, _ = site.post(address, CHAIR, form)
    return milliseconds


# -- what a page holds ---------------------------------------------------------------------
def key_of(text: str) -> str:
    """The idempotency key of the page's last form."""
    values = dict(HIDDEN_INPUT.findall(text))
    return values["idempotency_key"]


def value_of(text: str, name: str) -> str:
    """What the form shows in its field, as it would be sent."""
    for tag in re.findall(r"<input[^>]*>", text):
        if f'name="{name}"' in tag:
            return first_match(r'value="([^"]*)"', tag)
    raise Unexpected(f"the page has no field {name}")


def first_match(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if not match:
        raise Unexpected(f"nothing on the page looks like {pattern}")
    return match[1]


# -- the table's rows ----------------------------------------------------------------------
ALL = "/visitation/?vis=alle"
NEW = "/visitation/?vis=nye"
NOBODY = ALL + "&q={unknown}"
CASE = "/sager/{number}/"
ROOM = "/visitation/moeder/{meeting}/gang/"
WHAT_IF = f"{ROOM}beregning/"
EFFORTS = "/indsatser/"
STILL = f"{EFFORTS}?hvad=staar-stille"

# Nine of ten of the school's cases, and so a fifth of all that there are.
CLOSED = "/ansoegninger/?fane=afsluttede"
OWN_COMMON = "/ansoegninger/?q={common}"

# The last run that is paid, and a quarter that is over.
LAST_YEAR = time.localtime().tm_year - 1
LAST_RUN = f"/budget/udbetalinger/UB-{LAST_YEAR}-7/"
MONTHS = "/budget/afstemning/maaneder/"
LAST_QUARTER = f"/budget/kvartal/{LAST_YEAR}-2/"

# It is measured twice a round: all others are held against it.
FLOOR_WORK = Work("Floor: 25 rows, one query", FLOOR, page("/gulv/", CHAIR))

# fmt: off
WORKS = (
    FLOOR_WORK,
    Work("Queue, waiting for me", PAGE, page("/visitation/", CHAIR)),
    Work("Queue, new", PAGE, page(NEW, CHAIR)),
    Work("Queue, all that ever was", PAGE, page(ALL, CHAIR)),
    Work("Queue, half way down", PAGE, page(ALL + "&efter={middle}", CHAIR)),
    Work("Queue by amount", PAGE, page(f"{NEW}&orden=beloeb", CHAIR)),
    Work("Search, initials", PAGE, page(ALL + "&q={common}", CHAIR)),
    Work("Search, initials of nobody", PAGE, page(NOBODY, CHAIR, may_lack_table=True)),
    Work("Search, case number", PAGE, page(f"{ALL}&q=SF-{LAST_YEAR}", CHAIR)),
    FLOOR_WORK,
    Work("Filter, school and purpose", PAGE, page(f"{ALL}&skole=2&formaal=return", CHAIR)),
    Work("Case page", ACT, page(CASE, CHAIR)),
    Work("Case page, come from the queue", ACT, page(f"{CASE}?koe=vis%3Dalle", CHAIR)),
    Work("Assessments, similar cases", ACT, page(f"{CASE}vurderinger/", CHAIR)),
    Work("Meeting mode", ACT, page(ROOM, CHAIR, may_lack_table=True)),
    Work("Meeting mode, case at hand", ACT, page(f"{ROOM}sag/", CHAIR, may_lack_table=True)),
    Work("What-if, 12 cases", ACT, page(WHAT_IF, CHAIR)),
    Work("What-if, as it is typed", ACT, suppose),
    Work("Following the room", FOLLOW, follow),
    Work("Dashboard", PAGE, page("/budget/", CHIEF)),
    Work("Dashboard, implementation group", OTHER, page("/budget/", GROUP), every=10),
    Work("Postings", PAGE, page("/budget/posteringer/", CHIEF)),
    Work("Payments", PAGE, page("/budget/udbetalinger/", CHIEF)),
    Work("Payments, a run", PAGE, page(LAST_RUN, CHIEF)),
    Work("Budget and actual by month", OTHER, page(MONTHS, CHIEF), every=10),
    Work("Fiscal years", PAGE, page("/budget/regnskabsaar/", CHIEF)),
    Work("A quarter, its figures beside", OTHER, page(LAST_QUARTER, CHIEF), every=10),
    Work("Regnskabsbevis, what came since", OTHER, page("/budget/bevis/", CHIEF), every=10),
    Work("Regnskabsbevis of a year", OTHER, prove, every=10),
    Work("Efforts that ask for action", PAGE, page(EFFORTS, CHAIR)),
    Work("Efforts that run", PAGE, page(f"{EFFORTS}?fane=loeber", CHAIR)),
    # None in autumn: two follow-ups of the school year have to be held.
    Work("Efforts that stand still", PAGE, page(STILL, CHAIR, may_lack_table=True)),
    Work("Effort page with its curves", ACT, page("{effort}", CHAIR)),
    Work("Oversight of all efforts", OTHER, page(f"{EFFORTS}overblik/", CHAIR), every=10),
    Work("Start page, committee", PAGE, page("/", CHAIR, may_lack_table=True)),
    Work("School's list, waiting", PAGE, page("/ansoegninger/", LEADER)),
    Work("School's list, closed", PAGE, page(CLOSED, LEADER)),
    Work("School's list, half way down", PAGE, page(CLOSED + "&efter={own_middle}", LEADER)),
    # One school of many: among few cases it has nobody of that name.
    Work("School's list, initials", PAGE, page(OWN_COMMON, LEADER, may_lack_table=True)),
    Work("Autosave of one step", PAGE, autosave),
    Work("Submitting", ACT, submit),
    Work("Deciding", ACT, decide),
)
# fmt: on
