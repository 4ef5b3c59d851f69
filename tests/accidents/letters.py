"""Letters and mails of released decisions, while worker and mailer are killed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import product

from tests.accidents import cast
from tests.accidents.estate import Estate, until
from tests.accidents.mailserver import Mail
from tests.accidents.staff import Staff

# Cases of a round.
BATCH = 5

# One for the school and one for the parents.
OF_A_CASE = 2

# Seconds. A mail that the server took so shortly before a kill may be sent again: that it was
# delivered had not been written down yet.
MOMENT = 0.5

ALL = "SELECT count(*) FROM visitation_document WHERE decision_id IS NOT NULL"


@dataclass(frozen=True)
class Kill:
    """When it was, and how many seconds later the next letter was made."""

    at: float
    back_after: float


def kill_worker(site: Estate, people: Staff, numbers: list[str]) -> Kill:
    """Kill both while they write of all these cases but the last; that one they find later."""
    *before, after = numbers
    made = _made(site)
    for number in before:
        people.release(number)
    until(lambda: _made(site) > made)

    # The mailer first: after that moment no mail is sent.
    killed_at = site.kill("mailer")
    site.kill("worker")
    made = _made(site)
    site.revive("worker")
    site.revive("mailer")
    people.release(after)
    until(lambda: _made(site) > made)
    return Kill(killed_at, time.time() - killed_at)


def require_all(site: Estate, numbers: list[str]) -> None:
    """Every letter there is has its PDF, and everybody has had a mail of these cases."""
    assert _made(site) == site.number(ALL) >= OF_A_CASE * len(numbers)
    expected = set(product(cast.LEADERS, numbers))
    assert expected <= {(mail.receiver, mail.number) for mail in site.mail.mails}


def was_cut_off(mails: list[Mail], kills: list[Kill]) -> bool:
    """Whether each copy but the last was taken right before a kill."""
    return all(any(0 <= kill.at - mail.taken_at < MOMENT for kill in kills) for mail in mails[:-1])


def _made(site: Estate) -> int:
    return site.number(f"{ALL} AND pdf_digest <> ''")
