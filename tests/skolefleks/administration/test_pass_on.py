"""Somebody leaves: what hangs on them goes to a colleague, in one act, told to both."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications.models import Application, Invitation
from applications.writing import actions as writing
from skolefleks.administration import actions, rules, work_left
from skolefleks.models import AuditEntry, Notice, Role
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import text_of
from tests.meetings import planned
from visitation.models import Meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_adviser(person):
    return person("Olga Rådgiver", Role.ADVISER)


@pytest.fixture
def invited(submitted, draft, adviser, leader):
    writing.invite(draft, adviser=adviser, by=leader)
    return draft


def reads(person, application):
    return Application.objects.visible_to(person).filter(pk=application.pk).exists()


def test_a_colleague_takes_over_the_cases_an_adviser_is_invited_to(
    invited, adviser, other_adviser, admin
):
    assert actions.pass_on_work(adviser, to=other_adviser, by=admin) == 1
    assert reads(other_adviser, invited)
    assert not reads(adviser, invited)
    assert Notice.objects.filter(user__in=[adviser, other_adviser]).count() == 2
    assert AuditEntry.objects.filter(verb="pass_on_invitation", subject=invited.number).exists()


def test_who_is_invited_already_is_invited_once(invited, adviser, other_adviser, leader, admin):
    writing.invite(invited, adviser=other_adviser, by=leader)
    actions.pass_on_work(adviser, to=other_adviser, by=admin)
    both = Invitation.objects.filter(application=invited, user__in=[adviser, other_adviser])
    assert both.get().user == other_adviser


def test_a_secretary_takes_over_the_meetings_of_the_chair(person, chair, admin):
    meeting = planned(by=chair)
    next_chair = person("Ny Formand", Role.COMMITTEE_CHAIR)
    actions.pass_on_work(chair, to=next_chair, by=admin)
    assert Meeting.objects.get(pk=meeting.pk).planned_by == next_chair


def test_the_school_is_told_of_the_cases_that_are_being_written(draft, leader, person, admin):
    next_leader = person("Ny Leder", Role.SCHOOL_LEADER, school="Baltorpskolen")
    actions.pass_on_work(leader, to=next_leader, by=admin)
    assert Notice.objects.filter(user=next_leader, subject=draft.number).exists()
    # Who began it stays: that is its history.
    assert Application.objects.get(pk=draft.pk).created_by == leader


def test_work_goes_to_nobody_of_another_trade_school_or_to_oneself(
    draft, leader, other_leader, chair, admin
):
    for to in (chair, other_leader, leader):
        with pytest.raises(Refusal):
            actions.pass_on_work(leader, to=to, by=admin)
    with pytest.raises(rules.OwnRoles):
        actions.pass_on_work(leader, to=admin, by=admin)
    with pytest.raises(PermissionDenied):
        actions.pass_on_work(leader, to=other_leader, by=chair)


def test_it_still_goes_when_the_role_has_ended(invited, adviser, other_adviser, admin):
    actions.end_role(adviser, Role.ADVISER, by=admin)
    assert actions.pass_on_work(adviser, to=other_adviser, by=admin) == 1


def test_nothing_to_give_is_said(adviser, other_adviser, admin):
    with pytest.raises(NotPossible):
        actions.pass_on_work(adviser, to=other_adviser, by=admin)


def test_the_page_gives_it_and_counts(invited, adviser, other_adviser, admin, client_for, post):
    browser = client_for(admin)
    url = reverse("pass_on_work", args=[adviser.pk])
    assert url in browser.get(reverse("person", args=[adviser.pk])).text
    assert post(browser, url, {"to": ""}).status_code == 422
    post(browser, url, {"to": other_adviser.pk})
    words = text_of(browser.get(reverse("person", args=[adviser.pk])))
    assert "Arbejdet er givet videre til Olga Rådgiver." in words
    assert not any(count for _, count in work_left.of(adviser))


def test_somebody_leaves_and_a_colleague_goes_on(
    invited, adviser, other_adviser, admin, client_for, post
):
    desk, office, case = client_for(adviser), client_for(admin), invited.get_absolute_url()
    assert desk.get(case).status_code == 200
    role = adviser.memberships.get()
    post(office, reverse("end_role", args=[adviser.pk, role.pk]))
    # At the next click.
    answer = desk.get(case)
    assert (answer.status_code, "/konto/login/" in answer.get("Location", "")) == (302, True)

    assert client_for(other_adviser).get(case).status_code == 404
    post(office, reverse("pass_on_work", args=[adviser.pk]), {"to": other_adviser.pk})
    assert client_for(other_adviser).get(case).status_code == 200
