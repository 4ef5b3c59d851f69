"""Every address as every role and as nobody: one table. What one may not see does not exist; nobody judges their own."""

from __future__ import annotations

import re
import uuid
from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from applications.models import Application, Invitation
from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.models import Posting
from budget.proposals import actions as proposals
from skolefleks.models import AuditEntry, Membership, Role, User
from tests.addresses import GET, PEOPLE, POST
from tests.conftest import NEXT, YEAR, terms
from tests.filling import fill
from tests.meetings import planned
from visitation.cases import actions as cases
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.models import Decision
from visitation.recusals import rules as recusal_rules
from visitation.releases import actions as releases

# What the pages of figures are about: a quarter that has begun; a level, a receipt, a meeting, a decision not there.
OF_FIGURES = {
    "budget:quarter": [YEAR, 1],
    "budget:quarter_pdf": [YEAR, 1],
    "budget:remove_target": [YEAR],
    "budget:figure_import": [uuid.UUID(int=1)],
    "price_index": [uuid.UUID(int=1)],
    "approve_index": [uuid.UUID(int=1)],
    "visitation:answer_ceiling": [uuid.UUID(int=1)],
    "visitation:release_meeting": [uuid.UUID(int=1)],
}


# What an address under a meeting ends with, beside the meeting: a step of its life, a case that is not on its agenda.
OF_A_MEETING = {
    "visitation:move_meeting": ["laas"],
    "visitation:take_up": [uuid.UUID(int=1)],
    "visitation:write_said": [uuid.UUID(int=1)],
}


NOT_OURS = {
    "account_login",
    "account_logout",
    "account_inactive",
    "demo",
}  # answer as the table says; change no case


SINGLE_SIGN_ON = re.compile(r"socialaccount_|openid_connect_")  # allauth's, tested where sign-in is


ANSWERS_MACHINES = {"healthz"}  # 200 or 503, by what runs (test_production)


def rows(table):
    """(name of the address, {person: status})."""
    for line in table.strip().splitlines()[1:]:
        name, *answers = line.split()
        yield name, dict(zip(PEOPLE, answers, strict=True))


def names(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + str(pattern.name)
        else:
            yield from names(
                pattern.url_patterns,
                prefix + (f"{pattern.namespace}:" if pattern.namespace else ""),
            )


@pytest.fixture
def guest(person):
    return person("Gurli Gæst", Role.ADVISER)


@pytest.fixture
def clients(client_for, request):
    """A browser for each of PEOPLE."""
    called = {"other": "other_leader", "secr": "secretary", "two": "two_roles"}
    people = {name: request.getfixturevalue(called.get(name, name)) for name in PEOPLE[1:]}
    return {"nobody": Client()} | {name: client_for(person) for name, person in people.items()}


@pytest.fixture
def with_committee(submitted, guest, leader):
    """A case that the committee has, an adviser invited to it."""
    Invitation.objects.create(application=submitted, user=guest, invited_by=leader)
    return submitted


@pytest.fixture
def at_school(with_committee, schools, leader):
    """A draft of the same school."""
    application = writing.start(school=schools["Baltorpskolen"], by=leader)
    return fill(application, "Cilla Dam", "Dan Ek", by=leader)


@pytest.fixture
def of_the_books(pools, sources, chief):
    """The first posting, and a proposal of the chief's own, by what their addresses end with."""
    part = proposals.FrameYear(NEXT, sources[0])
    proposal = proposals.propose_allocation(part, 1_000, reason="Behov.", by=chief)
    return {"posting": Posting.objects.earliest("pk").pk, "proposal": proposal.pk}


@pytest.fixture
def of_a_meeting(with_committee, chair):
    """A planned meeting with the case on its agenda: what its addresses end with."""
    meeting = planned(with_committee, by=chair)
    return lambda name: [meeting.pk, *OF_A_MEETING.get(name, [])]


@pytest.fixture
def address(with_committee, at_school, of_the_books, of_a_meeting):
    """The address by its name, of the case that the page is about: a draft for the school, else one to decide."""

    def find(name, number=None):
        floor, last = name.partition(":")[0], re.split("[:_]", name)[-1]
        if name in OF_FIGURES:
            return reverse(name, args=OF_FIGURES[name])
        if floor == "budget" and last in of_the_books:
            return reverse(name, args=[of_the_books[last]])
        application = at_school if name.startswith("applications:") else with_committee
        pupil = application.pupil_cases.all()[0].pk
        number = number or application.number
        for args in (
            [],
            of_a_meeting(name) if floor == "visitation" else [number],
            [number],
        ):
            with suppress(NoReverseMatch):
                return reverse(name, args=args)
        return reverse(name, args=[number, pupil])

    return find


def key():
    return {"idempotency_key": str(uuid.uuid4())}


def shown(answer):
    return (
        "-"
        if answer.status_code == 302 and answer.url.startswith("/konto/login/?next=")
        else str(answer.status_code)
    )


def as_everybody(clients, ask):
    """What each gets, every one of them finding things as they were."""
    answers = {}
    for name in PEOPLE:
        with transaction.atomic():
            lines = AuditEntry.objects.count()
            answers[name] = shown(ask(clients[name]))
            if answers[name] not in {"200", "302"}:
                assert AuditEntry.objects.count() == lines
            transaction.set_rollback(True)
    return answers


def test_every_address_stands_in_the_tables():
    found = {name for name in names(get_resolver().url_patterns) if not SINGLE_SIGN_ON.search(name)}
    assert {name for name, _ in rows(GET)} == found - ANSWERS_MACHINES
    assert {name for name, _ in rows(POST)} == found - ANSWERS_MACHINES - NOT_OURS


def test_who_opens_what(clients, address, pools):
    for name, expected in rows(GET):
        url = address(name)
        assert (
            name,
            as_everybody(clients, lambda client, url=url: client.get(url)),
        ) == (
            name,
            expected,
        )


def test_who_sends_what(clients, address, pools):
    for name, expected in rows(POST):
        url = address(name)
        assert (
            name,
            as_everybody(clients, lambda client, url=url: client.post(url, key())),
        ) == (
            name,
            expected,
        )


def without_tokens(answer):
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.content)


