"""Every status, verb and role: what the trade allows is done, and everything else is refused and changes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from applications.lifecycle import LIFECYCLE
from applications.models import Application
from budget.lifecycle import PROPOSAL
from budget.models import Proposal
from skolefleks.models import AuditEntry, Role
from skolefleks.permissions import GRANTS
from skolefleks.refusals import NotPossible, Overtaken
from skolefleks.statemachine import can, move
from tests.conftest import NEXT, many, plan_meeting
from visitation.lifecycle import DECISION, GRANT, MEETING
from visitation.models import Decision, Grant, Meeting

COMMITTEE = {Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY}


SCHOOL = {Role.SCHOOL_LEADER}


CHIEFS = {Role.CENTRE_CHIEF}


# fmt: off
STEPS = {
    #                verb          from                                to             who
    (Application,    "apply"):     ({"challenge"},                       "draft",       SCHOOL | {Role.SCHOOL_STAFF}),
    (Application,    "submit"):    ({"draft", "sent_back"},              "submitted",   SCHOOL),
    (Application,    "withdraw"):  ({"challenge", "draft", "submitted", "sent_back"}, "withdrawn", SCHOOL),
    (Application,    "send_back"): ({"submitted"},                       "sent_back",   COMMITTEE),
    (Application,    "close"):     ({"submitted"},                       "closed",      COMMITTEE),
    (Decision,       "release"):   ({"provisional"},                     "released",    COMMITTEE),
    (Decision,       "undo"):      ({"provisional"},                     "undone",      COMMITTEE),
    (Decision,       "replace"):   ({"released"},                        "replaced",    COMMITTEE),
    (Grant,          "annul"):     ({"running"},                         "annulled",    COMMITTEE),
    (Grant,          "end_early"): ({"running"},                         "ended",       COMMITTEE),
    (Meeting,        "lock"):      ({"planned"},                         "locked",      COMMITTEE),
    (Meeting,        "unlock"):    ({"locked"},                          "planned",     COMMITTEE),
    (Meeting,        "open"):      ({"locked"},                          "under_way",   COMMITTEE),
    (Meeting,        "close"):     ({"under_way"},                       "held",        COMMITTEE),
    (Meeting,        "approve"):   ({"held"},                            "approved",    {Role.COMMITTEE_CHAIR}),
    (Meeting,        "cancel"):    ({"planned", "locked"},               "cancelled",   COMMITTEE),
    (Proposal,       "approve"):   ({"proposed"},                        "approved",    CHIEFS),
    (Proposal,       "turn_down"): ({"proposed"},                        "rejected",    CHIEFS),
    (Proposal,       "take_back"): ({"proposed"},                        "withdrawn",   CHIEFS),
}


# fmt: on
EVERY = [
    (kind, verb, status)
    for kind, verb in STEPS
    for status in kind._meta.get_field("status").choices
]


EVERY = [(kind, verb, value) for kind, verb, (value, _) in EVERY]


@pytest.fixture
def things(schools, leader, chair):
    """One application with one pupil, one decision of it, one grant; one proposal."""
    [case] = many(1, school=schools["Baltorpskolen"], by=leader)
    decided = {
        "outcome": "granted",
        "grounds": "Behov.",
        "decided_by": chair,
        "decided_at": timezone.now(),
    }
    decision = Decision.objects.create(pupil_case=case, **decided)
    period = {"starts_on": date(NEXT, 1, 1), "ends_on": date(NEXT, 7, 31)}
    place = {"pupil": case.pupil, "district": schools["Baltorpskolen"].district}
    grant = Grant.objects.create(decision=decision, tariff=200_000, **period, **place)
    both = {
        "proposed_by": leader,
        "proposed_centre": "C-SIK",
        "answered_by": chair,
        "answered_centre": "C-BUR",
    }
    proposal = Proposal.objects.create(kind="allocation", reason="Behov.", **both)
    meeting = plan_meeting(by=chair)
    return {
        Application: case.application,
        Decision: decision,
        Grant: grant,
        Meeting: meeting,
        Proposal: proposal,
    }


@pytest.fixture
def everybody(person):
    """One person a role, those of a school at the school of the case."""
    at_school = (Role.SCHOOL_LEADER, Role.SCHOOL_STAFF)
    return {
        role: person(role.label, role, "Baltorpskolen" if role in at_school else None)
        for role in Role
    }


def put(thing, status):
    type(thing).objects.filter(pk=thing.pk).update(status=status)
    thing.status = status
    return thing


def stored(thing):
    return type(thing).objects.values_list("status", flat=True).get(pk=thing.pk)


def test_the_lives_have_the_steps_of_the_trade_and_no_other():
    lives = {
        Application: LIFECYCLE,
        Decision: DECISION,
        Grant: GRANT,
        Meeting: MEETING,
        Proposal: PROPOSAL,
    }
    found = {(kind, step.verb): step for kind, life in lives.items() for step in life}
    assert {
        key: (set(s.sources), s.target, set(GRANTS[s.permission])) for key, s in found.items()
    } == STEPS


@pytest.mark.parametrize(("kind", "verb", "status"), EVERY)
def test_a_step_is_taken_from_its_status_by_its_roles_alone(kind, verb, status, things, everybody):
    sources, target, roles = STEPS[kind, verb]
    for role, person in everybody.items():
        thing, lines = put(things[kind], status), AuditEntry.objects.count()
        allowed = status in sources and role in roles
        assert can(thing, verb, person) is allowed
        if allowed:
            move(thing, verb, by=person)
        else:
            with pytest.raises((NotPossible, PermissionDenied)):
                move(thing, verb, by=person)
        assert stored(thing) == thing.status == (target if allowed else status)
        assert AuditEntry.objects.count() == lines + allowed


@pytest.mark.parametrize("verb", ["submit", "withdraw"])
def test_another_schools_leader_takes_no_step(verb, things, other_leader):
    application = put(things[Application], "sent_back")
    with pytest.raises(PermissionDenied):
        move(application, verb, by=other_leader)
    assert stored(application) == "sent_back"


@pytest.mark.parametrize(("kind", "verb"), STEPS)
def test_who_comes_second_is_told(kind, verb, things, everybody):
    sources, target, roles = STEPS[kind, verb]
    thing, lines = put(things[kind], min(sources)), AuditEntry.objects.count()
    type(thing).objects.filter(pk=thing.pk).update(status=target)
    with pytest.raises(Overtaken, match="ændret af en anden"):
        move(thing, verb, by=everybody[min(roles)])
    assert (stored(thing), AuditEntry.objects.count()) == (target, lines)


def test_a_step_that_fails_later_leaves_neither_status_nor_line(things, chair, monkeypatch):
    application, lines = things[Application], AuditEntry.objects.count()
    monkeypatch.setattr(AuditEntry.objects, "create", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        move(application, "send_back", by=chair)
    assert (stored(application), AuditEntry.objects.count()) == ("submitted", lines)


def test_an_ended_role_takes_no_step(things, chair):
    chair.memberships.update(ended_at=timezone.now())
    with pytest.raises(PermissionDenied):
        move(things[Application], "send_back", by=chair)
