"""Fills one database of the bench and writes down what the measuring needs of it: sessions and
addresses.

Run by itself: `python -m tests.bench.build CASES ACTS FILE`, on the database that the
environment names.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django

READ = 24  # cases that are opened again and again


AGENDA = 12  # cases of the meeting under way, two pupils each


def main(cases: int, acts: int, file: Path) -> None:
    from budget.models import Posting
    from tests.bench import bulk, prepared
    from visitation.models import Grant

    began = time.monotonic()
    people = prepared.people()
    prepared.allocate(cases, people["centre_chief"])
    bulk.fill(cases)
    drafts = prepared.cases(acts, people, first=90_001, status="draft")
    waiting = prepared.cases(acts, people, first=91_001, status="submitted")
    read = prepared.cases(READ, people, first=92_001, status="submitted")
    for case in read:
        prepared.decide_first(case, people["committee_chair"])
    prepared.before_the_meeting(read, people["committee_chair"])
    agenda = prepared.cases(AGENDA, people, first=93_001, status="submitted")
    meeting = prepared.in_the_room(agenda, people["committee_chair"])
    prepared.settle()
    answer = {
        "sessions": {role: prepared.session(person) for role, person in people.items()},
        "read": [case.number for case in read],
        "drafts": [case.number for case in drafts],
        "waiting": [[case.number, str(case.pupil_cases.all()[0].pk)] for case in waiting],
        "meeting": meeting,
        "middle": prepared.middle(cases),
        "own_middle": prepared.own_middle(people["school_leader"]),
        "common": bulk.COMMON,
        "unknown": bulk.UNKNOWN,
        "postings": Posting.objects.count(),
        "grants": Grant.objects.count(),
        "seconds": round(time.monotonic() - began, 1),
    }
    file.write_text(json.dumps(answer))


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
