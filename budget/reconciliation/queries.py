"""How far the books are reconciled, what differs, and each month's budget beside what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import Exists, Max, Min, OuterRef, Sum
from django.db.models.functions import ExtractMonth, ExtractYear

from budget.lifecycle import InstalmentStatus, ProposalStatus
from budget.models import (
    BookedImport,
    BookedLine,
    Difference,
    Instalment,
    ReturnLine,
)
from budget.reconciliation import rules
from skolefleks.danish import day

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from django.db.models import QuerySet


MONTHS = (
    "Januar",
    "Februar",
    "Marts",
    "April",
    "Maj",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "December",
)


class Standing(NamedTuple):
    """The last day that a file covers, and how many differences are open."""

    reconciled_to: date | None
    open_count: int

    @property
    def sentence(self) -> str:
        """`Afstemt til 31. oktober 2026, 2 forskelle`."""
        if self.reconciled_to is None:
            return "Endnu ikke afstemt med økonomisystemet"
        count = "ingen forskelle"
        if self.open_count == 1:
            count = "1 forskel"
        elif self.open_count:
            count = f"{self.open_count} forskelle"
        return f"Afstemt til {day(self.reconciled_to)}, {count}"


# Two sums in one question: the dashboard asks it too, and counts its queries.
_STANDING = """
    SELECT
        (SELECT max(covers_to) FROM budget_bookedimport),
        (SELECT count(*) FROM budget_difference WHERE status = 'open')
"""


def standing() -> Standing:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        return Standing(*cursor.fetchone())


def lines_in_force() -> QuerySet[BookedLine]:
    """Each day's lines as the newest file that covers the day has them."""
    newer = BookedImport.objects.filter(
        covers_from__lte=OuterRef("booked_on"),
        covers_to__gte=OuterRef("booked_on"),
        made_at__gt=OuterRef("booked_import__made_at"),
    )
    return BookedLine.objects.filter(~Exists(newer))


def booked_lines() -> list[rules.Booked]:
    lines = lines_in_force().order_by("booked_on", "pk")
    columns = ("pk", "run_number", "case_number", "account", "amount")
    return [rules.Booked(*row) for row in lines.values_list(*columns)]


def paid_instalments() -> list[rules.Paid]:
    """The instalments that are paid on the days that the files cover, and what came back.

    What came back stands last: an equal one that stands is paired before it. Three queries.
    """
    days = BookedImport.objects.aggregate(
        first=Min("covers_from"), last=Max("covers_to")
    )
    if days["last"] is None:
        return []
    covered = (days["first"], days["last"])

    paid = Instalment.objects.filter(status=InstalmentStatus.PAID)
    rows = paid.standing().filter(paid_on__range=covered).select_related("run")
    instalments = [_as_paid(row, row.amount) for row in rows.order_by("pk")]

    for row, came_back_on in _came_back():
        # What the bank never paid has no day of its own: it is booked both ways or not at all.
        if row.paid_on is None or covered[0] <= row.paid_on <= covered[1]:
            instalments.append(_as_paid(row, row.amount))
        if row.paid_on is None or covered[0] <= came_back_on <= covered[1]:
            instalments.append(_as_paid(row, -row.amount))
    return instalments


def _came_back() -> list[tuple[Instalment, date]]:
    """The instalments that are with us again, with the day. One query."""
    agreed = ReturnLine.objects.filter(
        payment_return__proposal__status=ProposalStatus.APPROVED
    )
    agreed = agreed.exclude(instalment__in=Instalment.objects.standing())
    days = {}
    for line in agreed.select_related("payment_return", "instalment__run"):
        days[line.instalment] = line.payment_return.returned_on
    return sorted(days.items(), key=lambda pair: pair[0].pk)


def _as_paid(instalment: Instalment, amount: int) -> rules.Paid:
    run_number = ""
    if instalment.run:
        run_number = instalment.run.number
    # A text is the case's number, and perhaps more.
    _, case_number = rules.numbers_in(instalment.text)
    return rules.Paid(
        instalment.pk, run_number, case_number, instalment.account, Decimal(amount)
    )


