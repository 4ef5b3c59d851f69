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
    from skolefleks.models import User
    from visitation.caseload.scene import Scene


# Days ago: before the first case there was.
BEFORE_THE_FIRST_CASE = 520


def plan_allocations(scene: Scene) -> None:
    """The start figures of four fiscal years, and an account for each school."""
    scene.plan(BEFORE_THE_FIRST_CASE, partial(_allocate, scene))


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


def _allocate(scene: Scene) -> None:
    chiefs = _chiefs(scene)
    funding = settings.BASE_DIR / "budget" / "data" / "funding.csv"
    lines = funding.read_text().splitlines()[1:]  # the first names the columns

    # From two school years ago to the year after next.
    this_year = scene.today.year
    for year in range(this_year - 1, this_year + 3):
        for line in lines:
            name, centre, amount = line.split(",")
            source = FundingSource.objects.get(name=name)
            books.allocate(
                year=year, source=source, amount=int(amount), by=chiefs[centre]
            )

    # Made up: no school's own account stands in the demo.
    for number, school in enumerate(School.objects.all(), start=1):
        account = f"XG-{number:010d}-00100"
        accounts.set_account(school, account, by=chiefs["C-SIK"])


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
