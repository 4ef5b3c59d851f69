"""Many at once on one pool: nobody overdraws it, nobody waits for ever, and with the guards off it would happen."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import date
from functools import partial

import pgtrigger
import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Sum

from applications.models import Application
from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.books import actions as books
from budget.models import Pool, Posting, Standing
from skolefleks import audit
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import AFTER, NEXT, many, terms
from tests.filling import fill, write_pupil
from tests.racing import at_once
from visitation.corrections import actions as corrections
from visitation.corrections import rules as correction_rules
from visitation.decisions import actions as decision_actions
from visitation.decisions.proof import of_the_grants
from visitation.models import Decision, Document, Grant
from visitation.releases import actions as releases

pytestmark = pytest.mark.django_db(transaction=True)


A_YEAR = terms(200_000, date(NEXT, 1, 1), date(NEXT, 12, 31))


ROOM_FOR_FIVE = 5 * 200_000 + 199_999


@pytest.fixture
def small_pool(chief, sources):
    """The pool of next year, with room for five grants of a year."""
    books.allocate(year=NEXT, source=sources[0], amount=ROOM_FOR_FIVE, by=chief)


@pytest.fixture
def waiting(schools, leader):
    """Make so many cases of one pupil that wait for a decision."""
    return partial(many, school=schools["Baltorpskolen"], by=leader)


def grant_all(cases, by, guard=nullcontext):
    def grant(case):
        with guard():
            return decision_actions.grant(case, A_YEAR, grounds="Behov.", by=by)

    return at_once([partial(grant, case) for case in cases])


def check_together(monkeypatch, people):
    """Take the lock away, and let all have looked at what is free before the first of them takes it."""
    looked, look = threading.Barrier(people), books.require_free
    monkeypatch.setattr(books, "lock_pools", lambda years: None)
    monkeypatch.setattr(
        books, "require_free", lambda wanted: (look(wanted), looked.wait(30))
    )


def taken():
    return Posting.objects.filter(kind="commitment").aggregate(sum=Sum("amount"))["sum"]


def standing_is_the_sum_of_the_postings():
    allocated = Posting.objects.filter(kind="allocation").aggregate(sum=Sum("amount"))[
        "sum"
    ]
    stood = Standing.objects.aggregate(
        allocated=Sum("allocated"), committed=Sum("committed"), paid=Sum("paid")
    )
    return stood == {"allocated": allocated, "committed": taken(), "paid": 0}


def test_of_two_hundred_simultaneous_grants_the_five_that_fit_stand(
    small_pool, waiting, chair
):
    answers = grant_all(waiting(200), chair)
    refused = [answer for answer in answers if isinstance(answer, books.Overdrawn)]
    assert (len(refused), Grant.objects.count(), Decision.objects.count()) == (
        195,
        5,
        5,
    )
    assert taken() == 1_000_000
    assert Standing.objects.free([NEXT]) == {NEXT: 199_999}
    assert standing_is_the_sum_of_the_postings()
    assert refused[0].short == {NEXT: (199_999, 200_000)}
    assert audit.verify().intact


def test_without_the_lock_the_database_itself_refuses(
    small_pool, waiting, chair, monkeypatch
):
    check_together(monkeypatch, people=12)
    answers = grant_all(waiting(12), chair)
    refused = [answer for answer in answers if isinstance(answer, IntegrityError)]
    assert len(refused) == 7
    assert (
        "the_pool_of_a_fiscal_year_is_never_overdrawn"
        in refused[0].__cause__.diag.constraint_name
    )
    assert (Grant.objects.count(), taken()) == (5, 1_000_000)
    assert standing_is_the_sum_of_the_postings()


def test_without_lock_and_trigger_the_race_happens(
    small_pool, waiting, chair, monkeypatch
):
    check_together(monkeypatch, people=12)
    grant_all(
        waiting(12),
        chair,
        guard=partial(pgtrigger.ignore, "budget.Posting:may_not_overdraw"),
    )
    assert (Grant.objects.count(), taken()) == (12, 2_400_000)
    assert Standing.objects.free([NEXT])[NEXT] < 0
    assert standing_is_the_sum_of_the_postings()


def lock(years):
    with transaction.atomic():
        books.lock_pools(years)


def lock_as_they_come(years, met):
    """Hold one year, wait until the other holds one too, then want the next."""
    first, second = years
    with transaction.atomic():
        Pool.objects.select_for_update().get(pk=first)
        met.wait(30)
        Pool.objects.select_for_update().get(pk=second)


OPPOSITE = ([NEXT, AFTER], [AFTER, NEXT])


def test_two_who_name_the_years_in_opposite_order_do_not_wait_for_each_other(pools):
    answers = at_once([partial(lock, years) for years in OPPOSITE] * 15)
    assert answers == [None] * 30


def test_locked_as_they_come_they_would(pools):
    met = threading.Barrier(2)
    answers = at_once([partial(lock_as_they_come, years, met) for years in OPPOSITE])
    deadlocked = [answer for answer in answers if isinstance(answer, OperationalError)]
    assert "deadlock" in str(deadlocked[0])


def test_grants_and_undoings_over_new_year_at_once_leave_the_books_right(
    pools, waiting, chair
):
    first, second = waiting(12), waiting(12, first=6001)
    stand = [
        decision_actions.grant(case, terms(), grounds="Behov.", by=chair).decision
        for case in first
    ]
    undo = [partial(decision_actions.undo, decision, by=chair) for decision in stand]
    grant = [
        partial(decision_actions.grant, case, terms(), grounds="Behov.", by=chair)
        for case in second
    ]
    answers = at_once([*undo, *grant])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    for year in (NEXT, AFTER):
        held = sum(
            granted.by_fiscal_year()[year].amount
            for granted in Grant.objects.filter(status="running")
        )
        assert Standing.objects.free([year])[year] == 5_000_000 - held


def test_two_who_decide_the_same_pupil_at_once_make_one_decision(
    pools, case, chair, secretary
):
    grant = [partial(decision_actions.grant, case, terms(), grounds="Behov.", by=chair)]
    reject = [partial(decision_actions.reject, case, grounds="Nej.", by=secretary)]
    answers = at_once(grant * 5 + reject * 5)
    assert sum(isinstance(answer, Overtaken) for answer in answers) == 9
    assert Decision.objects.count() == 1
    assert (
        Posting.objects.filter(kind="commitment").count() == 2 * Grant.objects.count()
    )


def test_one_pupil_granted_in_two_cases_at_once_has_one_grant(
    pools, case, leader, chair, schools
):
    again = fill(writing.start(school=schools["Baltorpskolen"], by=leader), by=leader)
    twin = write_pupil(
        writing.add_pupil(again, by=leader), "Anna Berg", by=leader, cpr=case.pupil.cpr
    )
    submission.submit(again, by=leader)
    twin.application = again
    answers = grant_all([case, twin], chair)
    assert (
        sum(isinstance(answer, decision_actions.AlreadyGranted) for answer in answers)
        == 1
    )
    assert Grant.objects.count() == 1


def test_released_and_undone_at_once_is_one_of_the_two(
    pools, waiting, chair, secretary
):
    for case in waiting(8):
        granted = decision_actions.grant(
            case, terms(200_000), grounds="Behov.", by=chair
        )
        release = partial(releases.release, case.application, by=chair)
        answers = at_once(
            [release, partial(decision_actions.undo, granted.decision, by=secretary)]
        )
        assert sum(isinstance(answer, Refusal) for answer in answers) == 1
        application, decision = (
            Application.objects.get(pk=case.application_id),
            Decision.objects.get(pk=granted.decision_id),
        )
        assert (application.status, decision.status) in {
            ("closed", "released"),
            ("submitted", "undone"),
        }


def test_withdrawn_and_decided_at_once_is_never_decided_after(
    pools, waiting, leader, chair
):
    for case in waiting(8):
        withdraw = partial(
            submission.withdraw,
            Application.objects.get(pk=case.application_id),
            reason="Flyttet.",
            by=leader,
        )
        withdrawn, decided = at_once(
            [withdraw, partial(decision_actions.reject, case, grounds="Nej.", by=chair)]
        )
        assert withdrawn is None
        assert isinstance(decided, Decision | NotPossible)


def test_two_who_start_at_once_get_each_a_number(schools, leader):
    start = partial(writing.start, school=schools["Baltorpskolen"], by=leader)
    numbers = {application.number for application in at_once([start] * 20)}
    assert len(numbers) == 20


# -- release and correction ---------------------------------------------------------------------------------------------
def unguarded(thing, verb, *, by, **_):
    """The step without looking whether somebody took it first."""
    step = thing.LIFECYCLE.transitions[verb]
    type(thing)._default_manager.filter(pk=thing.pk).update(status=step.target)
    thing.status = step.target


def letters_of(case):
    return Document.objects.filter(application=case.application_id).count()


def test_a_case_released_many_times_at_once_is_released_once(
    pools, waiting, chair, secretary
):
    for case in waiting(4):
        decision_actions.grant(case, terms(200_000), grounds="Behov.", by=chair)
        applications = [
            Application.objects.get(pk=case.application_id) for _ in range(8)
        ]
        answers = at_once(
            [
                partial(releases.release, one, by=by)
                for one in applications
                for by in (chair, secretary)
            ]
        )
        assert sum(isinstance(answer, NotPossible) for answer in answers) == 15
        assert letters_of(case) == 2


def test_without_lock_and_guard_it_would_be_released_twice(
    pools, waiting, chair, monkeypatch
):
    [case] = waiting(1)
    decision_actions.grant(case, terms(200_000), grounds="Behov.", by=chair)
    met = threading.Barrier(2)
    monkeypatch.setattr(writing, "lock", lambda application: None)
    monkeypatch.setattr(releases, "move", unguarded)
    monkeypatch.setattr(releases, "require_chiefs", lambda decisions: met.wait(30))
    applications = [Application.objects.get(pk=case.application_id) for _ in range(2)]
    at_once([partial(releases.release, one, by=chair) for one in applications])
    assert letters_of(case) == 4


@pytest.fixture
def known(pools, waiting, chair):
    """So many cases whose one pupil is granted and knows it."""

    def make(count):
        for case in waiting(count):
            decision = decision_actions.grant(
                case, terms(200_000), grounds="Behov.", by=chair
            ).decision
            releases.release(case.application, by=chair)
            yield case, decision

    return make


def correct_all(decision, tariffs, *, by):
    stale = [
        Decision.objects.select_related("pupil_case__application").get(pk=decision.pk)
        for _ in tariffs
    ]
    act = partial(corrections.correct, grounds="Rettet.", by=by)
    return at_once(
        [
            partial(act, one, terms(tariff))
            for one, tariff in zip(stale, tariffs, strict=True)
        ]
    )


def test_a_decision_corrected_many_times_at_once_is_corrected_once(known, chair):
    for case, decision in known(3):
        answers = correct_all(decision, range(100_000, 220_000, 10_000), by=chair)
        assert sum(isinstance(answer, Refusal) for answer in answers) == 11
        [new] = Decision.objects.released().filter(pupil_case=case)
        assert new.replaces_id == decision.pk
        assert letters_of(case) == 4
    held = sum(
        granted.by_fiscal_year()[NEXT].amount
        for granted in Grant.objects.filter(status="running")
    )
    assert Standing.objects.free([NEXT])[NEXT] == 5_000_000 - held
    assert audit.verify().intact


def test_without_lock_and_guard_the_database_refuses_the_second_correction(
    known, chair, monkeypatch
):
    [(case, decision)] = known(1)
    met = threading.Barrier(2)
    look = correction_rules.require_correctable
    for module in (corrections, decision_actions, releases):
        monkeypatch.setattr(module, "move", unguarded)
    monkeypatch.setattr(writing, "lock", lambda application: None)
    monkeypatch.setattr(books, "lock_pools", lambda years: None)
    monkeypatch.setattr(
        correction_rules,
        "require_correctable",
        lambda *args: (look(*args), met.wait(30)),
    )
    answers = correct_all(decision, (100_000, 150_000), by=chair)
    assert sum(isinstance(answer, Exception) for answer in answers) == 1
    assert Decision.objects.released().filter(pupil_case=case).count() == 1


def test_corrected_and_ended_at_once_is_one_of_the_two(known, chair, secretary):
    for case, decision in known(4):
        granted = Grant.objects.select_related(
            "decision__pupil_case__application__school"
        ).get(decision=decision)
        end = partial(
            corrections.end_early,
            granted,
            on=date(NEXT, 6, 30),
            grounds="Slut.",
            by=secretary,
        )
        stale = Decision.objects.select_related("pupil_case__application").get(
            pk=decision.pk
        )
        at_once(
            [
                end,
                partial(
                    corrections.correct,
                    stale,
                    terms(100_000),
                    grounds="Rettet.",
                    by=chair,
                ),
            ]
        )
        counted = Grant.objects.exclude(status="annulled").filter(
            decision__pupil_case=case
        )
        assert counted.count() == 1
    assert [check.difference for check in of_the_grants()] == [""]
