"""Roles from the municipality's sign-on: given, taken, and never by what was not said."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from skolefleks.administration import actions as administration
from skolefleks.federation import actions, claims, mapping
from skolefleks.models import AuditEntry, Membership, Notice, Role, User

pytestmark = pytest.mark.django_db

ROLES = {
    "SF-leder-baltorp": {"role": "school_leader", "school": "Baltorpskolen"},
    "SF-raadgiver": {"role": "adviser"},
    "SF-formand": {"role": "committee_chair", "centre": "C-SIK"},
    "SF-nedlagt": {"role": "school_staff", "school": "Nedlagt Skole"},
    "SF-intet": {"role": "adviser", "centre": "C-X"},
}


@pytest.fixture
def role_map(tmp_path, settings):
    path = tmp_path / "roles.json"
    path.write_text(json.dumps({"claim": "groups", "roles": ROLES}))
    settings.ROLE_MAP_FILE = str(path)
    return path


@pytest.fixture
def newcomer(schools):
    return User.objects.create_user("ny@ballerup.example", "Ny")


def roles_of(person):
    return User.objects.get(pk=person.pk).roles


def follow(person, *words):
    actions.follow_roles(person, frozenset(words))


def verbs():
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_what_the_sign_on_says_becomes_roles_and_lines_of_the_trail(newcomer, role_map):
    follow(newcomer, "SF-leder-baltorp", "SF-raadgiver", "noget helt andet")
    assert roles_of(newcomer) == {Role.SCHOOL_LEADER, Role.ADVISER}
    assert verbs() == ["give_role", "give_role"]
    assert AuditEntry.objects.first().payload["from_sign_on"] is True


def test_saying_it_again_changes_nothing(newcomer, role_map):
    follow(newcomer, "SF-raadgiver")
    follow(newcomer, "SF-raadgiver")
    assert verbs() == ["give_role"]


def test_a_role_that_is_no_longer_said_ends(newcomer, role_map):
    follow(newcomer, "SF-leder-baltorp", "SF-raadgiver")
    follow(newcomer, "SF-raadgiver")
    assert roles_of(newcomer) == {Role.ADVISER}
    assert verbs()[-1] == "end_role"


def test_saying_none_ends_all_that_it_gave(newcomer, role_map):
    follow(newcomer, "SF-raadgiver")
    follow(newcomer)
    assert roles_of(newcomer) == frozenset()


def test_saying_nothing_of_roles_changes_nothing_and_administrators_are_told_once_a_day(
    newcomer, role_map, admin
):
    follow(newcomer, "SF-raadgiver")
    actions.follow_roles(newcomer, None)
    actions.follow_roles(newcomer, None)
    assert roles_of(newcomer) == {Role.ADVISER}
    assert verbs()[-2:] == ["roles_not_said", "roles_not_said"]
    assert Notice.objects.get(user=admin, topic="alarm").text == actions.NOT_SAID


def test_a_role_that_was_given_here_stands_apart(newcomer, role_map, admin):
    administration.give_role(newcomer, Role.ADVISER, by=admin)
    follow(newcomer, "SF-raadgiver", "SF-leder-baltorp")
    follow(newcomer)
    assert roles_of(newcomer) == {Role.ADVISER}


def test_without_a_map_the_sign_on_gives_and_takes_nothing(newcomer, admin):
    follow(admin, "administrator")
    actions.follow_roles(newcomer, None)
    assert roles_of(admin) == {Role.ADMINISTRATOR}
    assert verbs() == []


def test_the_last_chair_keeps_the_role_and_administrators_are_told(newcomer, role_map, admin):
    follow(newcomer, "SF-formand")
    follow(newcomer)
    assert roles_of(newcomer) == {Role.COMMITTEE_CHAIR}
    assert verbs() == ["give_role", "role_kept"]
    assert Notice.objects.get(user=admin, topic="alarm").text == actions.KEPT


def test_a_place_that_is_not_here_gives_nothing(newcomer, role_map):
    follow(newcomer, "SF-nedlagt", "SF-intet")
    assert not Membership.objects.filter(user=newcomer).exists()


# -- what was said ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        (["a", "b"], {"a", "b"}),
        ("a", {"a"}),
        ([], set()),
        (None, None),
        ({"a": 1}, None),
        (["a", 7], None),
    ],
)
def test_words_are_a_list_or_one_and_anything_else_is_not_said(groups, words):
    said = claims.said_by({"id_token": {"groups": groups}, "userinfo": {}}, "groups")
    assert said.words == words


def test_two_hundred_groups_that_are_only_referred_to_were_not_said():
    overage = {"_claim_names": {"groups": "src1"}}
    assert claims.said_by({"id_token": overage, "userinfo": {}}, "groups").words is None


# -- the map ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ({"x": {"role": "king"}}, "no such role"),
        ({"x": {"role": "school_leader"}}, "a school for a school's role"),
        ({"x": {"role": "adviser", "school": "Baltorpskolen"}}, "and for no other"),
        ({"x": {"role": "centre_chief"}}, "chief of which centre"),
        ({"x": {"role": "adviser", "skole": "y"}}, "nothing else"),
        ([], "roles"),
    ],
)
def test_a_map_that_makes_no_sense_is_refused(tmp_path, roles, said):
    path = tmp_path / "roles.json"
    path.write_text(json.dumps({"roles": roles}))
    with pytest.raises(ImproperlyConfigured, match=said):
        mapping.role_map(str(path))
