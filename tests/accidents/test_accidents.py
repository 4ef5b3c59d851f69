"""What happens to operators happens here, to a whole site under traffic.

`ACCIDENTS=long` takes ten rounds each, and lets the database be away for 30 and 100 seconds. The
figures are printed.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.accidents import cast, estate, letters, staff
from tests.accidents.estate import Estate, Visitor, new_key, until
from tests.accidents.staff import Staff
from tests.applications.papers.bombs import bomb

# A whole site is started and broken: a minute and a half of its own.
pytestmark = pytest.mark.long

IS_LONG = os.environ.get("ACCIDENTS") == "long"

ROUNDS = 10 if IS_LONG else 2

AWAY_SECONDS = (30, 100) if IS_LONG else (10,)

# Within which a part is back; two rounds are run on machines that do other things too.
BACK_SECONDS = 10 if IS_LONG else 60

# What somebody types while the database is away.
TYPED = 'Han går hjem, "midt i timen" & kommer ikke igen.'

# More than they decide in that time.
CASES = 80 * ROUNDS + 140

# Each takes all the time that it is given, which is two seconds.
BOMBS = (
    "16 slow pages",
    "objects of many parts",
    "many objects in one stream",
    "a jpeg of 100 million pixels",
    "a png of 64 million pixels",
    "elements inside one another",
)

UNEXAMINED = "SELECT count(*) FROM applications_paper WHERE status = 'waiting'"

# An hour, as the large sign-ons give: with tokens that live shorter than the clock is off nobody
# comes in, and the log says why (tests/house/test_production.py).
LIFETIME = 3600

# Of a process whose clock is off from its very first line.
CLOCK = """
import datetime, time_machine
now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes={minutes})
time_machine.travel(now, tick=True).start()
"""


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with estate.standing(tmp_path_factory.mktemp("estate"), CASES) as site:
        yield site


@pytest.fixture(scope="module")
def people(site: Estate) -> Staff:
    return staff.of(site)


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Figures for the operators' document."""
    lines: list[str] = []
    yield lines
    with capsys.disabled():
        print("".join(f"\n   {request.node.name}: {line}" for line in lines))


# -- killed ------------------------------------------------------------------------------
@pytest.mark.parametrize("part", ["web", "postgres"])
def test_killed_while_people_work(part: str, site: Estate, people: Staff, told: list[str]) -> None:
    back = []
    for _ in range(ROUNDS):
        with people.at_work() as seen:
            until(lambda seen=seen: len(seen.done) >= 6)
            site.kill(part)
            site.revive(part)
            back.append(until(site.is_ready))
    told.append(f"{len(back)} kills, back after {min(back):.1f} to {max(back):.1f} s")
    assert max(back) < BACK_SECONDS
    people.nothing_is_lost_or_doubled()


def test_the_worker_killed_in_letters(site: Estate, people: Staff, told: list[str]) -> None:
    numbers = people.grant(letters.BATCH * ROUNDS)
    batches = [numbers[number::ROUNDS] for number in range(ROUNDS)]
    kills = [letters.kill_worker(site, people, batch) for batch in batches]
    site.deliver_all()

    doubled = site.mail.doubled()
    seconds = [kill.back_after for kill in kills]
    told.append(f"{len(kills)} kills, back after {min(seconds):.1f} to {max(seconds):.1f} s")
    told.append(f"{len(site.mail.mails)} mails, {len(doubled)} of them twice")
    assert max(seconds) < BACK_SECONDS
    letters.require_all(site, numbers)
    assert all(letters.was_cut_off(mails, kills) for mails in doubled)
    people.nothing_is_lost_or_doubled()


