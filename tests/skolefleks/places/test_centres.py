"""Centres in any number: made, renamed, and closed once they own no money."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from skolefleks.administration import actions as administration
from skolefleks.administration.rules import LastHolder
from skolefleks.models import Centre, Membership, Role
from skolefleks.places import actions
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def third(centres, admin):
    return actions.add_centre("C-SOC", "Center for Social", by=admin)


def test_a_new_centre_has_a_chief_who_is_kept(third, admin, adviser):
    administration.give_role(adviser, Role.CENTRE_CHIEF, centre="C-SOC", by=admin)
    with pytest.raises(LastHolder, match="C-SOC"):
        administration.end_role(adviser, Role.CENTRE_CHIEF, centre="C-SOC", by=admin)
    rows = Membership.objects.filter(centre="C-SOC")
    with pytest.raises(DatabaseError, match="last holder"), transaction.atomic():
        rows.update(role=Role.ADVISER)


def test_a_centre_that_closes_ends_its_roles(third, admin, adviser):
    administration.give_role(adviser, Role.CENTRE_CHIEF, centre="C-SOC", by=admin)
    actions.close_centre(third, by=admin)
    assert not Membership.objects.open().filter(centre="C-SOC").exists()
    with pytest.raises(Refusal, match="lukket"):
        administration.give_role(adviser, Role.CENTRE_CHIEF, centre="C-SOC", by=admin)
    actions.reopen_centre(third, by=admin)
    assert administration.give_role(adviser, Role.CENTRE_CHIEF, centre="C-SOC", by=admin)


def test_a_centre_that_owns_money_stays(pools, admin):
    with pytest.raises(NotPossible, match="penge"):
        actions.close_centre(Centre.objects.get(pk="C-SIK"), by=admin)


def test_names_are_one_centres_alone(third, admin):
    with pytest.raises(Refusal, match="korte navn"):
        actions.add_centre("C-SOC", "Et andet", by=admin)
    with pytest.raises(Refusal, match="det navn"):
        actions.add_centre("C-XYZ", "CENTER FOR SOCIAL", by=admin)
    actions.change_centre(third, name="Center for Velfærd", by=admin)
    assert Centre.objects.get(pk="C-SOC").name == "Center for Velfærd"


def test_the_database_keeps_keys_and_rows(third):
    rows = Centre.objects.filter(pk="C-SOC")
    for change in (lambda: rows.update(key="C-NY"), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_role_is_held_in_a_centre_that_there_is(adviser):
    with pytest.raises(DatabaseError, match="no centre"):
        Membership.objects.create(user=adviser, role=Role.COMMITTEE_MEMBER, centre="C-INT")


def test_nobody_else_makes_a_centre(chair):
    with pytest.raises(PermissionDenied):
        actions.add_centre("C-NY", "Nyt", by=chair)


def test_the_page_makes_one_and_says_what_is_wrong(centres, chief, admin, client_for, post):
    browser = client_for(admin)
    answer = post(browser, reverse("add_centre"), {"key": "c sik", "name": "Nyt center"})
    assert answer.status_code == 422
    post(browser, reverse("add_centre"), {"key": "C-NY", "name": "Nyt center"})
    page = text_of(browser.get(reverse("places")))
    assert "C-NY Nyt center" in page
    assert "Clara Centerchef" in page
