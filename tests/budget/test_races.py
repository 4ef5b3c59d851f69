"""Two at the same figures, proof, file or correction at the same moment."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from django.db import IntegrityError

from budget.books import actions as books
from budget.figures import actions as figures
from budget.models import BookProof, Difference, Posting
from budget.proposals import actions as proposals
from budget.proving import actions as proving
from budget.reconciliation import actions as reconciliation
from budget.reconciliation.reading import Line
from budget.tariff import Part
from skolefleks.danish import today
from skolefleks.refusals import Overtaken
from tests.conftest import NEXT
from tests.racing import race


@race("budget.figures.actions.lock_figures", held=True, off=False)
def test_of_two_who_set_a_target_at_once_the_later_is_told(chief, together, outcome):
    setting = {"year": NEXT, "replaces": None, "source": "Udvalget", "by": chief}
    acts = [partial(figures.set_target, level_of=year, **setting) for year in (2017, 2018)]
    _, answer = together(*acts)
    assert isinstance(answer, Overtaken) is outcome


@race("budget.proving.actions.ask", held=1, off=2)
def test_two_who_ask_for_a_proof_at_once_get_one(chief, together, outcome):
    together(partial(proving.ask, by=chief), partial(proving.ask, by=chief))
    assert BookProof.objects.count() == outcome


@race("budget.proposals.actions.correct", held=proposals.AlreadyCorrected, off=IntegrityError)
def test_of_two_who_correct_a_posting_at_once_the_later_is_told(
    pools, schools, chair, chief, together, outcome
):
    district = schools["Baltorpskolen"].district
    books.commit(uuid.uuid4(), {NEXT: Part(1_000, 365)}, district=district, by=chair)
    posting = Posting.objects.get(kind="commitment")
    correct = partial(proposals.correct, posting, reason="Fejl.", by=chief)
    _, answer = together(correct, correct)
    assert isinstance(answer, outcome)


@pytest.fixture
def take_in(chief):
    """One line that no instalment has."""
    line = Line(2, today(), 12, "XG-9", run_number="", case_number="", voucher="B9")
    fields = {"covers_from": today(), "covers_to": today(), "file_name": "prisme.csv"}
    return partial(reconciliation.take_in, [line], columns={}, **fields, by=chief)


@race("budget.reconciliation.actions.take_in", held=1, off=2)
def test_a_file_that_two_take_in_at_once_is_compared_once(take_in, together, outcome):
    # By different profiles: of one profile the row is held, too.
    together(*[partial(take_in, profile_name=name) for name in ("Prisme", "Bank")])
    assert Difference.objects.filter(status="open").count() == outcome
