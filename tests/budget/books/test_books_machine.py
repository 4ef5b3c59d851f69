"""Any sequence of acts by committee and chiefs leaves books that prove themselves.

Beside them are books kept by hand (`machine.py`). 200 steps by default; a long run sets
SKOLEFLEKS_STEPS, for example

    SKOLEFLEKS_STEPS=20000 pytest -n 0 tests/budget/books/test_books_machine.py
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import rule, run_state_machine_as_test

from budget.books import actions as books
from budget.models import Posting
from skolefleks.models import School
from tests.budget.books.machine import Books
from tests.conftest import YEAR
from tests.roles import guards_off

STEPS = int(os.environ.get("SKOLEFLEKS_STEPS", "200"))
STEPS_A_STORY = 50

ACTS = {
    "allocate",
    "transfer",
    "new year",
    "approve",
    "decide",
    "begin late",
    "change",
    "end early",
    "step down",
    "extend",
    "stop",
    "raise",
    "move",
    "pay",
    "collect",
    "bounce",
    "return",
    "close",
    "reopen",
    "correct allocation",
}


@pytest.fixture
def cast(pools, sources, schools, chief, chief_bur, chair, leader):
    Books.cast = {
        "sources": sources,
        "school": School.objects.all()[0],
        "schools": list(School.objects.select_related("district")),
        "chief": chief,
        "chief_bur": chief_bur,
        "chair": chair,
        "leader": leader,
    }


def play(machine, steps, phases=tuple(Phase)):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, steps // STEPS_A_STORY),
            stateful_step_count=STEPS_A_STORY,
            deadline=None,
            database=None,
            derandomize=True,
            report_multiple_bugs=False,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.usefixtures("cast")
def test_no_sequence_of_acts_leaves_books_that_do_not_prove_themselves():
    Books.seen = Counter()
    play(Books, STEPS)
    assert {act for act, was_to_be_done in Books.seen if was_to_be_done} == ACTS
    assert sum(Books.seen.values()) > STEPS / 2


class WithALineRemoved(Books):
    @rule()
    def tamper(self):
        with guards_off("budget.Posting:is_never_changed"):
            Posting.objects.filter(kind="allocation", reverses=None).latest("pk").delete()


class WithASumLeftOut(Books):
    @rule()
    def tamper(self):
        source = self.cast["sources"][0]
        with guards_off("budget.Posting:adds_up"):
            books.allocate(year=YEAR, source=source, amount=7, by=self.cast["chief"])


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("machine", [WithALineRemoved, WithASumLeftOut])
def test_the_machine_notices_books_changed_behind_its_back(machine):
    # That it is noticed is enough: nobody asks for the shortest way there.
    with pytest.raises(AssertionError):
        play(machine, 50, phases=[Phase.generate])
