"""Every status, verb and role: what the trade allows is done, all else is refused."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from applications.lifecycle import HAND_OVER, LIFECYCLE
from applications.models import Application, HandOver
from budget.lifecycle import PROPOSAL
from budget.models import Proposal
from skolefleks.models import AuditEntry, Role
from skolefleks.permissions import GRANTS
from skolefleks.refusals import NotPossible, Overtaken
from skolefleks.statemachine import can, move
from tests.conftest import NEXT, many, plan_meeting
from tests.roles import leave
from tests.scenes import kept
from visitation.lifecycle import DECISION, GRANT, MEETING
from visitation.models import Decision, Grant, Meeting

COMMITTEE = {Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY}


CHAIR = {Role.COMMITTEE_CHAIR}

SCHOOL = {Role.SCHOOL_LEADER}

WRITERS = {Role.SCHOOL_LEADER, Role.SCHOOL_STAFF}

CHIEFS = {Role.CENTRE_CHIEF}

AT_SCHOOL = {"challenge", "draft", "sent_back"}


# fmt: off
STEPS = {
    #                verb          from                                to             who
    (Application,    "apply"):     ({"challenge"},                       "draft",       WRITERS),
    (Application,    "submit"):    ({"draft", "sent_back"},              "submitted",   SCHOOL),
    (Application,    "withdraw"):  (AT_SCHOOL | {"submitted"},           "withdrawn",   SCHOOL),
    (Application,    "send_back"): ({"submitted"},                       "sent_back",   COMMITTEE),
    (Application,    "close"):     ({"submitted"},                       "closed",      COMMITTEE),
    (HandOver,       "sign"):      ({"waiting"},                         "signed",      SCHOOL),
    (HandOver,       "hand_back"): ({"waiting"},                         "returned",    SCHOOL),
    (HandOver,       "take_it_back"): ({"waiting"},                      "taken_back",  WRITERS),
    (Decision,       "release"):   ({"provisional"},                     "released",    COMMITTEE),
    (Decision,       "undo"):      ({"provisional"},                     "undone",      COMMITTEE),
    (Decision,       "replace"):   ({"released"},                        "replaced",    COMMITTEE),
    (Grant,          "annul"):     ({"running"},                         "annulled",    COMMITTEE),
    (Grant,          "end_early"): ({"running"},                         "ended",       COMMITTEE),
    (Meeting,        "lock"):      ({"planned"},                         "locked",      COMMITTEE),
    (Meeting,        "unlock"):    ({"locked"},                          "planned",     COMMITTEE),
    (Meeting,        "open"):      ({"locked"},                          "under_way",   COMMITTEE),
    (Meeting,        "close"):     ({"under_way"},                       "held",        COMMITTEE),
    (Meeting,        "reopen"):    ({"held"},                            "under_way",   COMMITTEE),
    (Meeting,        "approve"):   ({"held"},                            "approved",    CHAIR),
    (Meeting,        "cancel"):    ({"planned", "locked"},               "cancelled",   COMMITTEE),
    (Proposal,       "approve"):   ({"proposed"},                        "approved",    CHIEFS),
    (Proposal,       "turn_down"): ({"proposed"},                        "rejected",    CHIEFS),
    (Proposal,       "take_back"): ({"proposed"},                        "withdrawn",   CHIEFS),
}


# fmt: on
EVERY = []
for kind, verb in STEPS:
    for status, _ in kind._meta.get_field("status").choices:
        EVERY.append((kind, verb, status))


@pytest.fixture
@kept
def things(schools, leader, chair):
    """One application with one pupil, one decision of it, one grant; one proposal."""
    [pupil_case] = many(1, school=schools["Baltorpskolen"], by=leader)
    decision = Decision.objects.create(
        basis="alone",
        ground="urgent",
        has_alone_reason=True,
        pupil_case=pupil_case,
        outcome="granted",
        grounds="Behov.",
        decided_by=chair,
        decided_at=timezone.now(),
    )
    grant = Grant.objects.create(
        decision=decision,
        tariff=200_000,
        starts_on=date(NEXT, 1, 1),
        ends_on=date(NEXT, 7, 31),
        pupil=pupil_case.pupil,
        district=schools["Baltorpskolen"].district,
    )
    proposal = Proposal.objects.create(
        kind="allocation",
        reason="Behov.",
        proposed_by=leader,
        proposed_centre="C-SIK",
        answered_by=chair,
        answered_centre="C-BUR",
    )
    handed = HandOver.objects.create(
        application=pupil_case.application, handed_by=leader, handed_at=timezone.now()
    )
    return {
        Application: pupil_case.application,
        HandOver: handed,
        Decision: decision,
        Grant: grant,
        Meeting: plan_meeting(by=chair),
        Proposal: proposal,
    }


@pytest.fixture
@kept
def everybody(person):
    """One person a role, those of a school at the school of the case."""
    people = {}
    for role in Role:
        school = None
        if role in WRITERS:
            school = "Baltorpskolen"
        people[role] = person(role.label, role, school)
    return people


def put(thing, status):
    type(thing).objects.filter(pk=thing.pk).update(status=status)
    thing.status = status
    return thing


def stored(thing):
    return type(thing).objects.values_list("status", flat=True).get(pk=thing.pk)


def test_the_lives_have_the_steps_of_the_trade_and_no_other():
    lives = {
        Application: LIFECYCLE,
        HandOver: HAND_OVER,
        Decision: DECISION,
        Grant: GRANT,
        Meeting: MEETING,
        Proposal: PROPOSAL,
    }
    steps = {}
    for kind, life in lives.items():
        for step in life:
            roles = set(GRANTS[step.permission])
            steps[kind, step.verb] = (set(step.sources), step.target, roles)
    assert steps == STEPS


def assert_moved(thing, verb, target, *, by):
    lines = AuditEntry.objects.count()
    move(thing, verb, by=by)
    assert stored(thing) == thing.status == target
    assert AuditEntry.objects.count() == lines + 1


def assert_refused(thing, verb, status, *, by):
    lines = AuditEntry.objects.count()
    with pytest.raises((NotPossible, PermissionDenied)):
        move(thing, verb, by=by)
    assert stored(thing) == thing.status == status
    assert AuditEntry.objects.count() == lines


@pytest.mark.parametrize(("kind", "verb", "status"), EVERY)
def test_a_step_is_taken_from_its_status_by_its_roles_alone(kind, verb, status, things, everybody):
    sources, target, roles = STEPS[kind, verb]
    for role, person in everybody.items():
        thing = put(things[kind], status)
        is_allowed = status in sources and role in roles
        assert can(thing, verb, person) is is_allowed
        if is_allowed:
            assert_moved(thing, verb, target, by=person)
        else:
            assert_refused(thing, verb, status, by=person)


@pytest.mark.parametrize("verb", ["submit", "withdraw"])
def test_another_schools_leader_takes_no_step(verb, things, other_leader):
    application = put(things[Application], "sent_back")
    with pytest.raises(PermissionDenied):
        move(application, verb, by=other_leader)
    assert stored(application) == "sent_back"


@pytest.mark.parametrize(("kind", "verb"), STEPS)
def test_who_comes_second_is_told(kind, verb, things, everybody):
    sources, target, roles = STEPS[kind, verb]
    thing = put(things[kind], min(sources))
    lines = AuditEntry.objects.count()
    type(thing).objects.filter(pk=thing.pk).update(status=target)
    with pytest.raises(Overtaken, match="ændret af en anden"):
        move(thing, verb, by=everybody[min(roles)])
    assert (stored(thing), AuditEntry.objects.count()) == (target, lines)


def test_a_step_that_fails_later_leaves_neither_status_nor_line(things, chair, monkeypatch):
    application = things[Application]
    lines = AuditEntry.objects.count()
    monkeypatch.setattr(AuditEntry.objects, "create", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        move(application, "send_back", by=chair)
    assert (stored(application), AuditEntry.objects.count()) == ("submitted", lines)


def test_an_ended_role_takes_no_step(things, chair):
    leave(chair)
    with pytest.raises(PermissionDenied):
        move(things[Application], "send_back", by=chair)
