"""Three hundred efforts of all kinds, and a pool that is large enough for them."""

from __future__ import annotations

import pytest

from budget.books import actions as books
from tests.conftest import AFTER, NEXT, YEAR
from tests.visitation.evaluation.caseload import Caseload


@pytest.fixture
def wide_pools(sources, chief):
    """Pools of five years with 100 million DKK each."""
    for year in (YEAR - 3, YEAR - 2, YEAR - 1, YEAR, NEXT, AFTER):
        for source in sources:
            books.allocate(year=year, source=source, amount=50_000_000, by=chief)


@pytest.fixture
def caseload(schools, leader, wide_pools):
    return Caseload(schools, by=leader)


@pytest.fixture
def efforts(caseload):
    return caseload.make(300)
