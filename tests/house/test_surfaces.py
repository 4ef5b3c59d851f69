"""Every surface there is: who is out of a case, and who may not know of a decision yet, finds
nothing of it anywhere.
"""

from __future__ import annotations

from datetime import date
from itertools import chain

import pytest
from django.core import mail
from django.db.models import Q

from applications.models import ApplicationQuerySet, Invitation
from skolefleks.celery import app as celery_app
from skolefleks.models import AuditEntry, Notice, Role, User
from skolefleks.notices.mail import tell
from tests.conftest import NEXT, many
from tests.deciding import deliver
from tests.house.surfaces_caseload import (
    CASE,
    INNER,
    PROVISIONAL,
    RELEASED,
    addresses_of,
    ask_committee,
    decide,
    discuss,
    found_in,
    take_up,
    write_case,
)
from tests.surfaces import Unknown, paths, text_in, walk
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.meetings import actions as meeting_actions
from visitation.minutes import actions as minutes
from visitation.models.decisions import DecisionQuerySet
from visitation.recusals import actions as recusals
from visitation.releases import actions as releases

celery_app.loader.import_default_modules()


@pytest.fixture
def others(person):
    """Two more of the committee, so that there are enough of them without those who are out."""
    return [person(name, Role.COMMITTEE_MEMBER) for name in ("Ulla Udvalg", "Viggo Valg")]


# How one comes to be out of a case; each of them chairs the committee too, and so would reach all
# of it.
def declares(user, application, _):
    recusals.declare(application, reason="KvidderIndreInhabil", by=user)


def is_set(user, application, by):
    recusals.set_recusal(application, user, reason="KvidderIndreInhabil", by=by)


def is_settled(user, application, by):
    recusals.settle(application, user, is_disqualified=True, reason="KvidderIndreInhabil", by=by)


def works_there(user, application, _):
    user.memberships.get_or_create(role=Role.SCHOOL_STAFF, school=application.school)


def advises(user, application, _):
    user.memberships.get_or_create(role=Role.ADVISER)
    Invitation.objects.create(application=application, user=user, invited_by=application.created_by)


RECUSED, TIED = (declares, is_set, is_settled), (works_there, advises)


@pytest.fixture
def out(person):
    """One for each way of being out of a case."""
    return {way: person(way.__name__, Role.COMMITTEE_CHAIR) for way in (*RECUSED, *TIED)}


@pytest.fixture
def cases(schools, leader, other_leader, adviser, chair, secretary, chief, others, out, pools):
    """Two cases that some are out of: one decided and released at a meeting held, one decided and
    not released yet.

    A third grant in the district: the pool's figures are sums, and tell of nobody as long as
    there are several.
    """
    [third] = many(1, school=schools["Baltorpskolen"], by=other_leader)
    decisions.grant(
        third,
        decision_rules.Terms(150_000, date(NEXT, 1, 1), date(NEXT, 7, 31)),
        grounds="Behov.",
        by=chair,
    )
    cases = []
    for word, tariff in (("KvidderFri", 229_111), ("KvidderDom", 231_987)):
        application = write_case(schools["Baltorpskolen"], leader, adviser)
        tell([*out.values(), chief], number=application.number, path=application.get_absolute_url())
        for way, user in (*out.items(), (is_set, chief)):
            way(user, application, secretary)
        meeting = take_up(application, chair, [chair, *others, *out.values()])
        discuss(application, chair, [chair, *others, *out.values()])
        decide(application, chair, word, tariff)
        if not cases:
            releases.release(application, by=chair)
            meeting_actions.close_meeting(meeting, by=chair)
            minutes.approve_minutes(meeting, by=chair)
            ask_committee(application, leader)
        cases.append(application)
    mail.outbox.clear()
    deliver()
    return cases


@pytest.fixture
def seen(cases, client_for):
    """What `user` sees on every surface."""
    sought = (*(application.number for application in cases), "X.Q.")
    found = list(chain.from_iterable(map(addresses_of, cases)))
    return lambda user: walk(client_for(User.objects.get(pk=user.pk)), found, sought)


# -- who is out of a case --------------------------------------------------------------
def test_who_is_recused_finds_nothing_of_the_case_anywhere(seen, cases, out, client_for):
    numbers = [application.number for application in cases]
    hidden = [*CASE, *INNER, *PROVISIONAL, *RELEASED, *numbers, "KvidderSpurgt"]
    said = seen(out[is_set])
    assert len(said) > 100
    assert found_in(said, hidden) == {}

    # However one came to be out: the pages of the case that is not decided yet.
    own = [path for path in addresses_of(cases[1]) if cases[1].number in path]
    for way in (declares, is_settled):
        assert found_in(walk(client_for(out[way]), own), hidden) == {}


