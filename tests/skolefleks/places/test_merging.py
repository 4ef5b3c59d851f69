"""Two schools become one: what runs goes over, and what was stays as it was."""

from __future__ import annotations

import pytest
from django.urls import get_resolver, reverse

from applications.models import Application
from budget.models import Instalment, SchoolAccount
from budget.payments import actions as payments
from skolefleks.administration.rules import OwnRoles
from skolefleks.danish import today
from skolefleks.models import AuditEntry, Role, School, User
from skolefleks.places import actions
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import text_of
from visitation.models import Document, Effort

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(schools):
    # What follows is registered as the site's addresses are read.
    assert get_resolver().url_patterns
    return schools["Baltorpskolen"]


@pytest.fixture
def into(old, admin):
    return actions.add_school("Østskolen", old.district, by=admin)


def anew(person):
    return User.objects.get(pk=person.pk)


def test_the_running_effort_and_its_case_go_over(released, old, into, admin):
    number = released.number
    actions.merge_school(old, into=into, by=admin)
    assert Application.objects.get(number=number).school == into
    assert Effort.objects.get().school == into
    assert not Application.objects.filter(school=old).exists()
    assert AuditEntry.objects.filter(verb="take_over_case", subject=number).count() == 1


def test_the_people_go_over_and_read_on(draft, leader, staff, old, into, admin, client_for):
    actions.merge_school(old, into=into, by=admin)
    leader = anew(leader)
    assert leader.current_memberships[0].school == into
    assert client_for(leader).get(draft.get_absolute_url()).status_code == 200
    assert not User.objects.at_work(old.pk).exists()


def test_what_is_planned_is_paid_to_the_school_that_took_over(released, old, into, admin, chief):
    SchoolAccount.objects.create(school=into, account="1234567890")
    planned = Instalment.objects.waiting().count()
    actions.merge_school(old, into=into, by=admin)
    last = Instalment.objects.waiting().latest("due_on").due_on
    run = payments.propose(until=last, by=chief, reason="Lagt sammen.")
    rows = run.instalments.values_list("payee", "account", "school")
    assert set(rows) == {("Østskolen", "1234567890", old.pk)}
    assert len(rows) == planned


def test_what_was_written_says_the_old_name(released, old, into, admin):
    before = list(Document.objects.order_by("pk").values_list("source_digest", flat=True))
    actions.merge_school(old, into=into, by=admin)
    after = list(Document.objects.order_by("pk").values_list("source_digest", flat=True))
    assert before == after
    assert before


def test_the_old_school_is_closed_for_good(old, into, admin):
    actions.merge_school(old, into=into, by=admin)
    old.refresh_from_db()
    assert not old.is_open_on(today())
    with pytest.raises(NotPossible):
        actions.reopen_school(old, by=admin)


def test_schools_of_two_districts_or_a_closed_one_are_not_merged(schools, old, into, admin):
    actions.close_school(into, closes_on=today(), by=admin)
    for other in (schools["Skovlunde Skole"], into, old):
        with pytest.raises(Refusal):
            actions.merge_school(old, into=other, by=admin)


@pytest.mark.parametrize("at_old", [True, False])
def test_nobody_merges_the_school_they_work_at(at_old, old, into, admin):
    school = old if at_old else into
    admin.memberships.create(role=Role.SCHOOL_STAFF, school=school)
    with pytest.raises(OwnRoles):
        actions.merge_school(old, into=into, by=admin)
    assert School.objects.get(pk=old.pk).merged_into is None


def test_what_was_merged_before_goes_along(old, into, admin):
    third = actions.add_school("Nordskolen", old.district, by=admin)
    actions.merge_school(old, into=into, by=admin)
    actions.merge_school(into, into=third, by=admin)
    assert set(School.objects.filter(merged_into=third)) == {old, into}


def test_who_works_at_both_has_the_role_once(leader, old, into, admin, person):
    from skolefleks.administration import actions as administration

    administration.give_role(leader, Role.SCHOOL_LEADER, school=into, by=admin)
    actions.merge_school(old, into=into, by=admin)
    assert [role.school for role in anew(leader).current_memberships] == [into]


def test_the_page_merges_and_says_so(old, into, admin, client_for, post):
    browser = client_for(admin)
    url = reverse("merge_school", args=[old.pk])
    assert post(browser, url, {"into": ""}).status_code == 422
    post(browser, url, {"into": into.pk})
    assert "lagt sammen med Østskolen" in text_of(browser.get(reverse("places")))
