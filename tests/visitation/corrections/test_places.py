"""A pupil counts one place in each fiscal year, however their grants are cut."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Sum

from budget.models import Posting
from tests.conftest import NEXT
from tests.deciding import released_grant, standing, wish_terms
from visitation.corrections import actions as corrections
from visitation.decisions.proof import of_the_plan

FEBRUARY = date(NEXT, 2, 1)


@pytest.mark.parametrize("tariff", [2, 200_000])
def test_days_that_round_to_nothing_hold_no_place(case, pools, chair, tariff):
    """A month at 2 DKK a year is 0 DKK: whoever follows has the place."""
    old = released_grant(case, wish_terms(tariff), by=chair)
    decision = standing(old.decision.pupil_case)
    later = wish_terms(starts_on=FEBRUARY)
    corrections.correct(decision, later, grounds="Rettet.", by=chair)
    assert Posting.objects.filter(pool=NEXT).aggregate(n=Sum("places"))["n"] == 1
    assert [check.difference for check in of_the_plan()] == ["", "", "", ""]
