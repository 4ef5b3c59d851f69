"""Districts and schools: made, renamed, closed from a day."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from applications.writing import actions as writing
from skolefleks.administration import actions as administration
from skolefleks.danish import today
from skolefleks.models import AuditEntry, District, Role, School, User
from skolefleks.places import actions
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def school_of_leader(schools):
    return schools["Baltorpskolen"]


def close(school, admin, *, days):
    actions.close_school(school, closes_on=today() + timedelta(days=days), by=admin)


def test_a_second_school_of_a_district_applies_like_the_first(admin, school_of_leader, adviser):
    school = actions.add_school("Lille Skole", school_of_leader.district, by=admin)
    administration.give_role(adviser, Role.SCHOOL_LEADER, school=school, by=admin)
    leader = User.objects.get(pk=adviser.pk)
    application = writing.start(school=school, by=leader)
    assert application.school.district == school_of_leader.district


@pytest.mark.parametrize("days", [0, 1])
def test_a_school_begins_no_case_from_the_day_it_closes(days, admin, school_of_leader, leader):
    close(school_of_leader, admin, days=days)
    if days:
        assert writing.start(school=school_of_leader, by=leader)
    else:
        with pytest.raises(Refusal, match="ingen nye sager"):
            writing.start(school=school_of_leader, by=leader)


def test_what_has_begun_goes_on(draft, admin, school_of_leader, school):
    close(school_of_leader, admin, days=0)
    assert school.get(draft.get_absolute_url()).status_code == 200
    assert draft.number in school.get(reverse("applications:list")).text


def test_a_school_that_opens_again_begins_cases_again(admin, school_of_leader, leader):
    close(school_of_leader, admin, days=0)
    actions.reopen_school(school_of_leader, by=admin)
    assert writing.start(school=School.objects.get(pk=school_of_leader.pk), by=leader)
    with pytest.raises(NotPossible):
        actions.reopen_school(school_of_leader, by=admin)


def test_no_school_closes_in_the_past(admin, school_of_leader):
    with pytest.raises(Refusal, match="forbi"):
        close(school_of_leader, admin, days=-1)


def test_a_name_is_one_places_alone(admin, school_of_leader):
    with pytest.raises(Refusal, match="allerede"):
        actions.add_school("BALTORPSKOLEN", school_of_leader.district, by=admin)
    with pytest.raises(Refusal, match="allerede"):
        actions.add_district("baltorpskolen", by=admin)
    actions.change_school(school_of_leader, name="Baltorpskolen", by=admin)


def test_nobody_else_changes_a_place(chair, school_of_leader):
    with pytest.raises(PermissionDenied):
        close(school_of_leader, chair, days=0)
    assert not AuditEntry.objects.exists()


def test_the_page_makes_a_district_and_its_school(admin, client_for, post, schools):
    browser = client_for(admin)
    post(browser, reverse("add_district"), {"name": "Vestdistriktet"})
    assert "Ingen skoler endnu." in text_of(browser.get(reverse("places")))
    district = District.objects.get(name="Vestdistriktet")
    post(browser, reverse("add_school"), {"name": "Vestskolen", "district": district.pk})
    words = text_of(browser.get(reverse("places")))
    assert "Vestskolen" in words
    assert district.sort_key == max(District.objects.values_list("sort_key", flat=True))


def test_a_school_is_closed_on_its_page(admin, client_for, post, school_of_leader):
    browser = client_for(admin)
    url = reverse("close_school", args=[school_of_leader.pk])
    assert post(browser, url, {"closes_on": ""}).status_code == 422
    post(browser, url, {"closes_on": f"{today():%d.%m.%Y}"})
    assert "Lukket" in text_of(browser.get(reverse("places")))


def test_the_figures_bring_no_renamed_district_back(admin):
    call_command("load_figures", stdout=StringIO())
    district = District.objects.get(name="Baltorpskolen")
    actions.change_district(district, name="Midtbyen", by=admin)
    actions.change_school(district.schools.get(), name="Midtbyskolen", by=admin)
    before = School.objects.count()
    call_command("load_figures", stdout=StringIO())
    assert School.objects.count() == before
    assert not District.objects.filter(name="Baltorpskolen").exists()
