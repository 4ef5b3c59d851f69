"""Many at once on one pool: nobody overdraws it, and with the guards off it would happen."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Sum

from applications.models import Application
from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.books import actions as books
from budget.models import Pool, Posting, Standing
from skolefleks import audit
from skolefleks.models import Role
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import AFTER, NEXT, many, terms
from tests.filling import fill, write_pupil
from tests.racing import at_once, wait_for, with_connection
from tests.roles import guards_off
from visitation.corrections import actions as corrections
from visitation.corrections import rules as correction_rules
from visitation.decisions import actions as decisions
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
    """Grant all of them at once; what each act returned, or raised."""

    def grant(case):
        with guard():
            return decisions.grant(case, A_YEAR, grounds="Behov.", by=by)

    return at_once([partial(grant, case) for case in cases])


def check_together(monkeypatch, people):
    """Take the lock away, and let all look at what is free before the first of them takes it."""
    everybody = threading.Barrier(people)
    require_free = books.require_free

    def look_and_wait(amounts):
        require_free(amounts)
        everybody.wait(30)

    monkeypatch.setattr(books, "lock_pools", lambda years: [])
    monkeypatch.setattr(books, "require_free", look_and_wait)


def commitments():
    return Posting.objects.filter(kind="commitment").aggregate(sum=Sum("amount"))["sum"]


def standing_is_the_sum_of_the_postings():
    allocations = Posting.objects.filter(kind="allocation").aggregate(sum=Sum("amount"))["sum"]
    standing = Standing.objects.aggregate(
        allocated=Sum("allocated"), committed=Sum("committed"), paid=Sum("paid")
    )
    return standing == {"allocated": allocations, "committed": commitments(), "paid": 0}


def raised(answers, kind):
    """Those of the answers that are a refusal or an error of this kind."""
    return [answer for answer in answers if isinstance(answer, kind)]


def committed_by_grants(year):
    """Whole DKK that the running grants take of a fiscal year."""
    total = 0
    for grant in Grant.objects.filter(status="running"):
        total += grant.by_fiscal_year()[year].amount
    return total


def test_of_two_hundred_simultaneous_grants_the_five_that_fit_stand(small_pool, waiting, chair):
    refusals = raised(grant_all(waiting(200), chair), books.Overdrawn)
    assert len(refusals) == 195
    assert (Grant.objects.count(), Decision.objects.count()) == (5, 5)
    assert commitments() == 1_000_000
    assert Standing.objects.free([NEXT]) == {NEXT: 199_999}
    assert standing_is_the_sum_of_the_postings()
    assert refusals[0].short == {NEXT: (199_999, 200_000)}
    assert audit.verify().is_intact


def test_without_the_lock_the_database_itself_refuses(small_pool, waiting, chair, monkeypatch):
    check_together(monkeypatch, people=12)
    errors = raised(grant_all(waiting(12), chair), IntegrityError)
    assert len(errors) == 7
    constraint = errors[0].__cause__.diag.constraint_name
    assert "the_pool_of_a_fiscal_year_is_never_overdrawn" in constraint
    assert (Grant.objects.count(), commitments()) == (5, 1_000_000)
    assert standing_is_the_sum_of_the_postings()


def test_without_lock_and_trigger_the_race_happens(small_pool, waiting, chair, monkeypatch):
    check_together(monkeypatch, people=12)
    trigger_off = partial(guards_off, "budget.Posting:may_not_overdraw")
    grant_all(waiting(12), chair, guard=trigger_off)
    assert (Grant.objects.count(), commitments()) == (12, 2_400_000)
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
    assert "deadlock" in str(raised(answers, OperationalError)[0])


def test_grants_and_undoings_over_new_year_at_once_leave_the_books_right(pools, waiting, chair):
    acts = []
    for case in waiting(12):
        grant = decisions.grant(case, terms(), grounds="Behov.", by=chair)
        acts.append(partial(decisions.undo, grant.decision, by=chair))
    for case in waiting(12, first=6001):
        acts.append(partial(decisions.grant, case, terms(), grounds="Behov.", by=chair))

    assert raised(at_once(acts), Exception) == []
    for year in (NEXT, AFTER):
        assert Standing.objects.free([year])[year] == 5_000_000 - committed_by_grants(year)


def test_a_grant_that_waits_for_the_pool_holds_no_case_yet(pools, case, chair):
    """Else it and a correction, which holds the pools first, would wait for each other."""
    grant = partial(decisions.grant, case, A_YEAR, grounds="Behov.", by=chair)
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            books.lock_pools([NEXT])
            late = thread.submit(with_connection, grant)
            wait_for(late)
            assert Application.objects.select_for_update(nowait=True).get() == case.application
        assert isinstance(late.result(), Grant)


def test_two_who_decide_the_same_pupil_at_once_make_one_decision(pools, case, chair, person):
    grant = partial(decisions.grant, case, terms(), grounds="Behov.", by=chair)
    reject = partial(
        decisions.reject, case, grounds="Nej.", by=person("Vera Formand", Role.COMMITTEE_CHAIR)
    )
    answers = at_once([grant] * 5 + [reject] * 5)
    assert len(raised(answers, Overtaken)) == 9
    assert Decision.objects.count() == 1
    postings = Posting.objects.filter(kind="commitment")
    assert postings.count() == 2 * Grant.objects.count()


def test_one_pupil_granted_in_two_cases_at_once_has_one_grant(pools, case, leader, chair, schools):
    again = fill(writing.start(school=schools["Baltorpskolen"], by=leader), by=leader)
    new_case = writing.add_pupil(again, by=leader)
    twin = write_pupil(new_case, "Anna Berg", by=leader, cpr=case.pupil.cpr)
    submission.submit(again, by=leader)
    twin.application = again

    answers = grant_all([case, twin], chair)
    assert len(raised(answers, decisions.AlreadyGranted)) == 1
    assert Grant.objects.count() == 1


def test_released_and_undone_at_once_is_one_of_the_two(pools, waiting, chair, secretary):
    for case in waiting(8):
        decision = decisions.grant(case, terms(200_000), grounds="Behov.", by=chair).decision
        release = partial(releases.release, case.application, by=chair)
        undo = partial(decisions.undo, decision, by=secretary)
        assert len(raised(at_once([release, undo]), Refusal)) == 1

        application = Application.objects.get(pk=case.application_id)
        decision.refresh_from_db()
        statuses = (application.status, decision.status)
        assert statuses in {("closed", "released"), ("submitted", "undone")}


def test_withdrawn_and_decided_at_once_is_never_decided_after(pools, waiting, leader, chair):
    for case in waiting(8):
        application = Application.objects.get(pk=case.application_id)
        withdraw = partial(submission.withdraw, application, reason="Flyttet.", by=leader)
        reject = partial(decisions.reject, case, grounds="Nej.", by=chair)
        of_withdraw, of_reject = at_once([withdraw, reject])
        assert of_withdraw is None
        assert isinstance(of_reject, Decision | NotPossible)


def test_two_who_start_at_once_get_each_a_number(schools, leader):
    start = partial(writing.start, school=schools["Baltorpskolen"], by=leader)
    numbers = {application.number for application in at_once([start] * 20)}
    assert len(numbers) == 20


# -- release and correction ------------------------------------------------------------------------
def unguarded(thing, verb, *, by, **_):
    """The step without looking whether somebody took it first."""
    step = thing.LIFECYCLE.transitions[verb]
    type(thing)._default_manager.filter(pk=thing.pk).update(status=step.target)
    thing.status = step.target


def letters_of(case):
    return Document.objects.filter(application=case.application_id).count()


def test_a_case_released_many_times_at_once_is_released_once(pools, waiting, chair, secretary):
    for case in waiting(4):
        decisions.grant(case, terms(200_000), grounds="Behov.", by=chair)
        acts = []
        for _ in range(8):
            application = Application.objects.get(pk=case.application_id)
            acts.append(partial(releases.release, application, by=chair))
            acts.append(partial(releases.release, application, by=secretary))

        assert len(raised(at_once(acts), NotPossible)) == 15
        assert letters_of(case) == 2


def test_without_lock_and_guard_it_would_be_released_twice(pools, waiting, chair, monkeypatch):
    [case] = waiting(1)
    decisions.grant(case, terms(200_000), grounds="Behov.", by=chair)
    met = threading.Barrier(2)
    monkeypatch.setattr(writing, "lock", lambda application: None)
    monkeypatch.setattr(releases, "move", unguarded)
    monkeypatch.setattr(releases, "require_chiefs", lambda rows: met.wait(30))
    applications = [Application.objects.get(pk=case.application_id) for _ in range(2)]
    at_once([partial(releases.release, one, by=chair) for one in applications])
    assert letters_of(case) == 4


@pytest.fixture
def known_cases(pools, waiting, chair):
    """So many cases whose one pupil is granted and knows it."""

    def make(count):
        for case in waiting(count):
            grant = decisions.grant(case, terms(200_000), grounds="Behov.", by=chair)
            releases.release(case.application, by=chair)
            yield case, grant.decision

    return make


def stale(decision):
    """The decision as a page has it that was opened a while ago."""
    return Decision.objects.select_related("pupil_case__application").get(pk=decision.pk)


def correct_all(decision, tariffs, *, by):
    """Correct the decision to each of the tariffs, all at once."""
    acts = []
    for tariff in tariffs:
        correct = partial(corrections.correct, stale(decision), terms(tariff))
        acts.append(partial(correct, grounds="Rettet.", by=by))
    return at_once(acts)


def test_a_decision_corrected_many_times_at_once_is_corrected_once(known_cases, chair):
    for case, decision in known_cases(3):
        answers = correct_all(decision, range(100_000, 220_000, 10_000), by=chair)
        assert len(raised(answers, Refusal)) == 11
        [new] = Decision.objects.released().filter(pupil_case=case)
        assert new.replaces_id == decision.pk
        assert letters_of(case) == 4

    assert Standing.objects.free([NEXT])[NEXT] == 5_000_000 - committed_by_grants(NEXT)
    assert audit.verify().is_intact


@pytest.fixture
def no_guards(monkeypatch):
    """Take locks and guards away; two find the decision correctable before either goes on."""
    both = threading.Barrier(2)
    require_correctable = correction_rules.require_correctable

    def look_and_wait(*args):
        require_correctable(*args)
        both.wait(30)

    for module in (corrections, decisions, releases):
        monkeypatch.setattr(module, "move", unguarded)
    monkeypatch.setattr(writing, "lock", lambda application: None)
    monkeypatch.setattr(books, "lock_pools", lambda years: [])
    monkeypatch.setattr(correction_rules, "require_correctable", look_and_wait)


def test_without_lock_and_guard_the_database_refuses_the_second_correction(
    known_cases, chair, no_guards
):
    [(case, decision)] = known_cases(1)
    answers = correct_all(decision, (100_000, 150_000), by=chair)
    assert len(raised(answers, Exception)) == 1
    assert Decision.objects.released().filter(pupil_case=case).count() == 1


def test_corrected_and_ended_at_once_is_one_of_the_two(known_cases, chair, secretary):
    for case, decision in known_cases(4):
        rows = Grant.objects.select_related("decision__pupil_case__application__school")
        end = partial(corrections.end_early, rows.get(decision=decision), on=date(NEXT, 6, 30))
        correct = partial(corrections.correct, stale(decision), terms(100_000))
        at_once(
            [
                partial(end, grounds="Slut.", by=secretary),
                partial(correct, grounds="Rettet.", by=chair),
            ]
        )
        standing = Grant.objects.standing().filter(decision__pupil_case=case)
        assert standing.count() == 1
    assert [check.difference for check in of_the_grants()] == [""]
