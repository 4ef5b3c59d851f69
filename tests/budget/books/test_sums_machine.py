"""Whatever the acts on the books are, the sums that the database keeps are the postings' own."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from budget.books import actions as books
from budget.models import Standing
from budget.tariff import NOTHING, by_fiscal_year
from skolefleks.models import District
from tests.budget.books.test_books import YEARS, differences
from tests.conftest import AFTER, YEAR


class Commitment(NamedTuple):
    """What is kept by hand of one reference; `amounts` is whole DKK by year."""

    district: District
    starts_on: date
    tariff: int
    amounts: dict


class Books(RuleBasedStateMachine):
    """Any sequence of acts, beside books kept with pen and paper."""

    cast: dict = {}

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.free = dict.fromkeys(YEARS, 5_000_000)
        self.put_in = {}
        for year in YEARS:
            self.put_in[year, 0] = self.put_in[year, 1] = 2_500_000
        self.commitments = {}  # reference: Commitment
        self.paid = defaultdict(int)  # (reference, year): whole DKK

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def try_to(self, act, refusal):
        """Do `act`, which is refused with `refusal` (None: done); whether it was done."""
        if refusal is None:
            act()
            return True
        with pytest.raises(refusal):
            act()
        return False

    @rule(
        year=st.sampled_from(YEARS),
        source=st.integers(0, 1),
        amount=st.integers(-6_000_000, 500_000).filter(bool),
    )
    def allocate(self, year, source, amount):
        refusal = None
        if self.put_in[year, source] + amount < 0:
            refusal = books.FrameEmpty
        if self.free[year] + amount < 0:
            refusal = books.Overdrawn

        def act():
            frame = self.cast["sources"][source]
            books.allocate(year=year, source=frame, amount=amount, by=self.cast["chief"])

        if self.try_to(act, refusal):
            self.free[year] += amount
            self.put_in[year, source] += amount

    @rule(
        tariff=st.integers(1_000, 1_000_000),
        starts_on=st.dates(date(YEAR, 1, 1), date(AFTER, 6, 30)),
        length=st.integers(1, 900),
        district=st.integers(0, 4),
    )
    def commit(self, tariff, starts_on, length, district):
        parts = by_fiscal_year(tariff, starts_on, starts_on + timedelta(days=length - 1))
        amounts = {year: part.amount for year, part in parts.items()}
        place = self.cast["districts"][district]
        reference = uuid.uuid4()

        refusal = None
        if any(amount > self.free.get(year, 0) for year, amount in amounts.items()):
            refusal = books.Overdrawn
        if amounts.keys() - self.free.keys():
            refusal = books.NoPool

        def act():
            books.commit(reference, parts, district=place, by=self.cast["chief"])

        if self.try_to(act, refusal):
            self.commitments[reference] = Commitment(place, starts_on, tariff, amounts)
            for year, amount in amounts.items():
                self.free[year] -= amount

    @precondition(lambda self: self.commitments)
    @rule(data=st.data(), days=st.integers(-1, 900))
    def end_early(self, data, days):
        reference = data.draw(st.sampled_from(sorted(self.commitments)))
        commitment = self.commitments[reference]
        last = commitment.starts_on + timedelta(days=days)
        keep = by_fiscal_year(commitment.tariff, commitment.starts_on, last)
        left = {}
        for year, amount in commitment.amounts.items():
            left[year] = min(amount, keep.get(year, NOTHING).amount)

        def act():
            books.release(reference, keep=keep, years=left.keys(), by=self.cast["chief"])

        if self.try_to(act, None):
            # What is paid beyond it is owed, and not free.
            for year, amount in commitment.amounts.items():
                paid = self.paid[reference, year]
                self.free[year] += max(amount, paid) - max(left[year], paid)
            self.commitments[reference] = commitment._replace(amounts=left)

    @precondition(lambda self: self.commitments)
    @rule(data=st.data(), amount=st.integers(1, 300_000))
    def pay(self, data, amount):
        reference = data.draw(st.sampled_from(sorted(self.commitments)))
        district, _, _, amounts = self.commitments[reference]
        year = data.draw(st.sampled_from(sorted(amounts)))

        refusal = None
        paid = self.paid[reference, year]
        if amount > max(amounts[year], paid) - paid:
            refusal = books.Overdrawn

        def act():
            chief = self.cast["chief"]
            books.pay(reference, year=year, amount=amount, district=district, by=chief)

        if self.try_to(act, refusal):
            self.paid[reference, year] += amount

    @invariant()
    def what_stands_is_what_the_postings_add_up_to(self):
        assert differences() == []
        assert Standing.objects.free(YEARS) == self.free
        assert min(self.free.values()) >= 0


def test_no_sequence_of_acts_makes_the_sums_and_the_postings_differ(pools, sources, chief):
    Books.cast = {"sources": sources, "chief": chief, "districts": list(District.objects.all())}
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=4,
            stateful_step_count=60,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