def long_but(first, *others):
    """One reader of a kind always, the others of the same rights among the long tests."""
    return [first, *(pytest.param(other, marks=pytest.mark.long) for other in others)]


@pytest.mark.parametrize("way", long_but(*TIED))
def test_who_is_tied_to_the_case_finds_nothing_of_what_the_committee_writes(way, seen, out):
    said = seen(out[way])
    assert found_in(said, CASE)
    assert found_in(said, RELEASED)
    assert found_in(said, [*INNER, *PROVISIONAL]) == {}


@pytest.mark.long
def test_a_centre_chief_who_is_out_finds_nothing_of_the_case_either(seen, chief):
    assert found_in(seen(chief), [*CASE, *INNER, *PROVISIONAL]) == {}


def test_the_walk_finds_a_recusal_that_is_let_through(cases, out, client_for, monkeypatch):
    monkeypatch.setattr(
        ApplicationQuerySet,
        "_for_review",
        staticmethod(lambda _user: Q(submitted_at__isnull=False)),
    )
    everywhere = [
        "/visitation/",
        cases[0].get_absolute_url(),
        f"{cases[1].get_absolute_url()}retligt/",
    ]
    said = walk(client_for(out[is_set]), everywhere)
    assert set(everywhere) <= found_in(said, [*CASE, *INNER, *PROVISIONAL]).keys()


def test_who_is_out_is_told_nothing_more_and_the_counts_leave_the_case_out(cases, out, client_for):
    numbers = [application.number for application in cases]
    for way in RECUSED:
        client = client_for(out[way])
        assert not Notice.objects.filter(user=out[way], subject__in=numbers).exists()
        assert [sent for sent in mail.outbox if out[way].email in sent.to] == []
        assert client.get("/").context["queue"].waiting == 1
        assert client.get("/visitation/", {"vis": "alle"}).context["count"] == "1"


def test_who_is_recused_has_no_effect_on_the_case_whatever_they_send(cases, out, client_for, post):
    lines = AuditEntry.objects.filter(subject__in=[application.number for application in cases])
    before, said = lines.count(), {}
    for way, application in ((declares, cases[0]), (is_set, cases[1]), (is_settled, cases[1])):
        client = client_for(out[way])
        for path in addresses_of(application):
            if application.number in path:
                said[path] = text_in(post(client, path))
        assert found_in(said, [*CASE, *INNER, *PROVISIONAL, *RELEASED]) == {}
    assert lines.count() == before


# -- before release --------------------------------------------------------------------
@pytest.mark.parametrize("who", long_but("leader", "staff", "adviser"))
def test_nobody_outside_the_committee_finds_anything_of_a_decision_before_release(
    who, seen, request
):
    said = seen(request.getfixturevalue(who))
    assert len(said) > 100
    assert found_in(said, CASE)
    assert found_in(said, [*INNER, *PROVISIONAL]) == {}


@pytest.mark.parametrize("who", long_but("other_leader", "follower", "admin"))
def test_who_has_nothing_to_do_with_the_pupils_finds_nothing_of_them_either(who, seen, request):
    said = seen(request.getfixturevalue(who))
    assert found_in(said, [*CASE, *INNER, *PROVISIONAL, *RELEASED]) == {}


def test_the_walk_finds_a_provisional_decision_that_is_let_through(
    cases, leader, client_for, monkeypatch
):
    for filtered in ("released", "known_to_school"):
        monkeypatch.setattr(DecisionQuerySet, filtered, DecisionQuerySet.standing)
    page = cases[1].get_absolute_url()
    assert page in found_in(walk(client_for(leader), [page]), PROVISIONAL)


def test_the_school_and_its_advisers_are_told_nothing_before_release(cases, leader, staff, adviser):
    waiting = cases[1].number
    told = Notice.objects.filter(subject=waiting, user__in=[leader, staff, adviser]).values_list(
        "text", flat=True
    )
    assert [text for text in told if "svaret" in text] == []


# -- the walk itself -------------------------------------------------------------------
def test_the_committee_finds_on_the_same_walk_what_is_hidden_from_others(seen, chair):
    found = set()
    for there in found_in(seen(chair), [*CASE, *INNER, *PROVISIONAL, *RELEASED]).values():
        found.update(there)
    assert {"Xenia", "Wraa", "X.Q.", "KvidderSag", "KvidderIndre"} <= found
    assert {"KvidderDom", "KvidderFri", "231.987", "229.111"} <= found


def test_an_address_that_the_walk_cannot_build_is_no_address_left_out():
    with pytest.raises(Unknown, match="nyt"):
        paths({"sager/": [1]}, ["sager/<slug:number>/nyt/<uuid:pk>/"])
