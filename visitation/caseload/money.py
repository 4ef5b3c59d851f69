"""The demo's money: what the chiefs allocate before the first case, and what was paid since."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings

from budget.books import actions as books
from budget.models import FundingSource
from budget.payments import accounts, settling
from budget.payments import actions as payments
from skolefleks.calendar import banking_day_before
from skolefleks.models import School
from skolefleks.setup import trade

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skolefleks.models import User
    from visitation.caseload.scene import Scene


# Days ago: before the first case there was.
BEFORE_THE_FIRST_CASE = 520
# After the last meeting: whoever waited there for money of that year has it now.
THE_LAST_YEAR = 3


def plan_allocations(scene: Scene) -> None:
    """The start figures of the fiscal years, and an account for each school.

    The last year that anybody asks for has its money late: one pupil is put on
    the waiting list for it, and then it comes.
    """
    this_year = scene.today.year
    last_asked_for = scene.school_year + 2
    # From two school years ago to the year after next.
    years = range(this_year - 1, this_year + 3)
    early = [year for year in years if year != last_asked_for]
    scene.plan(BEFORE_THE_FIRST_CASE, partial(_begin, scene, early))
    scene.plan(THE_LAST_YEAR, partial(_allocate, scene, [last_asked_for]), hour=13)


def plan_payments(scene: Scene, proposer: User, approver: User) -> None:
    """What fell due up to now was paid on its day, proposed by one chief, approved by the other."""
    this_year = scene.today.year
    for year in (this_year - 1, this_year):
        for month in trade.now().payment_months:
            last_day = date(year, month, monthrange(year, month)[1])
            due_on = banking_day_before(last_day)
            # What falls due today is left to whoever tries the demo.
            if due_on < scene.today:
                scene.plan_on(due_on, partial(_pay, due_on, proposer, approver))


def _begin(scene: Scene, years: Iterable[int]) -> None:
    _allocate(scene, years)
    # Made up: no school's own account stands in the demo.
    chiefs = _chiefs(scene)
    for number, school in enumerate(School.objects.all(), start=1):
        account = f"XG-{number:010d}-00100"
        accounts.set_account(school, account, by=chiefs["C-SIK"])


def _allocate(scene: Scene, years: Iterable[int]) -> None:
    chiefs = _chiefs(scene)
    funding = settings.BASE_DIR / "budget" / "data" / "funding.csv"
    lines = funding.read_text().splitlines()[1:]  # the first names the columns

    for year in years:
        for line in lines:
            name, centre, amount = line.split(",")
            source = FundingSource.objects.get(name=name)
            books.allocate(
                year=year, source=source, amount=int(amount), by=chiefs[centre]
            )


def _pay(due_on: date, proposer: User, approver: User) -> None:
    # Two pairs of eyes: who proposes a payment does not approve it.
    try:
        run = payments.propose(until=due_on, by=proposer)
    except payments.NothingDue:
        return

    payments.approve(run, by=approver)
    payments.export(run, by=proposer)
    payments.mark_paid(run, on=due_on, by=proposer)
    settling.settle(run)


def _chiefs(scene: Scene) -> dict[str, User]:
    """The centre chiefs by the names of their centres."""
    return {
        "C-SIK": scene.person("centerchef.sik"),
        "C-BUR": scene.person("centerchef.bur"),
    }
