"""A school's own figures: what is released to it, and nothing else."""

from __future__ import annotations

import pytest

from skolefleks.danish import kr
from tests.conftest import AFTER, NEXT
from visitation.models import Decision

URL = "/budget/skole/"


def test_a_school_sees_its_released_money_and_places(released, client_for, leader):
    page = client_for(leader).get(URL)

    first, second = page.context["years"]
    assert (first.year, first.places, first.amount) == (NEXT, 1, 215_000)
    assert second.year == AFTER
    assert page.context["grants"][0].number == released.number
    assert kr(215_000) in page.text


def test_what_is_not_released_is_not_told(granted, client_for, leader, chair):
    page = client_for(leader).get(URL)

    assert "Skolen har endnu ingen bevillinger" in page.text
    assert kr(215_000) not in page.text
    assert Decision.objects.get().status == "provisional"


def test_another_school_s_figures_are_not_there(released, client_for, other_leader):
    page = client_for(other_leader).get(URL)
    assert (page.context["years"], page.context["grants"]) == ([], [])


@pytest.mark.parametrize("who", ["staff", "chief"])
def test_the_figures_are_for_the_leader_of_the_school(who, released, request, client_for):
    user = request.getfixturevalue(who)
    assert client_for(user).get(URL).status_code == 403