# -- away --------------------------------------------------------------------------------
@pytest.mark.parametrize("seconds", AWAY_SECONDS)
def test_the_database_away_while_people_work(
    seconds: int, site: Estate, people: Staff, told: list[str]
) -> None:
    with people.at_work() as seen:
        until(lambda: len(seen.done) >= 4)
        take_away_database(site, people, seconds)
        told.append(f"{seconds} s away, back after {until(site.is_ready):.1f} s")
        done = len(seen.done)
        until(lambda: len(seen.done) > done)
    told.append(f"{seen.away} pages said so, the slowest after {seen.slowest_page:.1f} s")
    # Three where the machine has nothing else to do (operations/test_away.py).
    assert seen.slowest_page < 6
    people.nothing_is_lost_or_doubled()


def take_away_database(site: Estate, people: Staff, seconds: int) -> None:
    site.kill("postgres")
    began = time.monotonic()
    page = people.deciders[0].get("/ansoegninger/")
    assert (page.status_code, "Vi er straks tilbage" in page.text) == (503, True)
    kept = people.writers[0].post(staff.NEW, {"worry": TYPED, **new_key()})
    assert (kept.status_code, TYPED in unescape(kept.text)) == (503, True)
    until(lambda: time.monotonic() - began > seconds)
    site.revive("postgres")


def test_valkey_frozen_and_then_killed(site: Estate, people: Staff, told: list[str]) -> None:
    with people.at_work() as seen, site.frozen("valkey"):
        until(lambda: len(seen.done) >= 6)
        assert site.is_ready()
    site.kill("valkey")
    [number] = people.grant(1)
    people.release(number)
    site.revive("valkey")
    told.append(f"worker back after {until(lambda: not site.health()[1]['warnings']):.1f} s")
    site.deliver_all()
    letters.require_all(site, [number])
    people.nothing_is_lost_or_doubled()


# -- the clock ---------------------------------------------------------------------------
@pytest.fixture
def clock_off(
    request: pytest.FixtureRequest, site: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """The web's clock, by so many minutes; the others' are right."""
    monkeypatch.setattr(site.provider, "lifetime", LIFETIME)
    (tmp_path / "sitecustomize.py").write_text(CLOCK.format(minutes=request.param))
    restart_web(site, PYTHONPATH=str(tmp_path))
    yield request.param
    restart_web(site)


@pytest.mark.parametrize("clock_off", [5, -5], indirect=True)
def test_the_webs_clock_off(clock_off: int, site: Estate, people: Staff) -> None:
    site.visitor(cast.CHAIR)
    [number] = people.grant(1)
    people.release(number)
    site.deliver_all()
    letters.require_all(site, [number])
    assert not [mails for mails in site.mail.doubled() if mails[0].number == number]
    people.nothing_is_lost_or_doubled()


def restart_web(site: Estate, **env: str) -> None:
    site.kill("web")
    site.revive("web", **env)
    until(site.is_ready)


# -- strangers' files --------------------------------------------------------------------
def test_pages_stay_quick_while_bombs_are_opened(
    site: Estate, people: Staff, told: list[str]
) -> None:
    peace = [seconds_of_a_page(people) for _ in range(30)]
    address = f"{people.open_draft()}bilag/"
    for what in BOMBS:
        lay_on(people.writers[0], address, what)

    meanwhile = []
    while site.number(UNEXAMINED):
        meanwhile.append(seconds_of_a_page(people))
    peace += [seconds_of_a_page(people) for _ in range(30)]
    quiet, busy = statistics.median(peace), statistics.median(meanwhile)
    told.append(f"{len(meanwhile)} pages meanwhile, {quiet * 1000:.0f} to {busy * 1000:.0f} ms")
    assert len(meanwhile) >= 10
    assert busy < 2 * quiet


def lay_on(visitor: Visitor, address: str, what: str) -> None:
    kind, content = bomb(what)
    files = {"file": (f"fil.{kind}", content)}
    assert visitor.post(address, new_key(), files=files).status_code == 302


def seconds_of_a_page(people: Staff) -> float:
    began = time.perf_counter()
    assert people.writers[1].get("/ansoegninger/").status_code == 200
    return time.perf_counter() - began
