"""Every surface there is: who is out of a case, and who may not know of a decision yet, finds
nothing of it anywhere. Who finds a name or a text has a line in the access log.

One walk of each reader, over one caseload, is what all these laws are held to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import chain, product

import pytest
from django.core import mail
from django.db.models import Q

from applications.models import ApplicationQuerySet, Invitation
from skolefleks.celery import app as celery_app
from skolefleks.models import AuditEntry, Notice, Role
from skolefleks.notices.mail import tell
from tests.conftest import NEXT, many
from tests.deciding import deliver
from tests.house.surfaces_caseload import (  # noqa: F401  a fixture of it
    CASE,
    INNER,
    PROVISIONAL,
    RELEASED,
    addresses_of,
    ask_committee,
    decide,
    discuss,
    follow,
    found_in,
    nobody_is_held_up,
    silent_in,
    stored,
    take_up,
    write_case,
)
from tests.surfaces import Unknown, Walk, paths, squeezed, text_in, walk
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.meetings import actions as meeting_actions
from visitation.minutes import actions as minutes
from visitation.models import Meeting
from visitation.models.decisions import DecisionQuerySet
from visitation.packs import actions as packs
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
def followed(cases, leader, chair):
    """The cases, one of them with all that is written of an effort; the other in a pack."""
    follow(cases[0], leader)
    meeting = Meeting.objects.get(items__application=cases[1])
    packs.make(packs.ask(meeting, with_papers=True, by=chair).pk)
    return cases


# -- the walk --------------------------------------------------------------------------
@dataclass(frozen=True)
class Tour:
    """What one reader saw of the cases, their numbers, and what lies encrypted of them."""

    walk: Walk
    numbers: list[str]
    stored: list[str]


# They walk in every run, the others, of the same rights, among the long tests.
EVERYDAY = ("chair", "leader", "other_leader", "is_set")


def long(*readers):
    return [pytest.param(who, marks=pytest.mark.long) for who in readers]


@pytest.fixture(scope="module")
def tours():
    """By the reader: one tour is enough for all tests of this file, as none changes it."""
    return {}


@pytest.fixture
def seen(tours, request):
    """The tour of a reader. The everyday ones are on theirs together."""

    def tour(who):
        if who not in tours:
            send_off = request.getfixturevalue("send_off")
            together = EVERYDAY if who in EVERYDAY else [who]
            tours.update({each: send_off(each) for each in together})
        return tours[who]

    return tour


SHEET = re.compile(r"(csv|xlsx)($|\?)")

# With the tabs in which these cases stand.
CHOICES = ["?fane=loeber", "?vis=alle", "?fane=hos-udvalget"]


@pytest.fixture
def send_off(followed, out, client_for, request, nobody_is_held_up):  # noqa: F811
    """Send somebody over every address, with the filters, tabs and searches of its page."""
    numbers = [application.number for application in followed]
    addresses = list(chain.from_iterable(addresses_of(each, pupils=2) for each in followed))
    addresses += [
        sheet + choice for sheet, choice in product(filter(SHEET.search, addresses), CHOICES)
    ]
    ways = {way.__name__: user for way, user in out.items()}

    def go(who):
        user = ways.get(who) or request.getfixturevalue(who)
        walked = walk(client_for(user), addresses, (*numbers, "X.Q."))
        return Tour(walked, numbers, stored())

    return go


# -- who is out of a case --------------------------------------------------------------
def test_who_is_recused_finds_nothing_of_the_case_anywhere(seen):
    tour = seen("is_set")
    hidden = [*CASE, *INNER, *PROVISIONAL, *RELEASED, *tour.numbers, "KvidderSpurgt"]
    assert len(tour.walk.texts) > 100
    assert found_in(tour.walk.texts, hidden) == {}


@pytest.mark.parametrize("way", long("works_there", "advises"))
def test_who_is_tied_to_the_case_finds_nothing_of_what_the_committee_writes(way, seen):
    texts = seen(way).walk.texts
    assert found_in(texts, CASE)
    assert found_in(texts, RELEASED)
    assert found_in(texts, [*INNER, *PROVISIONAL]) == {}


@pytest.mark.long
def test_a_centre_chief_who_is_out_finds_nothing_of_the_case_either(seen):
    assert found_in(seen("chief").walk.texts, [*CASE, *INNER, *PROVISIONAL]) == {}


def test_nobody_is_told_what_they_may_not_know_and_the_counts_leave_the_case_out(
    cases, out, leader, staff, adviser, client_for
):
    for way in RECUSED:
        client = client_for(out[way])
        assert not Notice.objects.filter(user=out[way], subject__in=map(str, cases)).exists()
        assert [sent for sent in mail.outbox if out[way].email in sent.to] == []
        assert client.get("/").context["queue"].waiting == 1
        assert client.get("/visitation/", {"vis": "alle"}).context["count"] == "1"

    # And before release the school and its advisers hear nothing of an answer.
    of_the_school = Notice.objects.filter(user__in=[leader, staff, adviser])
    texts = of_the_school.filter(subject=cases[1].number).values_list("text", flat=True)
    assert [text for text in texts if "svaret" in text] == []


def own_addresses(application):
    return [path for path in addresses_of(application) if application.number in path]


def test_however_one_was_recused_nothing_is_found_and_nothing_done(cases, out, client_for, post):
    lines = AuditEntry.objects.filter(subject__in=[application.number for application in cases])
    before, texts = lines.count(), {}
    for way, application in ((declares, cases[0]), (is_set, cases[1]), (is_settled, cases[1])):
        client = client_for(out[way])
        for path in own_addresses(application):
            texts[f"sent to {path}"] = text_in(post(client, path))
        if way is not is_set:
            texts |= walk(client, own_addresses(cases[1])).texts
        assert found_in(texts, [*CASE, *INNER, *PROVISIONAL, *RELEASED]) == {}
    assert lines.count() == before


# -- before release --------------------------------------------------------------------
@pytest.mark.parametrize("who", ["leader", *long("staff", "adviser")])
def test_nobody_outside_the_committee_finds_anything_of_a_decision_before_release(who, seen):
    texts = seen(who).walk.texts
    assert len(texts) > 100
    assert found_in(texts, CASE)
    assert found_in(texts, [*INNER, *PROVISIONAL]) == {}


@pytest.mark.parametrize("who", ["other_leader", *long("follower", "admin")])
def test_who_has_nothing_to_do_with_the_pupils_finds_nothing_of_them_either(who, seen):
    assert found_in(seen(who).walk.texts, [*CASE, *INNER, *PROVISIONAL, *RELEASED]) == {}


# -- who read it is written down -------------------------------------------------------
# Names and texts. Initials and amounts stand in lists too, where nobody is named.
WORDS = [word for word in [*CASE, *INNER, "KvidderDom", "KvidderFri"] if word.isalpha()]


@pytest.mark.parametrize(
    "who", ["chair", "leader", *long("adviser", "staff", "chief", "secretary")]
)
def test_what_one_reads_of_a_case_is_logged(who, seen):
    tour = seen(who)
    words = [*WORDS, *tour.stored]
    assert len(words) > 40
    assert silent_in(tour.walk, words) == {}


@pytest.mark.parametrize("who", ["chair", "leader"])
def test_a_spreadsheet_has_a_line_under_each_case_in_it(who, seen):
    tour, silent, holding = seen(who), [], set()
    sheets = [path for path in tour.walk.texts if SHEET.search(path)]
    for path in sheets:
        named = {each for each in tour.numbers if squeezed(each) in tour.walk.texts[path]}
        silent += [(path, number) for number in sorted(named - tour.walk.noted[path])]
        if named:
            holding.add(path.partition("?")[0])
    assert silent == []
    # CSV and XLSX of two lists: of the cases, and of the efforts.
    assert len(holding) == 4


# -- the walk itself -------------------------------------------------------------------
def test_the_committee_finds_on_the_same_walk_what_is_hidden_from_others(seen):
    texts = seen("chair").walk.texts
    found = set().union(*found_in(texts, [*CASE, *INNER, *PROVISIONAL, *RELEASED]).values())
    assert {"Xenia", "Wraa", "X.Q.", "KvidderSag", "KvidderIndre"} <= found
    assert {"KvidderDom", "KvidderFri", "231.987", "229.111"} <= found


def test_the_walk_sees_what_is_written_of_an_effort(seen):
    tour = seen("leader")
    words = [word for word in tour.stored if word.startswith("KvidderIndsats")]
    assert len(words) == 7
    text = "".join(tour.walk.texts.values())
    assert [word for word in words if word not in text] == []


def recused_let_through(patch):
    of_all = staticmethod(lambda _user: Q(submitted_at__isnull=False))
    patch.setattr(ApplicationQuerySet, "_for_review", of_all)


def told_before_release(patch):
    for filtered in ("released", "known_to_school"):
        patch.setattr(DecisionQuerySet, filtered, DecisionQuerySet.standing)


def not_logged(patch):
    patch.setattr("visitation.cases.views.audit.log_access", lambda *_, **__: None)


def test_the_walk_finds_what_is_let_through(cases, out, leader, chair, client_for, monkeypatch):
    def through(leak, user, *pages):
        with monkeypatch.context() as patch:
            leak(patch)
            return walk(client_for(user), pages)

    first, second = (application.get_absolute_url() for application in cases)
    pages = {"/visitation/", first, f"{second}retligt/"}
    walked = through(recused_let_through, out[is_set], *pages)
    assert pages <= found_in(walked.texts, [*CASE, *INNER, *PROVISIONAL]).keys()
    walked = through(told_before_release, leader, second)
    assert found_in(walked.texts, PROVISIONAL)
    assert silent_in(through(not_logged, chair, first), WORDS)


def test_an_address_that_the_walk_cannot_build_is_no_address_left_out():
    with pytest.raises(Unknown, match="nyt"):
        paths({"sager/": [1]}, ["sager/<slug:number>/nyt/<uuid:pk>/"])
