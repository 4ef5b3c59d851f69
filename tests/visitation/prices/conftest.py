"""One grant over New Year that an index of prices is proposed for and raises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.conftest import AFTER
from tests.scenes import kept
from visitation.models import Grant
from visitation.prices import actions, queries

PERCENT = Decimal("2.5")
DAY = date(AFTER, 1, 1)


@pytest.fixture
@kept
def running(released):
    """The one grant of the case: 215,000 a year over New Year of AFTER, known to the school."""
    return Grant.objects.select_related("decision").get()


@pytest.fixture
@kept
def index(running, chief):
    return propose(PERCENT, DAY, by=chief)


@pytest.fixture
@kept
def raised(index, chief_bur):
    approve(index, by=chief_bur)
    return Grant.objects.get()


def propose(percent, day, *, by):
    return actions.propose_index(percent, day, reason="Prisudvikling.", by=by)


def approve(index, *, by):
    """Approve what a preview shows now."""
    fingerprint = queries.preview(index.percent, index.from_on).fingerprint
    return actions.approve_index(index, fingerprint=fingerprint, by=by)
