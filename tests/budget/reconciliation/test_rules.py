"""Which booked line is which instalment, and what each kind of difference is."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.reconciliation import rules
from budget.reconciliation.rules import Booked, Paid

RUN, CASE, ACCOUNT = "U-2026-0001", "SF-2026-0042", "XG-1"
FIRST = Paid(uuid.UUID(int=1), RUN, CASE, ACCOUNT, Decimal(49_402))


def booked(pk=1, **changes):
    return Booked(pk, RUN, CASE, ACCOUNT, Decimal(49_402))._replace(**changes)


def kinds(paid, lines):
    return [finding.kind for finding in rules.match(paid, lines).differences]


EACH_KIND = {
    "booked as it is": ([booked()], []),
    "by the run alone": ([booked(case_number="")], []),
    "by the case alone": ([booked(run_number="")], []),
    "not booked": ([], ["not_booked"]),
    "twice": ([booked(), booked(2)], ["twice"]),
    "another amount": ([booked(amount=Decimal("49402.50"))], ["amount"]),
    "another account": ([booked(account="XG-2")], ["account"]),
    "unknown": ([booked(), booked(2, run_number="U-2020-0001", case_number="")], ["unknown"]),
    "of another case": ([booked(case_number="SF-2026-0043")], ["not_booked", "unknown"]),
    "names nothing": ([booked(run_number="", case_number="")], ["not_booked", "unknown"]),
    "taken back": ([booked(), booked(2), booked(3, amount=Decimal(-49_402))], []),
}


@pytest.mark.parametrize("name", EACH_KIND)
def test_each_kind_of_difference_is_named(name):
    lines, expected = EACH_KIND[name]
    assert kinds([FIRST], lines) == expected


BACK = FIRST._replace(amount=Decimal(-49_402))
OTHER = FIRST._replace(pk=uuid.UUID(int=3))
CAME_BACK = {
    "neither way is booked": ([], []),
    "both ways": ([booked(), booked(2, amount=Decimal(-49_402))], []),
    "the way back by its run alone": (
        [booked(), booked(2, case_number="", amount=Decimal(-49_402))],
        [],
    ),
    "only the way out": ([booked()], ["not_booked"]),
}


@pytest.mark.parametrize("name", CAME_BACK)
def test_what_came_back_is_booked_both_ways_or_not_at_all(name):
    lines, expected = CAME_BACK[name]
    assert kinds([FIRST, BACK], lines) == expected


def test_one_that_stands_is_paired_before_an_equal_one_that_came_back():
    assert kinds([OTHER, FIRST, BACK], [booked()]) == []


def test_a_line_that_fits_exactly_is_not_taken_for_another_amount():
    second = FIRST._replace(pk=uuid.UUID(int=2), case_number="SF-2026-0043", amount=Decimal(1))
    lines = [booked(case_number=""), booked(2, case_number="", amount=Decimal(2))]
    [difference] = rules.match([second, FIRST], lines).differences
    assert (difference.kind, difference.instalment, difference.line) == ("amount", second.pk, 2)


def test_of_two_pupils_in_one_case_the_nearest_amount_is_meant():
    second = FIRST._replace(pk=uuid.UUID(int=2), amount=Decimal(53_436))
    [difference, missing] = rules.match(
        [FIRST, second], [booked(amount=Decimal(53_936))]
    ).differences
    assert (difference.kind, difference.instalment) == ("amount", second.pk)
    assert (missing.kind, missing.instalment) == ("not_booked", FIRST.pk)


@given(st.lists(st.tuples(st.sampled_from(["A", "B"]), st.integers(1, 3)), max_size=12), st.data())
def test_every_instalment_and_line_is_in_one_pair_or_one_difference(rows, data):
    paid = [
        Paid(uuid.UUID(int=n), RUN, "", account, Decimal(amount))
        for n, (account, amount) in enumerate(rows)
    ]
    chosen = data.draw(st.lists(st.sampled_from(paid), max_size=12)) if paid else []
    lines = [Booked(n, RUN, "", row.account, row.amount) for n, row in enumerate(chosen, start=1)]
    match = rules.match(paid, lines)
    told = [finding.line for finding in match.differences if finding.line]
    assert sorted(told + [line.pk for _, line in match.pairs]) == [line.pk for line in lines]


def test_the_numbers_are_read_out_of_any_text():
    text = "SkoleFleks U-2026-0007 / SF-2026-0042 Baltorp"
    assert rules.numbers_in(text) == ("U-2026-0007", "SF-2026-0042")
    assert rules.numbers_in("Løn") == ("", "")
