"""What the tests of proposals begin with: a proposal, a transfer, and money that is committed."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from budget.books import actions as books
from budget.proposals import actions as proposals
from budget.tariff import by_fiscal_year
from tests.conftest import NEXT, YEAR
from tests.scenes import kept


@pytest.fixture
@kept
def proposed(pools, sources, chief):
    """100,000 DKK more for next year, proposed by the chief of C-SIK."""
    part = proposals.FrameYear(NEXT, sources[0])
    return proposals.propose_allocation(part, 100_000, reason="Flere elever.", by=chief)


@pytest.fixture
@kept
def carried(pools, sources, chief):
    """A million of this year carried over to the next, proposed by the chief of C-SIK."""
    giving = proposals.FrameYear(YEAR, sources[1])
    taking = proposals.FrameYear(NEXT, sources[1])
    return proposals.propose_transfer(
        giving, taking, 1_000_000, reason="Frit beløb føres over.", by=chief
    )


@pytest.fixture
@kept
def commitment(pools, schools, chair):
    """200,000 DKK of next year committed in Baltorp's district."""
    reference = uuid.uuid4()
    parts = by_fiscal_year(200_000, date(NEXT, 1, 1), date(NEXT, 12, 31))
    district = schools["Baltorpskolen"].district
    books.commit(reference, parts, district=district, by=chair, text="SF-2026-0001")
    return reference
