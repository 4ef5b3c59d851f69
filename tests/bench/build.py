"""Fills one database of the bench, and writes down its sessions and addresses for the measuring.

Run by itself, on the database that the environment names:

    python -m tests.bench.build CASES ACTS FILE
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django

OPENED = 24  # cases that are opened again and again
ON_AGENDA = 12  # cases of the meeting under way, two pupils each


def main(case_count: int, act_count: int, file: Path) -> None:
    # Models can be imported only when Django is set up.
    from budget.models import Posting
    from skolefleks.operations import canary
    from tests.bench import bulk, bulk_payments, meetings, prepared, running
    from visitation.models import Effort, Grant

    started_at = time.monotonic()
    people = prepared.people()
    chair = people["committee_chair"]
    prepared.allocate(case_count, people["centre_chief"])
    # Before there is noise where sealed texts are: the site opens a sample of them at its start.
    canary.require_right_keys()
    bulk.fill(case_count, bulk_payments.add_payments, running.add_efforts)

    # Each round submits one draft and decides one waiting case.
    drafts = prepared.applications(act_count, people, first=90_001, status="draft")
    waiting = prepared.applications(act_count, people, first=91_001)
    opened = prepared.applications(OPENED, people, first=92_001)
    for application in opened:
        meetings.decide_first(application, chair)
    meetings.before_the_meeting(opened, chair)
    on_agenda = prepared.applications(ON_AGENDA, people, first=93_001)
    meeting = meetings.in_the_room(on_agenda, chair)
    [to_run] = prepared.applications(1, people, first=94_001)
    effort = running.begin(to_run, people["school_leader"], chair)
    prepared.settle()
    prepared.prove()

    first_pupils = []
    for application in waiting:
        pupil_case = application.pupil_cases.all()[0]
        first_pupils.append([application.number, str(pupil_case.pk)])
    notes = {
        "sessions": {role: prepared.session(person) for role, person in people.items()},
        "read": [application.number for application in opened],
        "drafts": [application.number for application in drafts],
        "waiting": first_pupils,
        "meeting": meeting,
        "effort": effort.get_absolute_url(),
        "efforts": Effort.objects.count(),
        "middle": prepared.middle(case_count),
        "own_middle": prepared.own_middle(people["school_leader"]),
        "common": bulk.COMMON,
        "unknown": bulk.UNKNOWN,
        "postings": Posting.objects.count(),
        "grants": Grant.objects.count(),
        "seconds": round(time.monotonic() - started_at, 1),
    }
    file.write_text(json.dumps(notes))


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
