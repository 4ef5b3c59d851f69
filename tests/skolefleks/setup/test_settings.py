"""What the municipality chooses: from a day, with a reason, by two where it weighs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from skolefleks.danish import today
from skolefleks.models import AuditEntry, Notice, Role, SettingChange
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.setup import actions, queries, rules, trade
from skolefleks.setup.declarations import DECLARATIONS, default_of
from tests.conftest import text_of
from tests.deciding import wish_terms
from visitation.decisions import actions as decisions
from visitation.law.rules import Kind
from visitation.models import Decision

pytestmark = pytest.mark.django_db

TOMORROW = today() + timedelta(days=1)


@pytest.fixture
def other_admin(person):
    return person("Anden Administrator", Role.ADMINISTRATOR)


def change(name, value, by, *, days=1, after=0):
    day = today() + timedelta(days=days)
    return actions.change(
        name, value=value, starts_on=day, reason="Udvalget har aftalt det.", after=after, by=by
    )


def test_every_setting_has_a_default_within_its_bounds():
    for name, declaration in DECLARATIONS.items():
        value = default_of(name)
        if not declaration.is_choice and not declaration.is_text:
            assert declaration.read(declaration.as_typed(value)) == value, name
        assert declaration.in_words(value)
    # What is a text is the profile's, on a page of its own.
    numbers = {name for name, declaration in DECLARATIONS.items() if not declaration.is_text}
    assert set(queries.NAMES.values()) == numbers


def test_the_options_are_those_of_the_floors_above():
    assert set(DECLARATIONS["classification"].options) == set(Kind.values)
    assert set(DECLARATIONS["chair_alone"].options) == set(Decision.Ground.values)


def test_a_light_setting_holds_from_its_day(admin):
    change("waiting_goal_days", 14, admin, days=3)
    assert trade.now().waiting_goal_days == 21
    assert trade.on(today() + timedelta(days=2)).waiting_goal_days == 21
    assert trade.on(today() + timedelta(days=3)).waiting_goal_days == 14
    assert AuditEntry.objects.get().payload["value"] == 14


def test_a_weighty_setting_waits_for_another(admin, other_admin):
    proposed = change("quorum", 4, admin)
    assert trade.on(TOMORROW).quorum == 3
    with pytest.raises(rules.OwnChange):
        actions.agree(proposed, by=admin)
    actions.agree(proposed, by=other_admin)
    assert trade.on(TOMORROW).quorum == 4
    assert Notice.objects.filter(user=other_admin, must_act=True).count() == 1


def test_a_chief_is_second_to_money_and_not_to_law(admin, other_admin, chief):
    actions.agree(change("unit_tariff", 210_000, admin), by=chief)
    assert trade.on(TOMORROW).unit_tariff == 210_000
    with pytest.raises(rules.NotYours):
        actions.agree(change("quorum", 4, admin), by=chief)


def test_what_is_agreed_late_never_reaches_back(admin, other_admin, time_machine):
    proposed = change("quorum", 4, admin)
    time_machine.move_to(today() + timedelta(days=5))
    actions.agree(proposed, by=other_admin)
    assert trade.now().quorum == 3
    assert trade.on(today() + timedelta(days=1)).quorum == 4


@pytest.mark.parametrize("days", [-1, 0])
def test_no_weighty_setting_begins_before_tomorrow(days, admin, other_admin):
    with pytest.raises(Refusal, match="tidligst"):
        change("quorum", 4, admin, days=days)


def test_of_two_who_change_it_at_once_the_second_is_told(admin, other_admin):
    change("waiting_goal_days", 14, admin)
    with pytest.raises(Overtaken):
        change("waiting_goal_days", 28, other_admin)
    change("waiting_goal_days", 28, other_admin, after=1)


def test_a_weighty_setting_has_one_change_that_waits(admin, other_admin):
    change("quorum", 4, admin)
    with pytest.raises(Overtaken):
        change("quorum", 5, admin, after=1)


def test_a_no_leaves_it_as_it_was_and_is_said_once(admin, other_admin):
    proposed = change("quorum", 4, admin)
    actions.refuse(proposed, reason="For mange.", by=other_admin)
    assert trade.on(TOMORROW).quorum == 3
    with pytest.raises((NotPossible, Overtaken)):
        actions.agree(proposed, by=other_admin)
    proposed.refresh_from_db()
    assert proposed.answer_reason == "For mange."


def test_what_is_to_come_can_be_taken_back(admin):
    coming = change("waiting_goal_days", 14, admin)
    actions.withdraw(coming, by=admin)
    assert trade.on(TOMORROW).waiting_goal_days == 21


def test_what_holds_is_not_taken_back(admin):
    holds = change("waiting_goal_days", 14, admin, days=0)
    with pytest.raises(NotPossible):
        actions.withdraw(holds, by=admin)


def test_settings_that_contradict_each_other_are_refused(admin, other_admin):
    with pytest.raises(rules.Unordered):
        change("unit_tariff", 300_000, admin)


def test_nobody_else_changes_a_setting(chair, admin):
    with pytest.raises(PermissionDenied):
        change("waiting_goal_days", 14, chair)


def test_the_database_takes_no_second_word_of_the_same_person(admin, other_admin):
    change("quorum", 4, admin)
    rows = SettingChange.objects.all()
    for forged in ({"holds_from": TOMORROW}, {"value": 9}, {"reason": "Andet."}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**forged)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


# -- what was decided stays as it was decided ------------------------------------------
def test_a_lower_ceiling_asks_nothing_of_what_was_decided_before(
    case, pools, chair, admin, chief, time_machine
):
    grant = decisions.grant(case, wish_terms(240_000), grounds="Behov.", by=chair)
    actions.agree(change("tariff_ceiling", 220_000, admin), by=chief)
    time_machine.move_to(today() + timedelta(days=2))
    assert trade.now().tariff_ceiling == 220_000
    assert not grant.is_above_ceiling
    assert not Decision.objects.above_ceiling().exists()


def test_a_lower_ceiling_asks_the_chiefs_of_what_is_decided_after(
    case, pools, chair, admin, chief, time_machine
):
    actions.agree(change("tariff_ceiling", 220_000, admin), by=chief)
    time_machine.move_to(today() + timedelta(days=2))
    grant = decisions.grant(case, wish_terms(240_000), grounds="Behov.", by=chair)
    assert grant.is_above_ceiling
    assert Decision.objects.above_ceiling().get() == grant.decision


# -- the pages -------------------------------------------------------------------------
def url_of(name):
    return reverse("setting", args=[queries.slug_of(name)])


def test_the_page_shows_what_it_does_before_it_is_done(admin, client_for, post):
    browser = client_for(admin)
    form = {
        "value": "14",
        "starts_on": f"{TOMORROW:%d.%m.%Y}",
        "reason": "Hurtigere hjælp.",
        "after": 0,
    }
    shown = post(browser, url_of("waiting_goal_days"), form)
    assert "21 dage bliver 14 dage" in text_of(shown)
    assert not SettingChange.objects.exists()
    confirmed = shown.context["preview"]
    post(browser, url_of("waiting_goal_days"), {**form, "confirmed": confirmed})
    assert trade.on(TOMORROW).waiting_goal_days == 14
    assert "14 dage fra" in text_of(browser.get(reverse("settings")))


def test_the_page_leads_to_each_of_its_groups(admin, client_for):
    page = client_for(admin).get(reverse("settings"))
    for number, (group, _) in enumerate(page.context["groups"], start=1):
        link = f'<a href="#group-{number}">{group.value}</a>'
        heading = f'<h2 id="group-{number}">{group.value}</h2>'
        assert page.content.decode().count(link) == 1
        assert page.content.decode().count(heading) == 1
    assert number > 5


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("waiting_goal_days", "0"),
        ("waiting_goal_days", "tre"),
        ("waiting_goal_days", "14,15"),
        ("pool_warnings", "95, 80"),
        ("pool_warnings", "80"),
        ("tariff_steps", ""),
        ("classification", "andet"),
        ("payment_months", "13"),
    ],
)
def test_what_is_no_value_is_said_at_the_field(name, typed, admin, client_for, post):
    form = {"value": typed, "starts_on": f"{TOMORROW:%d.%m.%Y}", "reason": "Prøve.", "after": 0}
    answer = post(client_for(admin), url_of(name), form)
    assert answer.status_code == 422
    assert "value" in answer.context["form"].errors


def test_it_waits_on_the_start_page_of_the_other(admin, other_admin, client_for, post):
    proposed = change("quorum", 4, admin)
    browser = client_for(other_admin)
    assert "Beslutningsdygtighed: 4 medlemmer" in text_of(browser.get("/"))
    assert "Beslutningsdygtighed: 4" not in text_of(client_for(admin).get("/"))
    post(browser, reverse("agree_setting", args=[proposed.pk]), {})
    assert "Kommer" in text_of(browser.get(reverse("setting_change", args=[proposed.pk])))
    assert trade.on(TOMORROW).quorum == 4


def test_a_page_reads_the_settings_with_the_roles(admin, client_for, django_assert_num_queries):
    change("waiting_goal_days", 14, admin, days=0)
    browser = client_for(admin)
    browser.get(reverse("settings"))
    with django_assert_num_queries(4):
        assert "14 dage ændret" in text_of(browser.get(reverse("settings")))
