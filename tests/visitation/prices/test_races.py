"""A grant that is made known while an index raises it."""

from __future__ import annotations

from functools import partial

import pytest
from django.db.models import Sum

from budget.models import Instalment
from tests.conftest import AFTER
from tests.racing import race
from tests.visitation.prices.conftest import DAY, PERCENT, approve, propose
from tests.visitation.prices.test_price_index import COST, RAISED
from visitation.releases import actions as releases


@pytest.fixture
def index_of_unknown(provisional, chief):
    return propose(PERCENT, DAY, by=chief)


@race(
    "visitation.prices.actions.lock_applications", held=RAISED[AFTER].amount, off=COST[AFTER].amount
)
def test_what_is_made_known_at_that_moment_is_raised_too(
    index_of_unknown, provisional, chair, chief_bur, together, outcome
):
    release = partial(releases.release, provisional, by=chair)
    together(release, partial(approve, index_of_unknown, by=chief_bur))
    planned = Instalment.objects.counting().filter(pool=AFTER)
    assert planned.aggregate(sum=Sum("amount"))["sum"] == outcome
