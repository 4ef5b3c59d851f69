"""Who comes in, what they may do, and when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from skolefleks.administration import actions, rules
from skolefleks.danish import today
from skolefleks.models import AuditEntry, Membership, Notice, Role, Session, User
from skolefleks.refusals import NotPossible, Refusal
from tests.racing import all_met, at_once
from tests.roles import as_owner

pytestmark = pytest.mark.django_db

NEW = "ny.leder@ballerup.example"


def invited(admin, **role):
    fields = {"role": Role.ADVISER} | role
    return actions.invite("Ny Leder", NEW, by=admin, **fields)


def fresh(person):
    return User.objects.get(pk=person.pk)


def only_role(person):
    return person.memberships.select_related("user").get()


# -- coming in --


def test_who_is_invited_has_a_role_and_no_password_and_is_told(admin):
    person = invited(admin)
    assert fresh(person).roles == {Role.ADVISER}
    assert not person.has_usable_password()
    assert Notice.objects.get(user=person).mailed_at
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["invite", "give_role"]


def test_an_address_belongs_to_one_person(admin, chair):
    with pytest.raises(Refusal, match="allerede") as refusal:
        actions.invite("Ny", chair.email.upper(), role=Role.ADVISER, by=admin)
    assert refusal.value.field == "email"


def test_a_role_says_who_gave_it_and_who_ended_it(admin):
    role = only_role(invited(admin))
    actions.end_membership(role, by=admin)
    role.refresh_from_db()
    assert (role.given_by, role.ended_by) == (admin, admin)
    assert role.given_at <= role.ended_at


@pytest.mark.parametrize("act", ["invite", "end", "deactivate", "untie", "change"])
def test_nobody_but_an_administrator_does_it(act, chair, adviser):
    acts = {
        "invite": lambda: invited(chair),
        "end": lambda: actions.end_membership(only_role(adviser), by=chair),
        "deactivate": lambda: actions.deactivate(adviser, by=chair),
        "untie": lambda: actions.untie_sign_on(adviser, by=chair),
        "change": lambda: actions.change_person(adviser, name="A", email="a@b.dk", by=chair),
    }
    with pytest.raises(PermissionDenied):
        acts[act]()


# -- a role in some days --


def test_a_stand_in_holds_the_role_from_a_day_to_a_day(admin, chair, time_machine):
    first, last = today() + timedelta(days=2), today() + timedelta(days=4)
    days = {"starts_on": first, "ends_on": last, "stands_in_for": chair}
    person = invited(admin, role=Role.COMMITTEE_CHAIR, **days)
    held = []
    for day in range(6):
        time_machine.move_to(f"{today() + timedelta(days=min(day, 1))} 12:00")
        held.append(bool(fresh(person).roles))
    assert held == [False, False, True, True, True, False]


def test_a_stand_in_whose_days_are_over_can_be_given_the_role_anew(admin, chair):
    person = invited(admin, ends_on=today())
    person.memberships.update(ends_on=today() - timedelta(days=1))
    assert actions.give_role(person, Role.ADVISER, by=admin)
    assert [role.ended_at is None for role in person.memberships.order_by("id")] == [False, True]


def test_what_is_past_is_closed_by_itself(admin):
    person = invited(admin, ends_on=today())
    person.memberships.update(ends_on=today() - timedelta(days=1))
    actions.end_past_roles()
    assert only_role(person).ended_at


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"role": Role.SCHOOL_LEADER}, "school"),
        ({"role": Role.CENTRE_CHIEF}, "centre"),
        ({"ends_on": today() - timedelta(days=1)}, "ends_on"),
        ({"starts_on": today() + timedelta(days=9), "ends_on": today()}, "ends_on"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(fields, field, admin):
    with pytest.raises(Refusal) as refusal:
        invited(admin, **fields)
    assert refusal.value.field == field


def test_a_stand_in_has_a_last_day(admin, chair):
    with pytest.raises(Refusal, match="sidste dag"):
        invited(admin, stands_in_for=chair)


# -- nobody their own, and never the last --


@pytest.fixture
def second(person):
    return person("Anton Admin", Role.ADMINISTRATOR)


def test_nobody_changes_their_own_access(admin, second):
    acts = [
        lambda: actions.give_role(admin, Role.ADVISER, by=admin),
        lambda: actions.end_membership(only_role(admin), by=admin),
        lambda: actions.deactivate(admin, by=admin),
        lambda: actions.untie_sign_on(admin, by=admin),
    ]
    for act in acts:
        with pytest.raises(rules.OwnRoles):
            act()


@pytest.mark.parametrize(
    ("who", "sentence"), [("chair", "formand"), ("chief", "C-SIK skal"), ("second", "")]
)
def test_the_last_holder_of_a_role_keeps_it(who, sentence, admin, chief_bur, request):
    person = request.getfixturevalue(who)
    if who == "second":
        # The other one goes: then nobody is left to end this one's.
        actions.end_membership(only_role(person), by=admin)
        return
    for act in (actions.deactivate, lambda one, by: actions.end_membership(only_role(one), by=by)):
        with pytest.raises(rules.LastHolder, match=sentence):
            act(person, by=admin)


def test_a_stand_in_does_not_count_as_the_other_chair(admin, chair):
    invited(admin, role=Role.COMMITTEE_CHAIR, ends_on=today() + timedelta(days=9))
    with pytest.raises(rules.LastHolder):
        actions.end_membership(only_role(chair), by=admin)


def test_the_database_keeps_the_last_holder_by_itself(chair, admin):
    changes = (
        lambda: chair.memberships.update(role=Role.ADVISER),
        lambda: User.objects.filter(pk=admin.pk).update(is_active=False),
        lambda: admin.memberships.all().delete(),
    )
    for change in changes:
        with pytest.raises(DatabaseError, match="last holder"), transaction.atomic():
            change()


def both_end_each_other(first, second):
    """Two administrators, each ending the other's role at the same moment."""
    roles = {first: only_role(second), second: only_role(first)}
    acts = [
        lambda by=by, role=role: actions.end_membership(role, by=by) for by, role in roles.items()
    ]
    at_once(acts)
    return Membership.objects.current().filter(role=Role.ADMINISTRATOR).count()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_end_each_other_leave_one(admin, second):
    assert both_end_each_other(admin, second) == 1


