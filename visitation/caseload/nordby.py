"""The second demo: Nordby Kommune, which is made up, as its administrator set it up.

Three centres own its pool, and it has eight schools in three districts. Its few
cases are like some of the first demo, with its own pupils, schools and amounts.
"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from budget.books import actions as books
from budget.frames import actions as frames
from budget.payments import accounts
from skolefleks.administration import actions as administration
from skolefleks.administration import queries as people_queries
from skolefleks.administration import reading
from skolefleks.danish import today
from skolefleks.development.demo import PASSWORD
from skolefleks.models import OutboxMessage, Role, School, User
from skolefleks.places import actions as places
from skolefleks.profile import actions as profile
from skolefleks.setup import actions as setup
from visitation.caseload.cases import CaseStory
from visitation.caseload.meetings import MeetingStories, met_days_ago
from visitation.caseload.money import plan_payments
from visitation.caseload.scene import Scene, read_data

if TYPE_CHECKING:
    from collections.abc import Iterator

# Days ago: the school year before had no cases.
BEFORE_THE_FIRST_CASE = 150

ADMINISTRATOR = "admin@demo.example"
REASON = "Besluttet i kommunens budget."


@transaction.atomic
def tell_all() -> None:
    """Make all of it, in one transaction and in the order of a first day."""
    data = read_data("nordby")
    admin = _begin(data)
    _make_places(data, by=admin)

    sheet = reading.read(people_csv(data))
    plan = people_queries.plan_of(sheet.lines, by=admin)
    administration.import_people(sheet.lines, fingerprint=plan.fingerprint, by=admin)
    for person in User.objects.all():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])

    _play(data, by=admin)
    # Nobody is told of what never happened; a letter is made, like any other.
    messages = OutboxMessage.objects.exclude(topic="document.drafted")
    messages.update(done_at=timezone.now())


def cases(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What cases.json says of the cases that these are like, in this municipality's words."""
    # Written once: what a school writes of a child is the same trade everywhere.
    like = {case["key"]: case for case in read_data("cases")}
    for own in data["cases"]:
        text = json.dumps(like[own["like"]], ensure_ascii=False)
        for theirs, ours in own["words"].items():
            text = text.replace(theirs, ours)
        case: dict[str, Any] = json.loads(text)
        for pupil in case["pupils"]:
            pupil["requested_tariff"] = _amount(pupil["requested_tariff"])
            if pupil["decision"]:
                tariff = pupil["decision"]["tariff"]
                pupil["decision"]["tariff"] = _amount(tariff)
        yield case


def _amount(theirs: int) -> int:
    """As much of Nordby's unit tariff as it was of the other's, in whole thousands."""
    return round(theirs * 8 // 10, -3)


def _play(data: dict[str, Any], *, by: User) -> None:
    everybody = User.objects.prefetch_related("memberships")
    scene = Scene({person.email: person for person in everybody})
    # A case is numbered by the prefix of its day.
    begin = partial(profile.change_profile, data["profile"], by=by)
    scene.plan(BEFORE_THE_FIRST_CASE, begin)
    scene.plan(BEFORE_THE_FIRST_CASE, partial(_agree_on_settings, data, by=by))
    scene.plan(BEFORE_THE_FIRST_CASE, partial(_allocate, data))

    meetings = MeetingStories(scene, keys=data["next"], away="udvalg.fritid")
    for number, story in enumerate(cases(data)):
        case = CaseStory(scene, number, story)
        decided_days_ago = None
        if story["decided_days_ago"] is not None:
            decided_days_ago = met_days_ago(story["decided_days_ago"])
        meetings.take_up(case, decided_days_ago)
        case.plan_writing()
        case.plan_outcome(decided_days_ago)
    meetings.plan()

    proposer, approver = (_chief_of(frame["centre"]) for frame in data["frames"][:2])
    plan_payments(scene, proposer, approver)
    scene.play()


def people_csv(data: dict[str, Any]) -> str:
    """The file that the administrator reads in: everybody but themselves."""
    lines = [";".join(reading.HEADS)]
    for person in data["people"]:
        if person[1] != ADMINISTRATOR:
            lines.append(";".join(person))
    return "\n".join(lines)


def _begin(data: dict[str, Any]) -> User:
    [name] = [one[0] for one in data["people"] if one[1] == ADMINISTRATOR]
    admin = User.objects.create_user(ADMINISTRATOR, name, PASSWORD)
    administration.give_role(admin, Role.ADMINISTRATOR)
    return admin


def _make_places(data: dict[str, Any], *, by: User) -> None:
    for key, name in data["centres"].items():
        places.add_centre(key, name, by=by)
    for name, schools in data["districts"].items():
        district = places.add_district(name, by=by)
        for school in schools:
            places.add_school(school, district, by=by)


def _allocate(data: dict[str, Any]) -> None:
    """A frame of each centre, and its part of this year's pool and the next two."""
    this_year = today().year
    for frame in data["frames"]:
        chief = _chief_of(frame["centre"])
        source = frames.add_frame(frame["name"], frame["centre"], by=chief)
        for year in range(this_year, this_year + 3):
            amount = frame["amount"]
            books.allocate(year=year, source=source, amount=amount, by=chief)

    # Made up, as in the first demo.
    for number, school in enumerate(School.objects.all(), start=1):
        account = f"XN-{number:010d}-00100"
        accounts.set_account(school, account, by=chief)


def _agree_on_settings(data: dict[str, Any], *, by: User) -> None:
    """They take two people, and hold from tomorrow."""
    tomorrow = today() + timedelta(days=1)
    chief = _chief_of(data["frames"][0]["centre"])
    for name, value in data["settings"].items():
        change = setup.change(
            name, value=value, starts_on=tomorrow, reason=REASON, after=0, by=by
        )
        setup.agree(change, by=chief)


def _chief_of(centre: str) -> User:
    chiefs = User.objects.holding(Role.CENTRE_CHIEF)
    return chiefs.get(memberships__centre=centre)
