"""Runs that are proposed at the same moment: each has a number of its own."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from django.db import IntegrityError

from budget.models import Instalment, PaymentRun
from budget.payments import actions as payments
from skolefleks.danish import today
from tests.racing import all_met, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owing(released, schools):
    """Two schools that owe 1,000 DKK each, and get no payments to set it off against."""
    row = Instalment.objects.order_by("due_on")[0]
    for name in ("Hedegårdsskolen", "Skovlunde Skole"):
        row.pk = uuid.uuid4()
        row.school = schools[name]
        row.amount = -1_000
        row.save(force_insert=True)
    return [schools["Hedegårdsskolen"], schools["Skovlunde Skole"]]


def collect_at_once(owing, chief, monkeypatch):
    """Ask both schools, each run having read the last number before either is stored."""
    all_met(monkeypatch, payments, "_next_number", people=2)
    return at_once([partial(payments.propose_collection, school, by=chief) for school in owing])


def test_two_runs_that_are_proposed_at_once_have_each_a_number(owing, chief, monkeypatch):
    collect_at_once(owing, chief, monkeypatch)
    numbers = {f"U-{today().year}-000{count}" for count in (1, 2)}
    assert set(PaymentRun.objects.values_list("number", flat=True)) == numbers


def test_without_the_lock_both_would_take_the_same_number(owing, chief, monkeypatch):
    monkeypatch.setattr(payments, "_wait_for_others", lambda: None)
    answers = collect_at_once(owing, chief, monkeypatch)
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1
