"""Two who act on an evaluation at the same moment, and what would happen without the lock."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.db import IntegrityError

from skolefleks.refusals import Refusal
from tests.conftest import YEAR
from tests.racing import at_once, race
from tests.visitation.evaluation.signing import freeze, mark, sign, write
from visitation.evaluation import actions, queries
from visitation.evaluation.rules import Period, Span
from visitation.models import Evaluation, EvaluationSignature, EvaluationVersion

THIS_YEAR = Period(Span.FISCAL, YEAR)

pytestmark = pytest.mark.django_db(transaction=True)


def signatures():
    return EvaluationSignature.objects.filter(taken_back_at=None).count()


def test_both_chiefs_at_once_sign_one_version(chair, chief, chief_bur, pools):
    write(THIS_YEAR, by=chair)
    read = mark(THIS_YEAR)
    both = [partial(actions.sign, THIS_YEAR, mark=read, by=one) for one in (chief, chief_bur)]
    answers = at_once(both)
    assert not any(isinstance(answer, Exception) for answer in answers)
    assert (EvaluationVersion.objects.count(), signatures()) == (1, 2)
    assert Evaluation.objects.get().status == "frozen"


def test_the_same_chief_twice_at_once_signs_once(chair, chief, pools):
    write(THIS_YEAR, by=chair)
    act = partial(actions.sign, THIS_YEAR, mark=mark(THIS_YEAR), by=chief)
    answers = at_once([act] * 4)
    assert sum(isinstance(answer, Refusal) for answer in answers) == 3
    assert (signatures(), EvaluationVersion.objects.count()) == (1, 0)


def write_and_sign_at_once(chair, chief):
    """The chair changes the text while the chief signs what they read."""
    write(THIS_YEAR, by=chair)
    change = partial(write, THIS_YEAR, by=chair, text="Ændret i sidste øjeblik.")
    act = partial(actions.sign, THIS_YEAR, mark=mark(THIS_YEAR), by=chief)
    at_once([change, act])
    evaluation = Evaluation.objects.get()
    return evaluation.status == "awaiting", evaluation.committee_text


def test_nobody_signs_a_text_that_changes_at_that_moment(chair, chief, pools):
    is_signed, text = write_and_sign_at_once(chair, chief)
    assert is_signed is not text.startswith("Ændret")


def unlocked(gate):
    """Reads the row and holds it not; both have read it before either goes on."""

    def read(evaluation):
        row = Evaluation.objects.filter(span=evaluation.span, year=evaluation.year).first()
        gate.wait(30)
        return row

    return read


def test_without_the_lock_both_chiefs_would_be_the_first(
    chair, chief, chief_bur, pools, monkeypatch
):
    write(THIS_YEAR, by=chair)
    read = mark(THIS_YEAR)
    monkeypatch.setattr(actions, "_hold", unlocked(threading.Barrier(2)))
    both = [partial(actions.sign, THIS_YEAR, mark=read, by=one) for one in (chief, chief_bur)]
    answers = at_once(both)
    assert sum(isinstance(answer, Exception) for answer in answers) == 1


def test_take_back_and_the_second_signature_at_once_leave_one_of_two(
    chair, chief, chief_bur, pools
):
    write(THIS_YEAR, by=chair)
    sign(THIS_YEAR, by=chief)
    read = mark(THIS_YEAR)
    at_once(
        [
            partial(actions.take_back, THIS_YEAR, by=chief),
            partial(actions.sign, THIS_YEAR, mark=read, by=chief_bur),
        ]
    )
    evaluation = queries.evaluation_of(THIS_YEAR)
    if evaluation.status == "frozen":
        assert (EvaluationVersion.objects.count(), signatures()) == (1, 2)
    else:
        # The second signature may also have become the first one.
        assert (evaluation.status, signatures()) in {("writing", 0), ("awaiting", 1)}


@race("visitation.evaluation.actions.print_papers", held=type(None), off=IntegrityError)
def test_a_version_that_two_workers_print_is_printed_once(
    chair, chief, chief_bur, pools, together, outcome
):
    version = freeze(THIS_YEAR, chair=chair, chiefs=(chief, chief_bur))
    act = partial(actions.print_papers, version.pk)
    _, answer = together(act, act)
    assert isinstance(answer, outcome)
