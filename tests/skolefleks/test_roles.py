"""The lists of roles come from what each role says of itself."""

from __future__ import annotations

from skolefleks.models import (
    COMMITTEE_ROLES,
    JUDGE_ROLES,
    MINUTE_TITLES,
    QUORUM_ROLES,
    SCHOOL_ROLES,
    Role,
)


def test_leaders_and_staff_are_held_at_a_school():
    assert SCHOOL_ROLES == (Role.SCHOOL_LEADER, Role.SCHOOL_STAFF)


def test_members_chair_and_secretary_are_the_committee():
    committee = {Role.COMMITTEE_MEMBER, Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY}
    assert set(COMMITTEE_ROLES) == committee


def test_the_secretary_does_not_count_for_the_quorum():
    assert set(QUORUM_ROLES) == {Role.COMMITTEE_MEMBER, Role.COMMITTEE_CHAIR}


def test_the_committee_and_the_centre_chiefs_may_be_recused():
    assert set(JUDGE_ROLES) == {*COMMITTEE_ROLES, Role.CENTRE_CHIEF}


def test_everybody_in_the_committee_has_a_title_in_minutes_and_the_chair_is_first():
    assert set(MINUTE_TITLES) == set(COMMITTEE_ROLES)
    assert list(MINUTE_TITLES.values()) == ["Formand", "Sekretær", "Medlem"]


def test_a_role_is_found_by_its_value_and_has_its_label():
    assert Role("centre_chief") is Role.CENTRE_CHIEF
    assert Role.CENTRE_CHIEF.label == "Centerchef"
    assert str(Role.CENTRE_CHIEF) == "centre_chief"
