"""All of the demo: its people and cases, opdigtede, the same every time, placed around today.

Never in production: `load_demo` refuses there.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from skolefleks.models import OutboxMessage
from skolefleks.setup import trade
from visitation.caseload.cases import CaseStory
from visitation.caseload.challenges import plan_challenges
from visitation.caseload.committee import CommitteeStory
from visitation.caseload.evaluations import plan_evaluations
from visitation.caseload.meetings import MeetingStories, met_days_ago
from visitation.caseload.money import plan_allocations, plan_payments
from visitation.caseload.people import fill_in_the_profile, make_people
from visitation.caseload.scene import Scene, read_data


@transaction.atomic
def tell_all() -> None:
    """Make all people and cases of the demo, in one transaction."""
    people = make_people()
    fill_in_the_profile(people)
    # The thousand acts of the demo need not ask for the settings a thousand times.
    with trade.read_once():
        _play(Scene(people))

    # Nobody is told of what never happened; a letter is made, like any other.
    messages = OutboxMessage.objects.exclude(topic="document.drafted")
    messages.update(done_at=timezone.now())


def _play(scene: Scene) -> None:
    # The order of planning is the order of what happens at the same moment.
    plan_allocations(scene)
    _plan_cases_and_meetings(scene)
    sik, bur = scene.person("centerchef.sik"), scene.person("centerchef.bur")
    plan_payments(scene, sik, bur)
    plan_evaluations(scene)
    scene.play()


def _plan_cases_and_meetings(scene: Scene) -> None:
    meetings = MeetingStories(scene)
    for number, data in enumerate(read_data("cases")):
        case = CaseStory(scene, number, data)
        decided_days_ago = None
        if data["decided_days_ago"] is not None:
            decided_days_ago = met_days_ago(data["decided_days_ago"])

        meetings.take_up(case, decided_days_ago)
        case.plan_writing()
        if data["submitted_days_ago"] is not None:
            CommitteeStory(scene, case).plan()
        case.plan_outcome(decided_days_ago)

    plan_challenges(scene)
    # Last: only now each meeting knows its cases.
    meetings.plan()
