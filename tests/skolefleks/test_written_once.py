"""A count whose SQL is written once says of each person what their own query would say."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from applications.models import Application, Capacity, Invitation
from skolefleks import written_once
from skolefleks.danish import today
from skolefleks.models import Membership, Role, User
from skolefleks.written_once import count_written_once, rows_written_once
from tests.conftest import YEAR, many
from visitation.recusals import actions as recusals


@pytest.fixture
def cases(schools, leader, other_leader, adviser, chair, member):
    """Three submitted cases at one school and two at another; one adviser, one recused member."""
    three = many(3, school=schools["Baltorpskolen"], by=leader)
    two = many(2, school=schools["Hedegårdsskolen"], by=other_leader, first=6001)
    first = three[0].application
    Invitation.objects.create(
        application=first, user=adviser, invited_by=leader, capacity=Capacity.PPR
    )
    recusals.set_recusal(first, member, reason="Er nabo.", by=chair)
    return three + two


@pytest.fixture
def asked():
    """Of whom the query was written."""
    return []


@pytest.fixture
def count(asked):
    @count_written_once
    def visible(user):
        asked.append(user.pk)
        return Application.objects.visible_to(user)

    return visible


def own_count(user):
    return Application.objects.visible_to(User.objects.get(pk=user.pk)).count()


@pytest.mark.parametrize(
    ("who", "number"),
    [("leader", 3), ("other_leader", 2), ("adviser", 1), ("ppr", 0), ("chair", 5), ("member", 4)],
)
def test_it_counts_what_the_person_may_see(who, number, cases, count, request):
    user = request.getfixturevalue(who)
    assert (count(user), own_count(user)) == (number, number)


def test_it_is_written_once_for_each_person(cases, count, asked, leader, other_leader):
    assert [count(user) for user in (leader, other_leader, leader)] == [3, 2, 3]
    assert asked == [leader.pk, other_leader.pk]


def test_it_is_written_anew_for_who_has_another_role(cases, count, schools, person):
    both = person("Bo Begge", Role.SCHOOL_STAFF, "Hedegårdsskolen")
    assert count(both) == 2
    Membership.objects.create(user=both, role=Role.SCHOOL_STAFF, school=schools["Baltorpskolen"])
    again = User.objects.get(pk=both.pk)
    assert count(again) == own_count(again) == 5


def test_what_has_changed_since_is_counted(cases, count, leader, schools):
    before = count(leader)
    many(2, school=schools["Baltorpskolen"], by=leader, first=7001)
    assert (before, count(leader)) == (3, 5)


def test_rows_are_those_of_the_arguments(cases, leader):
    @rows_written_once
    def numbers(user, end):
        rows = Application.objects.visible_to(user).filter(number__endswith=end)
        return rows.order_by("number").values_list("number")

    assert [numbers(leader, end) for end in ("1", "2", "1")] == [
        [(f"SF-{YEAR}-5001",)],
        [(f"SF-{YEAR}-5002",)],
        [(f"SF-{YEAR}-5001",)],
    ]


def test_no_more_is_kept_than_there_are_people(cases, count, asked, leader, monkeypatch):
    monkeypatch.setattr(written_once, "MOST_KEPT", 1)
    count(leader)
    count(User.objects.create(email="nemo@demo.example", name="Nemo Nielsen"))
    assert (count(leader), len(asked)) == (3, 3)


def test_who_holds_no_role_sees_nothing(cases, count):
    nobody = User.objects.create(email="nemo@demo.example", name="Nemo Nielsen")
    assert count(nobody) == 0


def test_it_is_written_anew_on_another_day(cases, count, asked, leader):
    count(leader)
    with time_machine.travel(today() + timedelta(days=1)):
        count(leader)
    assert len(asked) == 2