LOCK = "PERFORM pg_advisory_xact_lock(hashtext('skolefleks.kept_roles'));"


@pytest.fixture
def without_lock(monkeypatch):
    """Neither the act nor the database's own guard waits for the other."""
    monkeypatch.setattr(actions, "_LOCK_KEPT_ROLES", "SELECT 1")
    # Both have passed the guard before either is done.
    all_met(monkeypatch, actions, "_require_other_holders")
    all_met(monkeypatch, actions, "_close")
    triggers = {one.name: one for one in Membership._meta.triggers}
    trigger = triggers["the_last_holder_keeps_the_role"]
    with as_owner(), connection.cursor() as cursor:
        name = trigger.get_pgid(Membership)
        cursor.execute("SELECT pg_get_functiondef(%s::regprocedure)", [f"{name}()"])
        guard = cursor.fetchone()[0]
        assert LOCK in guard
        cursor.execute(guard.replace(LOCK, ""))
    yield
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(guard)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_be_gone(admin, second, without_lock):
    assert both_end_each_other(admin, second) == 0


# -- leaving --


def test_who_leaves_is_out_at_the_next_click_and_what_they_wrote_stays(
    admin, leader, school, post, client_for, draft
):
    client = client_for(admin)
    post(client, reverse("deactivate", args=[leader.pk]))
    assert school.get("/").status_code == 302
    assert not leader.memberships.current().exists()
    assert draft.created_by == leader
    assert not Session.objects.filter(user_id=leader.pk).exists()


def test_who_loses_the_last_role_is_signed_out_and_with_another_is_not(admin, client_for, person):
    one, both = person("Eva En", Role.ADVISER), person("Bo Begge", Role.ADVISER)
    actions.give_role(both, Role.IMPLEMENTATION_GROUP, by=admin)
    clients = [client_for(one), client_for(both)]
    for each in (one, both):
        actions.end_role(each, Role.ADVISER, by=admin)
    assert [client.get("/").status_code for client in clients] == [302, 200]


def test_who_comes_back_has_no_role_before_one_is_given(admin, adviser):
    actions.deactivate(adviser, by=admin)
    with pytest.raises(NotPossible, match="deaktiveret"):
        actions.give_role(adviser, Role.ADVISER, by=admin)
    actions.reactivate(adviser, by=admin)
    assert fresh(adviser).roles == frozenset()
    with pytest.raises(NotPossible, match="allerede aktiv"):
        actions.reactivate(adviser, by=admin)


def test_untying_the_sign_on_forgets_the_identity_and_the_addresses(admin, adviser):
    SocialAccount.objects.create(user=adviser, provider="kommune", uid="1")
    EmailAddress.objects.create(user=adviser, email="gammel@ballerup.example", verified=True)
    actions.untie_sign_on(adviser, by=admin)
    assert not SocialAccount.objects.exists()
    assert not EmailAddress.objects.exists()
    with pytest.raises(NotPossible):
        actions.untie_sign_on(adviser, by=admin)


def test_a_new_address_forgets_the_old_one_and_the_trail_keeps_neither(admin, adviser):
    EmailAddress.objects.create(user=adviser, email=adviser.email, verified=True)
    actions.change_person(adviser, name="Pia Ny", email=" Pia@Ballerup.example", by=admin)
    assert fresh(adviser).email == "pia@ballerup.example"
    assert not EmailAddress.objects.exists()
    entry = AuditEntry.objects.get(verb="change_person")
    assert entry.payload == {"fields": ["name", "email"]}


def test_the_same_name_and_address_again_is_no_change(admin, adviser):
    actions.change_person(adviser, name=adviser.name, email=adviser.email, by=admin)
    assert not AuditEntry.objects.exists()