def said_by(line: BookedLine) -> Hashable:
    """What a line says, in whichever file: the same line in a newer file is the same difference."""
    return (
        line.booked_on,
        line.amount,
        line.account,
        line.run_number,
        line.case_number,
        line.voucher,
    )


def differences(status: str) -> QuerySet[Difference]:
    """With what they are about; the oldest first."""
    rows = Difference.objects.filter(status=status)
    return rows.select_related("instalment__run", "line", "settled_by")


@dataclass
class Month:
    """A month's money, whole DKK; `booked` is the finance system's, None where no file is."""

    name: str
    planned: int = 0
    paid: int = 0
    paid_year_before: int = 0
    booked: int | None = None

    def count_paid(self, amount: int, *, is_this: bool) -> None:
        """Add to what is paid in the month of this year, or of the one before."""
        if is_this:
            self.paid += amount
        else:
            self.paid_year_before += amount

    @property
    def difference(self) -> int | None:
        if self.booked is None:
            return None
        return self.booked - self.paid


def months_of(year: int) -> list[Month]:
    """The twelve months of a calendar year. Five queries.

    What came back is taken off in the month it came back in.
    """
    months = [Month(name) for name in MONTHS]

    due = Instalment.objects.counting().filter(due_on__year=year)
    for row in _by_month(due, "due_on"):
        months[row["month"] - 1].planned = row["sum"]

    of_two_years = Instalment.objects.filter(
        status=InstalmentStatus.PAID, paid_on__year__in=(year - 1, year)
    )
    for row in _by_month(of_two_years, "paid_on"):
        months[row["month"] - 1].count_paid(row["sum"], is_this=row["year"] == year)
    for instalment, came_back_on in _came_back():
        # What the bank never paid was never counted.
        if instalment.paid_on and came_back_on.year in {year - 1, year}:
            month = months[came_back_on.month - 1]
            month.count_paid(-instalment.amount, is_this=came_back_on.year == year)

    sums = {
        row["month"]: row["sum"] for row in _by_month(_booked_in(year), "booked_on")
    }
    for number in _covered_months(year):
        months[number - 1].booked = round(sums.get(number, Decimal(0)))
    return months


def total_of(months: Sequence[Month]) -> Month:
    """What is booked in a year is only a total where a file covers every month up to now."""
    amounts = [month.booked for month in months if month.booked is not None]
    total = Month(
        "I alt",
        planned=sum(month.planned for month in months),
        paid=sum(month.paid for month in months),
        paid_year_before=sum(month.paid_year_before for month in months),
    )
    is_gap = any(month.paid and month.booked is None for month in months)
    # A sum of ten months beside what was paid in twelve would look like a difference.
    if amounts and not is_gap:
        total.booked = sum(amounts)
    return total


def _booked_in(year: int) -> QuerySet[BookedLine]:
    return lines_in_force().filter(booked_on__year=year)


def _by_month(rows: QuerySet, day_field: str) -> list[dict]:  # type: ignore[type-arg]
    grouped = rows.order_by().annotate(
        year=ExtractYear(day_field), month=ExtractMonth(day_field)
    )
    return list(grouped.values("year", "month").annotate(sum=Sum("amount")))


def _covered_months(year: int) -> set[int]:
    """The months of which a file covers at least a day."""
    covered = set()
    imports = BookedImport.objects.filter(
        covers_from__year__lte=year, covers_to__year__gte=year
    )
    for first, last in imports.values_list("covers_from", "covers_to"):
        start = max(first, date(year, 1, 1)).month
        end = min(last, date(year, 12, 31)).month
        covered |= set(range(start, end + 1))
    return covered


def years() -> list[int]:
    """The calendar years in which something is due or paid."""
    due = (
        Instalment.objects.counting().order_by().values_list("due_on__year", flat=True)
    )
    return sorted(set(due.distinct()))


def imports() -> QuerySet[BookedImport]:
    return BookedImport.objects.select_related("made_by", "profile")
