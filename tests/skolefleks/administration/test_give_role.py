"""How people come to their roles from the command line."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from skolefleks import audit
from skolefleks.models import AuditEntry, Membership, Role, School, User

pytestmark = pytest.mark.django_db


NEW = "ny.leder@ballerup.example"


def give_role(*words: str) -> str:
    """Run the command; an administrator answers for it where there is one."""
    answering = []
    administrator = User.objects.holding(Role.ADMINISTRATOR).first()
    if administrator:
        answering = ["--by", administrator.email]

    output = io.StringIO()
    call_command("give_role", *words, *answering, stdout=output)
    return output.getvalue()


def test_a_new_person_gets_a_role_and_no_password() -> None:
    assert "given" in give_role(" Ny.Leder@Ballerup.example", "administrator", "--name", "Ny Leder")
    person = User.objects.get(email=NEW)
    assert person.roles == {Role.ADMINISTRATOR}
    assert not person.has_usable_password()


def test_a_school_role_is_given_at_its_school(schools: dict[str, School]) -> None:
    place = ["--school", "baltorpskolen", "--title", "Skoleleder"]
    give_role(NEW, "school_leader", "--name", "Ny Leder", *place)
    assert User.objects.get(email=NEW).titles() == ["Skoleleder, Baltorpskolen"]


def test_the_same_role_again_changes_nothing(admin: User) -> None:
    lines = AuditEntry.objects.count()
    give_role(NEW, "adviser", "--name", "Ny Leder")
    assert "held already" in give_role(NEW, "adviser")
    assert Membership.objects.filter(role=Role.ADVISER).count() == 1
    assert AuditEntry.objects.count() == lines + 1


def test_a_second_role_stands_beside_the_first(admin: User) -> None:
    give_role(NEW, "adviser", "--name", "Ny Leder")
    give_role(NEW, "centre_chief", "--centre", "C-SIK")
    assert User.objects.get(email=NEW).roles == {Role.ADVISER, Role.CENTRE_CHIEF}


def test_an_ended_role_is_over_for_who_is_signed_in(
    admin: User, chief: User, client_for: Callable[[User], Client]
) -> None:
    give_role(chief.email, "administrator")
    give_role(chief.email, "adviser")
    client = client_for(chief)
    assert client.get(reverse("access_log")).status_code == 200
    assert "ended" in give_role(chief.email, "administrator", "--end")
    assert client.get(reverse("access_log")).status_code == 403


def test_an_ended_role_can_be_given_anew_and_both_times_are_kept(admin: User) -> None:
    give_role(NEW, "adviser", "--name", "Ny Leder")
    give_role(NEW, "adviser", "--end")
    assert "nothing to end" in give_role(NEW, "adviser", "--end")
    give_role(NEW, "adviser")
    roles = User.objects.get(email=NEW).memberships.all()
    assert [membership.ended_at is None for membership in roles] == [False, True]


@pytest.mark.django_db(transaction=True)
def test_giving_and_ending_stand_in_the_audit_trail_without_names() -> None:
    give_role(NEW, "adviser", "--name", "Ny Leder")
    give_role(NEW, "adviser", "--end")
    entries = AuditEntry.objects.order_by("id")
    assert [entry.verb for entry in entries] == ["give_role", "end_role"]
    assert "Leder" not in str([entry.payload for entry in entries])
    assert audit.verify().is_intact


def test_the_trail_names_the_administrator_who_answers_for_it(admin: User) -> None:
    give_role(NEW, "adviser", "--name", "Ny Leder")
    give_role(NEW, "adviser", "--end")
    assert set(AuditEntry.objects.values_list("actor_id", flat=True)) == {admin.pk}


@pytest.mark.parametrize("by", ["", "nobody@ballerup.example", "chief"])
def test_once_there_is_an_administrator_one_of_them_must_answer(
    admin: User, chief: User, by: str
) -> None:
    if by == "chief":
        by = chief.email
    with pytest.raises(CommandError, match=r"--by|no administrator"):
        call_command("give_role", chief.email, "adviser", "--by", by)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((NEW, "administrator"), "--name"),
        (("no address", "administrator", "--name", "Ny"), "no e-mail address"),
        ((NEW, "king", "--name", "Ny"), "invalid choice"),
        ((NEW, "school_leader", "--name", "Ny"), "needs --school"),
        ((NEW, "administrator", "--name", "Ny", "--school", "Baltorpskolen"), "leave out --school"),
        (
            (NEW, "school_leader", "--name", "Ny", "--school", "Andeby Skole"),
            "Baltorpskolen, Hedegårdsskolen",
        ),
        ((NEW, "centre_chief", "--name", "Ny", "--centre", "C-XYZ"), "ikke et center"),
        ((NEW, "administrator", "--end"), "Nobody here"),
    ],
)
def test_nonsense_is_refused_in_words_and_stores_nobody(
    words: Any, sentence: str, schools: dict[str, School]
) -> None:
    with pytest.raises(CommandError, match=sentence):
        give_role(*words)
    assert not Membership.objects.exists()
    assert not User.objects.exists()


def test_the_last_administrator_is_kept_from_the_command_line_too(admin: User) -> None:
    person = User.objects.create_user(NEW, "Ny Leder")
    Membership.objects.create(user=person, role=Role.ADMINISTRATOR)
    admin.memberships.all().delete()
    with pytest.raises(CommandError, match="egen adgang"):
        give_role(NEW, "administrator", "--end")
