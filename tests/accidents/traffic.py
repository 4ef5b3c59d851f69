"""People who work while something breaks: each sends what they have until it is answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from tests.accidents.estate import Visitor, new_key

# What a person gets who comes while it is broken: nothing, the proxy's word, or the page.
AWAY = {502, 503, 504}

PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class Act:
    """A form that is sent; the same key however often."""

    path: str
    form: dict[str, str]


@dataclass
class Traffic:
    """What the answers were."""

    # The address each act led to, by its path; one for each that was done.
    done: list[tuple[str, str]] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    # How often nobody answered, and how often the page came that says so.
    unanswered: int = 0
    away: int = 0
    # Seconds that such a page took.
    slowest_page: float = 0

    def insist(self, visitor: Visitor, act: Act) -> None:
        """Send it until it is answered; by its key it counts once."""
        form = act.form | new_key()
        while True:
            began = time.monotonic()
            try:
                answer = visitor.post(act.path, form)
            except requests.RequestException:
                self.unanswered += 1
            else:
                if answer.status_code not in AWAY:
                    self._note(act, answer)
                    return
                self.away += 1
                self.slowest_page = max(self.slowest_page, time.monotonic() - began)
            time.sleep(PAUSE_SECONDS)

    def _note(self, act: Act, answer: requests.Response) -> None:
        location = answer.headers.get("Location", "")
        # To the sign-in: that was nothing done.
        if answer.status_code == 302 and "/konto/" not in location:
            self.done.append((act.path, location))
        else:
            self.unexpected.append(f"{answer.status_code} {location} {act.path}")


@contextmanager
def of(people: Iterable[tuple[Visitor, Iterable[Act]]]) -> Iterator[Traffic]:
    """Each in a thread of their own, until the block ends; what is begun is brought to its end."""
    traffic = Traffic()
    is_over = threading.Event()

    def work(visitor: Visitor, acts: Iterable[Act]) -> None:
        for act in acts:
            if is_over.is_set():
                return
            traffic.insist(visitor, act)

    threads = [threading.Thread(target=work, args=pair, daemon=True) for pair in people]
    for thread in threads:
        thread.start()
    try:
        yield traffic
    finally:
        is_over.set()
        for thread in threads:
            thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert traffic.unexpected == [], traffic.unexpected
