"""A released grant is planned; what is due goes from proposal to the books once, by both chiefs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from budget.models import Instalment, PaymentRun, Posting, Standing
from budget.payments import accounts, settling
from budget.payments import actions as payments
from budget.payments.queries import paid_early
from budget.tasks import propose_payments
from skolefleks.calendar import banking_days_on, is_banking_day
from skolefleks.danish import today
from skolefleks.models import Role
from skolefleks.permissions import GRANTS
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.statemachine import can, move
from tests.budget.payments.conftest import FIRST_QUARTER, SPRING
from tests.conftest import AFTER, NEXT
from tests.roles import guards_off
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.releases import actions as releases


# -- from decision to plan ------------------------------------------------------------------------
def plan_of(grant):
    return list(Instalment.objects.planned().filter(reference=grant.pk))


def planned_by_year(grant):
    amounts = dict.fromkeys(grant.by_fiscal_year(), 0)
    for instalment in plan_of(grant):
        amounts[instalment.pool_id] += instalment.amount
    return amounts


def test_a_decision_that_is_not_released_is_not_paid(granted):
    assert not Instalment.objects.exists()


def test_a_released_grant_is_planned_by_quarter_for_all_it_costs(grant):
    assert planned_by_year(grant) == {
        year: part.amount for year, part in grant.by_fiscal_year().items()
    }
    assert [row.due_on.month for row in plan_of(grant)] == [3, 6, 9, 12, 3, 6, 9]
    assert {(row.school.name, row.text) for row in plan_of(grant)} == {
        ("Baltorpskolen", grant.subject)
    }


def test_the_months_of_payment_are_a_setting(granted, submitted, chair, settings):
    settings.PAYMENT_MONTHS = range(1, 13)
    second = submitted.pupil_cases.select_related("pupil").all()[1]
    decisions.reject(second, grounds="Nej.", by=chair)
    releases.release(submitted, by=chair)
    assert Instalment.objects.count() == 19


def test_planning_twice_changes_nothing(grant, chair):
    before = set(Instalment.objects.values_list("pk", flat=True))
    decisions.plan_payments(grant, grant.decision.application, by=chair)
    assert {row.pk for row in plan_of(grant)} == before


def test_a_grant_that_ends_early_stops_the_rest_and_releases_it(grant, chair):
    whole = sum(part.amount for part in grant.by_fiscal_year().values())
    last = date(NEXT, 5, 10)
    given_back = corrections.end_early(grant, on=last, grounds="Det lykkedes.", by=chair)

    left = grant.by_fiscal_year()[NEXT].amount
    assert planned_by_year(grant) == {NEXT: left}
    assert [row.covers_to for row in plan_of(grant)] == [date(NEXT, 3, 31), last]
    assert Standing.objects.get(pool=NEXT, district__isnull=False).committed == left
    assert given_back[NEXT] + given_back[AFTER] == whole - left


# -- runs -----------------------------------------------------------------------------------------
def paid_postings():
    return list(Posting.objects.filter(kind="payment").values_list("pool_id", "amount"))


def test_a_run_goes_from_proposal_to_the_books(paid, spring, chief_bur):
    row = paid.instalments.get()
    assert (paid.status, paid.number, row.status) == ("paid", f"U-{NEXT}-0001", "paid")
    assert paid_postings() == [(NEXT, FIRST_QUARTER)]
    assert (row.posting.reference, row.paid_on, row.payee) == (spring.pk, today(), "Baltorpskolen")
    assert Standing.objects.get(pool=NEXT, district__isnull=False).paid == FIRST_QUARTER


def test_what_is_not_due_waits(proposed):
    assert Instalment.objects.waiting().count() == 6


def test_proposing_twice_finds_nothing_the_second_time(proposed, chief_bur):
    with pytest.raises(payments.NothingDue):
        payments.propose(until=SPRING, by=chief_bur)


def test_the_day_of_payment_is_a_banking_day_from_today_on(proposed):
    assert is_banking_day(proposed.pays_on)
    assert proposed.pays_on >= date(NEXT, 4, 1)


def test_who_proposes_does_not_approve(proposed, chief):
    with pytest.raises(PermissionDenied):
        payments.approve(proposed, by=chief)
    assert PaymentRun.objects.get().status == "proposed"


def test_another_chief_of_the_same_centre_does_not_approve(proposed, person):
    colleague = person("Stine Stedfortræder", Role.CENTRE_CHIEF, centre="C-SIK")
    with pytest.raises(Refusal, match="et andet center"):
        payments.approve(proposed, by=colleague)
    assert PaymentRun.objects.get().status == "proposed"


def test_the_database_too_wants_two(proposed, chief):
    with pytest.raises(DatabaseError, match="nobody_approves_their_own_run"):
        PaymentRun.objects.update(approved_by=chief, approved_centre="C-SIK")


@pytest.mark.parametrize("who", ["leader", "chair", "secretary", "member", "follower", "admin"])
def test_only_chiefs_pay(who, spring, proposed, request):
    person = request.getfixturevalue(who)
    for act in (partial(payments.propose, until=SPRING), partial(payments.approve, proposed)):
        with pytest.raises(PermissionDenied):
            act(by=person)


def test_the_clock_proposes_before_it_is_due_and_one_chief_approves(grant, chief):
    with time_machine.travel(f"{NEXT}-03-29 06:00", tick=False):
        propose_payments()
        propose_payments()
    a_week_before = banking_days_on(SPRING - timedelta(days=14), 6)
    with time_machine.travel(f"{a_week_before} 06:00", tick=False):
        propose_payments()
    run = PaymentRun.objects.get()
    payments.approve(run, by=chief)
    assert (run.proposed_by, run.status, run.approved_by) == (None, "approved", chief)


def test_a_run_cannot_skip_a_step(proposed, chief, chief_bur):
    for act in (payments.export, partial(payments.mark_paid, on=SPRING)):
        with pytest.raises(NotPossible):
            act(proposed, by=chief)
    payments.approve(proposed, by=chief_bur)
    with pytest.raises(NotPossible):
        payments.approve(proposed, by=chief_bur)


def test_a_rejected_runs_instalments_wait_again(approved, chief):
    payments.reject(approved, by=chief)
    assert Instalment.objects.waiting().count() == 7
    assert payments.propose(until=SPRING, by=chief).number == f"U-{NEXT}-0002"


def test_what_is_handed_over_is_not_called_back(exported, chief):
    with pytest.raises(NotPossible):
        payments.reject(exported, by=chief)


@pytest.mark.parametrize("day", [SPRING, SPRING + timedelta(days=60), date(NEXT, 1, 1)])
def test_it_is_paid_on_a_banking_day_between_hand_over_and_today(day, exported, chief):
    with pytest.raises(Refusal, match="bankdag"):
        payments.mark_paid(exported, on=day, by=chief)


def test_settling_again_pays_nothing_again(paid):
    stale = PaymentRun.objects.get(pk=paid.pk)
    stale.status = "paying"
    assert settling.settle(stale) == 0
    assert paid_postings() == [(NEXT, FIRST_QUARTER)]


def test_settling_holds_the_pool_before_the_instalment_as_every_act_does(exported, chief_bur):
    payments.mark_paid(exported, on=today(), by=chief_bur)
    with CaptureQueriesContext(connection) as queries:
        settling.settle(exported)

    lock = re.compile(r'FROM "(\w+)".* FOR (NO KEY )?UPDATE')
    locks = [lock.search(query["sql"]) for query in queries.captured_queries]
    tables = [found[1] for found in locks if found]
    # Two acts that took them in another order could wait for each other.
    assert tables.index("budget_pool") < tables.index("budget_instalment")


def test_one_that_the_books_refuse_is_told_and_does_not_stop_the_others(
    exported, spring, chief, caplog
):
    days = dict.fromkeys(("covers_from", "covers_to", "due_on"), SPRING)
    school = exported.instalments.get().school
    place = {"pool_id": NEXT, "district": spring.district, "school": school}
    Instalment.objects.create(
        reference=exported.pk, amount=5, run=exported, payee="X", account="X", **place, **days
    )
    payments.mark_paid(exported, on=today(), by=chief)
    assert settling.settle(exported) == 1
    assert PaymentRun.objects.get().status == "paying"
    assert caplog.messages == ["payments.refused"]


CHIEF: set[Role] = {Role.CENTRE_CHIEF}


# These follow from a step that somebody took.
NOBODY: set[Role] = set()


# fmt: off
STEPS = {
    #             verb          from                        to           who      not by
    (PaymentRun, "approve"):   ({"proposed"},              "approved",  CHIEF,   "proposed_by_id"),
    (PaymentRun, "reject"):    ({"proposed", "approved"},  "rejected",  CHIEF,   ""),
    (PaymentRun, "export"):    ({"approved"},              "exported",  CHIEF,   ""),
    (PaymentRun, "mark_paid"): ({"exported"},              "paying",    CHIEF,   ""),
    (PaymentRun, "finish"):    ({"paying"},                "paid",      NOBODY,  ""),
    (PaymentRun, "come_back"): ({"exported", "paid"},      "returned",  NOBODY,  ""),
    (PaymentRun, "stand"):     ({"returned"},              "paid",      NOBODY,  ""),
    (Instalment, "cancel"):    ({"planned"},               "cancelled", NOBODY,  ""),
    (Instalment, "reprice"):   ({"planned"},               "cancelled", NOBODY,  ""),
    (Instalment, "pay"):       ({"planned"},               "paid",      NOBODY,  ""),
    (Instalment, "bounce"):    ({"planned"},               "returned",  NOBODY,  ""),
    (Instalment, "divide"):    ({"planned"},               "cancelled", NOBODY,  ""),
}


# fmt: on
SCHOOLS_OF = {Role.SCHOOL_LEADER: "Baltorpskolen", Role.SCHOOL_STAFF: "Baltorpskolen"}


def test_the_lives_have_the_steps_of_the_trade_and_no_other():
    steps = {}
    for kind in (PaymentRun, Instalment):
        for step in kind.LIFECYCLE:
            who = set(GRANTS.get(step.permission, ()))
            steps[kind, step.verb] = (set(step.sources), step.target, who, step.not_by)
    assert steps == STEPS


@pytest.mark.parametrize(("kind", "verb"), STEPS)
def test_every_other_step_is_refused_to_everybody(kind, verb, person):
    sources, _, roles, _ = STEPS[kind, verb]
    people = {role: person(role.label, role, SCHOOLS_OF.get(role)) for role in Role}
    for status, _ in kind._meta.get_field("status").choices:
        for role, user in people.items():
            thing = kind(status=status)
            assert can(thing, verb, user) is (status in sources and role in roles)
            if not can(thing, verb, user):
                with pytest.raises((NotPossible, PermissionDenied)):
                    move(thing, verb, by=user)


# -- before it is due -----------------------------------------------------------------------------
def test_what_is_not_due_for_long_is_paid_only_for_a_reason(spring, chief):
    with pytest.raises(payments.TooEarly, match="skriv, hvorfor"):
        payments.propose(until=date(NEXT, 12, 31), by=chief)
    assert not PaymentRun.objects.exists()


def test_a_run_that_pays_early_pays_soon_and_says_why(spring, chief):
    run = payments.propose(until=date(NEXT, 12, 31), by=chief, reason="Skolen lukker.")
    assert run.early_reason == "Skolen lukker."
    assert run.pays_on == banking_days_on(today(), 5)
    assert paid_early(run).number == run.count - 1


def test_a_school_without_an_account_is_not_paid(spring, chief, settings):
    settings.PAYMENT_ACCOUNT = ""
    with pytest.raises(payments.NoAccount, match="Baltorpskolen"):
        payments.propose(until=SPRING, by=chief)
    assert not PaymentRun.objects.exists()


# -- ended in the middle --------------------------------------------------------------------------
@pytest.mark.parametrize("stage", ["proposed", "approved"])
def test_a_grant_that_ends_is_taken_out_of_a_run_that_is_not_handed_over(
    stage, spring, chair, chief, request
):
    run = request.getfixturevalue(stage)
    corrections.end_early(spring, on=date(NEXT, 2, 28), grounds="Flyttet.", by=chair)
    assert run.instalments.get().status == "cancelled"
    assert planned_by_year(spring)[NEXT] == spring.by_fiscal_year()[NEXT].amount
    if stage == "approved":
        with pytest.raises(NotPossible, match="standset"):
            payments.export(run, by=chief)


@pytest.mark.parametrize("stage", ["exported", "paid"])
def test_after_what_is_handed_over_the_rest_is_planned_anew(stage, spring, chair, request):
    request.getfixturevalue(stage)
    corrections.end_early(spring, on=date(NEXT, 4, 30), grounds="Det lykkedes.", by=chair)
    rest = Instalment.objects.waiting().get()
    assert rest.amount == spring.by_fiscal_year()[NEXT].amount - FIRST_QUARTER


# -- what is paid is frozen -----------------------------------------------------------------------
def test_a_payment_keeps_the_account_it_was_approved_with(approved, chief, chief_bur):
    school = approved.instalments.get().school
    accounts.set_account(school, "XG-1234 ny", by=chief)
    assert payments.export(approved, by=chief) == payments.file_of(approved)
    assert approved.instalments.get().account == "XG-STANDARD"


@pytest.mark.parametrize(
    "field", [{"account": "X"}, {"paid_on": SPRING}, {"payee": "X"}, {"status": "planned"}]
)
def test_what_is_paid_is_never_changed(field, paid):
    with pytest.raises(DatabaseError, match="Cannot update"):
        Instalment.objects.filter(status="paid").update(**field)


def test_an_amount_that_is_planned_is_never_changed(grant):
    with pytest.raises(DatabaseError, match="Cannot update"):
        Instalment.objects.update(amount=1)


def test_nothing_planned_is_deleted(grant):
    with pytest.raises(DatabaseError, match="Cannot delete"):
        Instalment.objects.all().delete()


def test_who_comes_second_to_a_run_is_told(proposed, chief_bur, chief):
    stale = PaymentRun.objects.get()
    payments.reject(proposed, by=chief)
    with pytest.raises(Overtaken):
        payments.approve(stale, by=chief_bur)


def test_without_the_trigger_the_past_could_be_written_over(paid):
    with guards_off("budget.Instalment:is_frozen_when_paid"):
        assert Instalment.objects.filter(status="paid").update(account="X") == 1
