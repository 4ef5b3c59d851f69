"""Every lock is known, and the list of those without a race only grows shorter."""

from __future__ import annotations

import ast

import pytest

from tests.house import reaching
from tests.house.measures import ROOT

RACES = "tests/visitation/decisions/test_races.py"
KILLED = "tests/budget/payments/test_killed.py"

# The lock -> the test in which it is off, and what it keeps away happens.
OFF = {
    "budget.books.actions.lock_pools": f"{RACES} test_without_the_lock_the_database_itself_refuses",
    "budget.payments.actions._wait_for_others": (
        "tests/budget/payments/test_at_once.py"
        " test_without_the_lock_both_would_take_the_same_number"
    ),
    "budget.payments.settling._settle_instalment": (
        f"{KILLED} test_without_looking_again_the_database_still_pays_once_and_without_it_twice"
    ),
    "applications.writing.actions.lock": (
        "tests/visitation/recusals/test_recusals.py"
        " test_without_the_lock_a_recused_person_would_decide"
    ),
    "visitation.evaluation.actions._hold": (
        "tests/visitation/evaluation/test_races.py"
        " test_without_the_lock_both_chiefs_would_be_the_first"
    ),
    "visitation.questions.actions.answer": (
        "tests/visitation/questions/test_questions.py test_without_the_locks_both_would_answer"
    ),
}

# The lock -> its race, with the lock on only.
RACED = {
    "skolefleks.outbox.deliver": (
        "tests/skolefleks/test_outbox.py test_a_message_rung_many_times_at_once_is_delivered_once"
    ),
    "budget.payments.actions.propose": f"{KILLED} test_of_two_who_propose_at_once_one_gets_it_all",
    "budget.payments.settling._finish": (
        f"{KILLED} test_the_same_run_settled_by_eight_at_once_is_paid_once"
    ),
    "budget.returns.approval.carry_out": (
        "tests/budget/returns/test_at_once.py"
        " test_the_same_return_approved_by_four_at_once_comes_back_once"
    ),
    "visitation.agenda.actions.hold_meeting": (
        "tests/visitation/meetings/test_races.py test_of_two_who_reorder_at_once_the_later_is_told"
    ),
}

# No race of their own yet. A lock that is new does not go here.
BARE = set(
    """
    skolefleks.administration.actions._lock
    skolefleks.notices.actions.mail_digest
    skolefleks.places.actions._lock_places
    skolefleks.places.actions.reopen_school
    skolefleks.reviews.actions.sign
    skolefleks.storage.discard
    skolefleks.storage.nothing_is_discarded
    budget.figures.actions.lock_figures
    budget.payments.actions.propose_collection
    budget.payments.actions._lock_instalments
    budget.payments.planning.plan
    budget.payments.planning.lock
    budget.payments.queries.run_of_payment
    budget.payments.queries.planned_for_same_days
    budget.payments.queries.movable_beside
    budget.proposals.actions.correct
    budget.proving.actions.ask
    budget.reconciliation.actions.take_in
    applications.dialogue.views._case_invited_to
    applications.papers.actions._lock
    applications.writing.frame.own_application
    visitation.amendments.actions._hold
    visitation.assessments.actions._require_open
    visitation.closings.actions._ask
    visitation.efforts.actions.require_allowed
    visitation.efforts.following.end_those_that_are_over
    visitation.efforts.queries.effort_to_join
    visitation.efforts.queries.efforts_of_pupil
    visitation.evaluation.actions.print_papers
    visitation.followups.reminding._post_for
    visitation.letters.actions.finish
    visitation.moves.actions._hold
    visitation.prices.actions.lock_applications
    visitation.screens.actions._hold
    """.split()
)


def takes_a_lock(function):
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr == "select_for_update":
            return True
        if isinstance(node, ast.Constant) and "advisory_xact_lock" in str(node.value):
            return True
    return False


def locks():
    """Every function that takes a lock itself."""
    for module, tree in reaching.modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and takes_a_lock(node):
                yield f"{module}.{node.name}"


def test_every_lock_is_known():
    assert set(locks()) == OFF.keys() | RACED.keys() | BARE


def test_the_locks_without_a_control_only_grow_fewer():
    assert len(BARE) <= 34
    assert len(RACED) <= 5


@pytest.mark.parametrize("lock", [*OFF, *RACED])
def test_the_race_of_a_lock_is_there(lock):
    file, name = {**OFF, **RACED}[lock].split()
    assert f"def {name}(" in (ROOT / file).read_text()
