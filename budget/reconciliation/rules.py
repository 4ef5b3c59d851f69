"""Which booked line is which instalment, and what the rest is. Pure; amounts are DKK."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from budget.models import Difference
from skolefleks.numbers import IN_TEXT

Kind = Difference.Kind

RUN_NUMBER = re.compile(r"\bU-\d{4}-\d{4,}\b")
CASE_NUMBER = IN_TEXT


class Paid(NamedTuple):
    """An instalment that these books say is paid.

    One that came back is there twice: as it was paid, and with the
    opposite amount.
    """

    pk: UUID
    run_number: str
    case_number: str
    account: str
    amount: Decimal


class Booked(NamedTuple):
    """A line that the finance system has booked; it may name the run, the case, both or neither."""

    pk: int
    run_number: str
    case_number: str
    account: str
    amount: Decimal


class Finding(NamedTuple):
    """A difference: of an instalment, a line, or both."""

    kind: Kind
    instalment: UUID | None
    line: int | None


@dataclass
class Match:
    """What fits, and what does not."""

    pairs: list[tuple[Paid, Booked]] = field(default_factory=list)
    differences: list[Finding] = field(default_factory=list)


def numbers_in(text: str) -> tuple[str, str]:
    """The numbers of the run and of the case that a text names; '' for none."""
    run = RUN_NUMBER.search(text)
    case = CASE_NUMBER.search(text)
    run_number = ""
    if run:
        run_number = run[0]
    case_number = ""
    if case:
        case_number = case[0]
    return run_number, case_number


def match(paid: Sequence[Paid], booked: Sequence[Booked]) -> Match:
    """Pair lines and instalments by run or case, account and amount; name what is left by kind.

    The strictest comes first: a line that fits one instalment exactly is
    never taken for another with a different amount.
    """
    result = Match()
    lines = without_cancelled(booked)
    rest = list(paid)

    rest, lines = _pair(rest, lines, _same_account_and_amount, result.pairs)
    lines = _name_repeated(result, lines)
    rest = without_unbooked_returns(rest)

    for kind, same in ((Kind.AMOUNT, _same_account), (Kind.ACCOUNT, _same_amount)):
        pairs: list[tuple[Paid, Booked]] = []
        rest, lines = _pair(rest, lines, same, pairs)
        for instalment, line in pairs:
            result.differences.append(Finding(kind, instalment.pk, line.pk))

    for instalment in rest:
        result.differences.append(Finding(Kind.NOT_BOOKED, instalment.pk, None))
    for line in lines:
        result.differences.append(Finding(Kind.UNKNOWN, None, line.pk))
    return result


def without_cancelled(booked: Sequence[Booked]) -> list[Booked]:
    """The lines without those that a line of the opposite amount takes back."""
    standing: dict[Hashable, list[Booked]] = defaultdict(list)
    for line in booked:
        opposite = standing[line._replace(pk=0, amount=-line.amount)]
        if opposite:
            opposite.pop()
        else:
            standing[line._replace(pk=0)].append(line)

    left = []
    for lines in standing.values():
        left.extend(lines)
    return sorted(left)


def without_unbooked_returns(rest: Sequence[Paid]) -> list[Paid]:
    """What is left, without an instalment that came back and is booked neither out nor in.

    Some finance systems book both, and some nothing where the bank did not
    pay: then both rows of the instalment are left here, and fit each other.
    """
    row_count = Counter(row.pk for row in rest)
    return [row for row in rest if row_count[row.pk] == 1]


Key = Callable[[Paid | Booked], Hashable]


def _same_account_and_amount(row: Paid | Booked) -> Hashable:
    return row.account, row.amount


def _same_account(row: Paid | Booked) -> Hashable:
    return row.account


def _same_amount(row: Paid | Booked) -> Hashable:
    return row.amount


def _run_and_case(row: Paid | Booked) -> Hashable:
    if row.run_number and row.case_number:
        return row.run_number, row.case_number
    return None


def _run(row: Paid | Booked) -> Hashable:
    return row.run_number or None


def _case(row: Paid | Booked) -> Hashable:
    return row.case_number or None


def _pair(
    paid: list[Paid],
    lines: list[Booked],
    same: Key,
    pairs: list[tuple[Paid, Booked]],
) -> tuple[list[Paid], list[Booked]]:
    """Pair what names the same and is the `same`; returns the instalments and lines that are left.

    A line that names both run and case goes before one that names the run
    alone, and that before one that names the case alone: it leaves less
    to choose.
    """
    for name_of in (_run_and_case, _run, _case):
        waiting: dict[Hashable, list[Paid]] = defaultdict(list)
        for instalment in paid:
            waiting[name_of(instalment), same(instalment)].append(instalment)

        left = []
        for line in lines:
            candidates = waiting[name_of(line), same(line)]
            # A line without the name is no instalment's that lacks it too.
            nearest = None
            if name_of(line) is not None:
                nearest = _nearest(candidates, line)
            if nearest is None:
                left.append(line)
            else:
                pairs.append((nearest, line))
                candidates.remove(nearest)
        lines = left
        # What is paired is no candidate for a line that names less. By
        # amount too: what came back is one instalment, both ways.
        paired = {(instalment.pk, instalment.amount) for instalment, _ in pairs}
        paid = [row for row in paid if (row.pk, row.amount) not in paired]
    return paid, lines


def _nearest(candidates: Sequence[Paid], line: Booked) -> Paid | None:
    """The one that names no other run or case than the line, and is nearest in amount.

    A case may have several pupils, and so several instalments in one run.
    """
    fitting = []
    for candidate in candidates:
        is_other_run = line.run_number not in {"", candidate.run_number}
        is_other_case = line.case_number not in {"", candidate.case_number}
        if not is_other_run and not is_other_case:
            fitting.append(candidate)

    def distance(candidate: Paid) -> Decimal:
        return abs(candidate.amount - line.amount)

    return min(fitting, key=distance, default=None)


def _name_repeated(result: Match, lines: Sequence[Booked]) -> list[Booked]:
    """Name the lines that say once more what a paired line said; returns the others."""
    # The number of a line is its own: without it, two lines that say the
    # same are equal.
    by_words = {line._replace(pk=0): instalment for instalment, line in result.pairs}
    left = []
    for line in lines:
        instalment = by_words.get(line._replace(pk=0))
        if instalment is None:
            left.append(line)
        else:
            result.differences.append(Finding(Kind.TWICE, instalment.pk, line.pk))
    return left
