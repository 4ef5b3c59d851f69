"""Who works on the site while something breaks, and the account of what they were told is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import repeat

import redis

from tests.accidents import cast, traffic
from tests.accidents.estate import Estate, Visitor
from tests.accidents.traffic import Act, Traffic

# Drafts that a leader opens at most in one go: the throttle lets no more through.
MOST_DRAFTS = 25

NEW = "/ansoegninger/ny/"

GRANTED = (
    "SELECT number FROM applications_application a"
    " JOIN applications_pupilcase p ON p.application_id = a.id"
    " JOIN visitation_decision d ON d.pupil_case_id = p.id"
    " JOIN visitation_grant g ON g.decision_id = d.id ORDER BY number"
)

DRAFTS = "SELECT number FROM applications_application WHERE status = 'draft' ORDER BY number"


@dataclass
class Staff:
    """Two who decide and two who write; `granted` and `drafts` is what the site told them."""

    estate: Estate
    deciders: list[Visitor]
    writers: list[Visitor]
    granted: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)

    @contextmanager
    def at_work(self) -> Iterator[Traffic]:
        """Everybody at once, until the block ends."""
        _forget_throttles(self.estate)
        deciding = [(person, self._grants()) for person in self.deciders]
        writing = [(person, repeat(Act(NEW, {}), MOST_DRAFTS)) for person in self.writers]
        with traffic.of([*deciding, *writing]) as seen:
            yield seen
        self._note(seen)

    def grant(self, count: int) -> list[str]:
        """Grant so many cases, in peace; their numbers."""
        seen = Traffic()
        for _, act in zip(range(count), self._grants(), strict=False):
            seen.insist(self.deciders[0], act)
        self._note(seen)
        return self.granted[-count:]

    def open_draft(self) -> str:
        """A new application of the first who writes; its address."""
        _forget_throttles(self.estate)
        seen = Traffic()
        seen.insist(self.writers[0], Act(NEW, {}))
        self._note(seen)
        return f"/ansoegninger/{self.drafts[-1]}/"

    def release(self, number: str) -> None:
        seen = Traffic()
        seen.insist(self.deciders[0], Act(f"/sager/{number}/frigiv/", {}))
        assert len(seen.done) == 1

    def nothing_is_lost_or_doubled(self) -> None:
        """What the site holds is what it told people that it does, each once."""
        for query, told in ((GRANTED, self.granted), (DRAFTS, self.drafts)):
            held = Counter(number for (number,) in self.estate.rows(query))
            doubled, lost = held - Counter(told), Counter(told) - held
            assert not doubled, doubled
            assert not lost, lost
        self.estate.proves_itself()

    def _grants(self) -> Iterator[Act]:
        # One list for all who decide: what one has taken, no other gets.
        while self.estate.cases:
            [(number, pupil)] = self.estate.take_cases(1)
            yield Act(f"/sager/{number}/elev/{pupil}/afgoerelse/", cast.form_of_a_grant())

    def _note(self, seen: Traffic) -> None:
        for path, location in seen.done:
            if path == NEW:
                self.drafts.append(location.split("/")[2])
            else:
                self.granted.append(path.split("/")[2])


def of(estate: Estate) -> Staff:
    deciders = [estate.visitor(email) for email in (cast.CHAIR, cast.SECRETARY)]
    return Staff(estate, deciders, [estate.visitor(email) for email in cast.LEADERS])


def _forget_throttles(estate: Estate) -> None:
    with redis.Redis.from_url(estate.env["VALKEY_URL"]) as valkey:
        for key in valkey.scan_iter("*throttle*"):
            valkey.delete(key)
