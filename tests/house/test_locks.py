"""Every lock has a race, which is lost where the lock is off.

A new one has a test marked `@race` (`tests/racing.py`) in its subject's folder.
"""

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


def raced_both_ways():
    """The locks that a test marked `@race` is for: with the lock, and without."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield from races_of(node)


def races_of(test):
    for decorator in test.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "race":
            yield ast.literal_eval(decorator.args[0])


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


def test_every_lock_has_its_race():
    assert set(locks()) == OFF.keys() | set(raced_both_ways())


@pytest.mark.parametrize("lock", OFF)
def test_the_race_of_a_lock_is_there(lock):
    file, name = OFF[lock].split()
    assert f"def {name}(" in (ROOT / file).read_text()
