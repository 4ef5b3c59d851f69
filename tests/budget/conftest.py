"""Enough grants that a figure which is nearly right is seen to be wrong."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from budget.books import actions as books
from budget.models import FundingSource
from budget.tariff import by_fiscal_year
from tests.conftest import NEXT, YEAR

GRANTS = 500


@pytest.fixture
def five_hundred_grants(make_grants):
    make_grants(GRANTS)


@pytest.fixture
def fifty_grants(make_grants):
    """Of all kinds too, and enough to see that a wrong figure is noticed."""
    make_grants(50)


@pytest.fixture
def make_grants(pools, schools, chair, chief, settings):
    """Grants of many sizes in five districts, and the figures of day treatment beside them.

    Every 7th is paid in part, every 11th cut short within its first year. The books alone know
    them: no floor above is asked how many pupils run.
    """
    settings.POOL_OUTLOOK = ""
    for source in FundingSource.objects.all():
        for year in (YEAR, NEXT):
            books.allocate(year=year, source=source, amount=60_000_000, by=chief)

    def grant(number):
        reference = uuid.uuid4()
        district = districts[number % 5]
        tariff = 90_001 + 331 * number
        starts_on = date(YEAR, 1, 1) + timedelta(days=number % 200)

        cost = by_fiscal_year(tariff, starts_on, date(NEXT, 7, 31))
        books.commit(reference, cost, district=district, by=chair)
        if number % 7 == 0:
            amount = 1_003 + number
            books.pay(reference, year=YEAR, amount=amount, district=district, by=chief)
        if number % 11 == 0:
            shorter = by_fiscal_year(tariff, starts_on, starts_on + timedelta(days=90))
            books.release(reference, keep=shorter, years=[YEAR, NEXT], by=chair)

    districts = [school.district for school in schools.values()]
    call_command("load_figures", verbosity=0)
    return lambda count: [grant(number) for number in range(count)]
