"""Somebody with two roles, with a tie to a case, or with a role that has ended."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.models import Application, Invitation
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.models import Membership, Role, User
from tests.conftest import terms
from tests.filling import fill
from visitation.cases import actions as cases
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.models import Decision
from visitation.recusals import rules as recusal_rules
from visitation.releases import actions as releases


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
        of_hedegaard.pupil_cases.get(), terms(), grounds="Hemmelig begrundelse", by=chair
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
    tie, granted, submitted, pools, chair
):
    decisions.reject(submitted.pupil_cases.all()[1], grounds="Nej.", by=chair)
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
