"""Grants in the districts, and the figures of day treatment."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.core.management import call_command

from budget.books import actions as books
from budget.tariff import by_fiscal_year
from tests.conftest import NEXT, YEAR
from tests.scenes import beside, kept


@pytest.fixture
@beside
def commit(pools, schools, chair):
    """Commit the grants of `count` pupils in a school's district, 1 March to July next year."""

    def commit_grants(school, count=1, tariff=200_000):
        district = schools[school].district
        parts = by_fiscal_year(tariff, date(YEAR, 3, 1), date(NEXT, 7, 31))
        references = [uuid.uuid4() for _ in range(count)]
        for reference in references:
            books.commit(reference, parts, district=district, by=chair, text="SF-0001")
        return references

    return commit_grants


@pytest.fixture
@kept
def caseload(commit, schools, chief, chair):
    """Grants in all five districts, some paid in part, one ended early."""
    for number, school in enumerate(schools):
        tariff = 180_000 + 7_001 * number
        district = schools[school].district
        first, second, *_ = commit(school, 3 + number, tariff=tariff)

        amount = 40_001 + number
        books.pay(first, year=YEAR, amount=amount, district=district, by=chief)
        keep = by_fiscal_year(tariff, date(YEAR, 3, 1), date(YEAR, 10, 9))
        books.release(second, keep=keep, years=[YEAR, NEXT], by=chair)


@pytest.fixture
@kept
def figures(schools):
    call_command("load_figures", verbosity=0)