ABOUT_A_CASE = [name for name, by in rows(GET) if by["other"] == "404" or name == "reveal_cpr"]


def test_a_foreign_case_and_one_that_is_not_there_look_alike(clients, address):
    for name in ABOUT_A_CASE:
        ask = clients["other"].post if name == "reveal_cpr" else clients["other"].get
        urls = address(name), address(name, f"SF-{NEXT}-9999"), address(name, "x")
        answers = [ask(url, key()) for url in urls]
        assert {answer.status_code for answer in answers} == {404}
        assert len({without_tokens(answer) for answer in answers}) == 1


@pytest.mark.parametrize("who", ["leader", "chair", "admin", "chief"])
def test_a_form_from_elsewhere_is_refused(who, address, pools, request):
    client, lines = Client(enforce_csrf_checks=True), AuditEntry.objects.count()
    client.force_login(
        request.getfixturevalue(who),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    for name, _ in rows(POST):
        assert (name, client.post(address(name), key()).status_code) == (name, 403)
    assert AuditEntry.objects.count() == lines


def test_somebody_without_any_role_gets_nowhere(address, clients, client_for, person, leader):
    nobody = person("Nils Ingen", Role.ADVISER)
    Membership.objects.filter(user=nobody).delete()
    client = client_for(nobody)
    answers = {name: shown(client.get(address(name))) for name, _ in rows(POST)}
    assert [answers.pop(own) for own in ("start", "notices", "own_settings")] == ["200"] * 3
    assert [answers.pop(own) for own in ("read_notices", "open_notice")] == ["405"] * 2
    assert set(answers.values()) == {"403"}


# -- two roles -------------------------------------------------------------------------
@pytest.fixture
def of_hedegaard(schools, other_leader, pools):
    """A case of Hedegårdsskolen that the committee has."""
    application = fill(
        writing.start(school=schools["Hedegårdsskolen"], by=other_leader),
        "Eva Fog",
        by=other_leader,
    )
    submission.submit(application, by=other_leader)
    return application


def test_own_schools_case_is_gone_from_queue_and_counts(
    submitted, of_hedegaard, two_roles, member, client_for
):
    for user, numbers, waiting in (
        (member, {submitted, of_hedegaard}, 2),
        (two_roles, {submitted}, 1),
    ):
        queue = client_for(user).get(reverse("visitation:queue"))
        assert {row.number for row in queue.context["page"].rows} == {
            application.number for application in numbers
        }
        assert queue.context["count"] == str(waiting)
        assert client_for(user).get("/").context["queue"].waiting == waiting


@pytest.mark.parametrize("vis", ["", "venter", "afgjort", "alle"])
def test_own_schools_case_is_not_found_by_searching_the_queue(
    vis, of_hedegaard, two_roles, client_for
):
    queue = client_for(two_roles).get(
        reverse("visitation:queue"), {"q": of_hedegaard.number, "vis": vis}
    )
    assert queue.context["page"].rows == []


@pytest.fixture
def two_headed_chair(two_roles):
    """Who chairs the committee and works at Hedegårdsskolen."""
    Membership.objects.filter(user=two_roles, school=None).update(role=Role.COMMITTEE_CHAIR)
    return two_roles


def test_own_schools_case_is_seen_as_the_school_sees_it(
    of_hedegaard, two_headed_chair, chair, client_for
):
    decisions.grant(
        of_hedegaard.pupil_cases.get(),
        terms(),
        grounds="Hemmelig begrundelse",
        by=chair,
    )
    page = client_for(two_headed_chair).get(of_hedegaard.get_absolute_url())
    assert page.status_code == 200
    assert not page.context["application"].is_reviewable
    for secret in ("Hemmelig", "Bevilget", "frigivet", "215.000"):
        assert secret not in page.content.decode()


@pytest.mark.parametrize("name", ["decide", "effect", "undo", "send_back", "release"])
def test_own_schools_case_cannot_be_reached_as_committee(
    name, of_hedegaard, two_headed_chair, client_for, post
):
    args = [of_hedegaard.number, of_hedegaard.pupil_cases.get().pk]
    url = reverse(name, args=args[: 1 if name in {"send_back", "release"} else 2])
    client = client_for(two_headed_chair)
    gets, posts = client.get(url).status_code, post(client, url).status_code
    assert gets == (405 if name in {"undo", "release"} else 404)
    assert posts == (405 if name == "effect" else 404)


def works_at_the_school(user, application):
    Membership.objects.create(user=user, role=Role.SCHOOL_STAFF, school=application.school)


def wrote_it(user, application):
    Application.objects.filter(pk=application.pk).update(created_by=user)


def submitted_it(user, application):
    Application.objects.filter(pk=application.pk).update(submitted_by=user)


def was_invited(user, application):
    Invitation.objects.create(application=application, user=user, invited_by=user)


@pytest.mark.parametrize("tie", [works_at_the_school, wrote_it, submitted_it, was_invited])
def test_whoever_has_a_tie_to_the_case_does_not_judge_it(tie, case, pools, chair):
    tie(chair, case.application)
    with pytest.raises(recusal_rules.Recused):
        decisions.grant(case, terms(), grounds="Til min egen.", by=chair)
    with pytest.raises(recusal_rules.Recused):
        decisions.reject(case, grounds="Nej.", by=chair)
    with pytest.raises(recusal_rules.Recused):
        cases.send_back(case.application, note="Mere.", by=chair)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("tie", [works_at_the_school, wrote_it, submitted_it, was_invited])
def test_whoever_gets_a_tie_later_neither_undoes_nor_releases(
    tie, granted, submitted, pools, chair, secretary
):
    decisions.reject(submitted.pupil_cases.all()[1], grounds="Nej.", by=secretary)
    tie(chair, submitted)
    chair = User.objects.get(pk=chair.pk)
    with pytest.raises(recusal_rules.Recused):
        decisions.undo(granted.decision, by=chair)
    with pytest.raises(recusal_rules.Recused):
        releases.release(submitted, by=chair)
    with pytest.raises(recusal_rules.Recused):
        corrections.end_early(granted, on=terms().starts_on, grounds="Slut.", by=chair)
    assert not Decision.objects.exclude(status="provisional").exists()


def test_without_a_tie_the_same_acts_are_done(case, pools, chair):
    assert decisions.grant(case, terms(), grounds="Behov.", by=chair)


@pytest.mark.parametrize(
    "who", ["leader", "member", "adviser", "chief", "follower", "admin", "two_roles"]
)
def test_only_chair_and_secretary_decide_even_by_a_direct_call(who, case, pools, request):
    with pytest.raises((PermissionDenied, recusal_rules.Recused)):
        decisions.grant(case, terms(), grounds="Behov.", by=request.getfixturevalue(who))
    assert not Decision.objects.exists()


# -- advisers --------------------------------------------------------------------------
def test_an_invited_adviser_sees_that_case_and_no_other(
    submitted, of_hedegaard, leader, adviser, client_for
):
    writing.invite(submitted, adviser=adviser, by=leader)
    client = client_for(adviser)
    assert client.get(submitted.get_absolute_url()).status_code == 200
    assert client.get(of_hedegaard.get_absolute_url()).status_code == 404
    assert [row.number for row in client.get("/").context["invited"].rows] == [submitted.number]


def test_an_adviser_whose_role_has_ended_sees_nothing_of_the_case(
    submitted, leader, adviser, client_for
):
    writing.invite(submitted, adviser=adviser, by=leader)
    Membership.objects.filter(user=adviser).update(ended_at=submitted.created_at)
    client = client_for(adviser)
    assert client.get(submitted.get_absolute_url()).status_code == 403
    assert submitted.number not in client.get("/").content.decode()


def test_somebody_who_changed_school_sees_the_new_ones_cases_only(
    submitted, of_hedegaard, leader, schools, client_for
):
    Membership.objects.filter(user=leader).update(school=schools["Hedegårdsskolen"])
    client = client_for(leader)
    assert client.get(submitted.get_absolute_url()).status_code == 404
    assert client.get(of_hedegaard.get_absolute_url()).status_code == 200


def test_a_pupil_of_another_case_is_not_reached_through_ones_own(
    case, of_hedegaard, chair, leader, client_for, post
):
    foreign = of_hedegaard.pupil_cases.get().pk
    number = case.application.number
    assert client_for(chair).get(reverse("decide", args=[number, foreign])).status_code == 404
    assert (
        post(client_for(leader), reverse("reveal_cpr", args=[number, foreign])).status_code == 404
    )
    assert (
        client_for(leader).get(reverse("applications:pupil", args=[number, foreign])).status_code
        == 404
    )
