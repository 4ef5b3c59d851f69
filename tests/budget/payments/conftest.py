"""What the tests of payments begin with: a grant, and a run at each stage of its life."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from budget.payments import actions as payments
from budget.payments import settling
from budget.tariff import by_fiscal_year
from skolefleks.calendar import banking_day_after, banking_day_before
from skolefleks.danish import today
from tests.conftest import NEXT
from tests.scenes import kept
from visitation.models import Grant

IN_APRIL = f"{banking_day_after(date(NEXT, 4, 1))} 12:00"
SPRING = banking_day_before(date(NEXT, 3, 31))
FIRST_QUARTER = by_fiscal_year(215_000, date(NEXT, 1, 1), date(NEXT, 3, 31))[NEXT].amount


@pytest.fixture
@kept
def grant(released, granted):
    """215,000 DKK a year from New Year, nineteen months: seven quarters."""
    joined = Grant.objects.select_related("decision__pupil_case__application", "district")
    return joined.get(pk=granted.pk)


@pytest.fixture
def spring(grant):
    """The first of April: the first quarter is due."""
    with time_machine.travel(IN_APRIL, tick=False):
        yield grant


@pytest.fixture
def proposed(spring, chief):
    return payments.propose(until=SPRING, by=chief)


@pytest.fixture
def approved(proposed, chief_bur):
    payments.approve(proposed, by=chief_bur)
    return proposed


@pytest.fixture
def exported(approved, chief):
    payments.export(approved, by=chief)
    return approved


@pytest.fixture
def paid(exported, chief_bur):
    payments.mark_paid(exported, on=today(), by=chief_bur)
    settling.settle(exported)
    exported.refresh_from_db()
    return exported
