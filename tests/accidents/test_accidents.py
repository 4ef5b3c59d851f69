"""What happens to operators happens here, to a whole site under traffic.

`ACCIDENTS=long` takes ten rounds each and lets the database be away for 30 and 100 seconds; the
figures are printed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accidents import cast, estate, staff
from tests.accidents.estate import Estate, until
from tests.accidents.mailserver import Mail
from tests.accidents.staff import Staff

IS_LONG = os.environ.get("ACCIDENTS") == "long"

ROUNDS = 10 if IS_LONG else 2

AWAY_SECONDS = (30, 100) if IS_LONG else (10,)

# More than they decide in that time.
CASES = 80 * ROUNDS + 140

# Of a process whose clock is off from its very first line.
CLOCK = """
import datetime, time_machine
now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes={minutes})
time_machine.travel(now, tick=True).start()
"""

# A letter for the school and one for the parents.
LETTERS = 2

# How long ago a mail may have been taken that is sent again after a kill: its delivery was not
# committed yet.
MOMENT = 0.5


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with estate.standing(tmp_path_factory.mktemp("estate"), CASES) as site:
        yield site


@pytest.fixture(scope="module")
def people(site: Estate) -> Staff:
    return staff.of(site)


@pytest.fixture
def provider_of_long_tokens(site: Estate) -> Iterator[None]:
    """An hour, as the large sign-ons give; with less than the clock is off nobody comes in."""
    site.provider.lifetime = 3600
    yield
    site.provider.lifetime = 60


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
            until(lambda: len(seen.done) >= 6)
            site.kill(part)
            site.revive(part)
            back.append(until(site.is_ready))
    told.append(f"{len(back)} kills, back after {min(back):.1f} to {max(back):.1f} s")
    people.nothing_is_lost_or_doubled()


def test_the_worker_killed_in_letters(site: Estate, people: Staff, told: list[str]) -> None:
    numbers = people.grant(5 * ROUNDS)
    kills, back = [], []
    for round_ in range(ROUNDS):
        batch = numbers[5 * round_ :][:5]
        killed_at, seconds = kill_in_letters(site, people, batch)
        kills.append(killed_at)
        back.append(seconds)
    site.deliver_all()
    doubled = site.mail.doubled()
    told.append(f"{len(back)} kills, back after {min(back):.1f} to {max(back):.1f} s")
    told.append(f"{len(site.mail.mails)} mails, {len(doubled)} of them twice")
    assert letters_made(site) == site.number(ALL_LETTERS) == LETTERS * len(numbers)
    assert {(mail.receiver, mail.number) for mail in site.mail.mails} == everybody(numbers)
    assert all(was_cut_off(mails, kills) for mails in doubled)
    people.nothing_is_lost_or_doubled()


# -- away --------------------------------------------------------------------------------
@pytest.mark.parametrize("seconds", AWAY_SECONDS)
def test_the_database_away_while_people_work(
    seconds: int, site: Estate, people: Staff, told: list[str]
) -> None:
    with people.at_work() as seen:
        until(lambda: len(seen.done) >= 4)
        site.kill("postgres")
        gone_at = time.monotonic()
        page = people.deciders[0].get("/ansoegninger/")
        assert (page.status_code, "Vi er straks tilbage" in page.text) == (503, True)
        until(lambda: time.monotonic() - gone_at > seconds)
        site.revive("postgres")
        told.append(f"{seconds} s away, back after {until(site.is_ready):.1f} s")
        done = len(seen.done)
        until(lambda: len(seen.done) > done)
    told.append(f"{seen.away} pages said so, the slowest after {seen.slowest_page:.1f} s")
    assert seen.slowest_page < 3
    people.nothing_is_lost_or_doubled()


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
    assert letters_made(site) == site.number(ALL_LETTERS)
    people.nothing_is_lost_or_doubled()


# -- the clock ---------------------------------------------------------------------------
@pytest.mark.parametrize("minutes", [5, -5])
def test_the_webs_clock_off(
    minutes: int, site: Estate, people: Staff, tmp_path: Path, provider_of_long_tokens: None
) -> None:
    site.kill("web")
    (tmp_path / "sitecustomize.py").write_text(CLOCK.format(minutes=minutes))
    site.revive("web", PYTHONPATH=str(tmp_path))
    until(site.is_ready)
    mails = len(site.mail.mails)
    site.visitor(cast.CHAIR)
    [number] = people.grant(1)
    people.release(number)
    site.deliver_all()
    assert len(site.mail.mails) == mails + len(cast.LEADERS)
    assert letters_made(site) == site.number(ALL_LETTERS)
    people.nothing_is_lost_or_doubled()
    site.kill("web")
    site.revive("web")
    until(site.is_ready)


ALL_LETTERS = "SELECT count(*) FROM visitation_document WHERE decision_id IS NOT NULL"


def letters_made(site: Estate) -> int:
    return site.number(f"{ALL_LETTERS} AND pdf_digest IS NOT NULL")


def kill_in_letters(site: Estate, people: Staff, numbers: list[str]) -> tuple[float, float]:
    """Kill the worker while it writes of all cases but the last; when, and how soon it was back."""
    *before, after = numbers
    made = letters_made(site)
    for number in before:
        people.release(number)
    until(lambda: letters_made(site) > made)

    killed_at = site.kill("worker")
    made = letters_made(site)
    site.revive("worker")
    people.release(after)
    until(lambda: letters_made(site) > made)
    return killed_at, time.time() - killed_at


def everybody(numbers: list[str]) -> set[tuple[str, str]]:
    return {(email, number) for email in cast.LEADERS for number in numbers}


def was_cut_off(mails: list[Mail], kills: list[float]) -> bool:
    """Whether each copy but the last was taken right before a kill."""
    return all(any(0 <= kill - mail.taken_at < MOMENT for kill in kills) for mail in mails[:-1])
