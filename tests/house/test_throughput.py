"""How many decisions a second stand when eight decide at once, and that the books are right
afterwards.
"""

from __future__ import annotations

import time
from functools import partial

import pytest

from budget.models import Standing
from skolefleks import audit
from tests.conftest import NEXT, many
from tests.deciding import wish_terms
from tests.racing import at_once
from visitation.decisions import actions as decisions
from visitation.decisions.proof import of_the_grants
from visitation.models import Grant

CLIENTS, EACH = 8, 5


def decide(mine, *, by):
    for case in mine:
        decisions.grant(case, wish_terms(), grounds="Behov.", by=by)


@pytest.mark.django_db(transaction=True)
def test_eight_who_decide_at_once_do_not_hold_each_other_up(pools, schools, leader, chair, capsys):
    cases = many(CLIENTS * EACH, school=schools["Baltorpskolen"], by=leader)
    began = time.perf_counter()
    answers = at_once(
        [partial(decide, cases[client::CLIENTS], by=chair) for client in range(CLIENTS)]
    )
    rate = len(cases) / (time.perf_counter() - began)
    with capsys.disabled():
        print(f"\n{rate:.0f} decisions a second stood under {CLIENTS} clients")
    assert (answers, Grant.objects.count()) == ([None] * CLIENTS, len(cases))
    assert [check.difference for check in of_the_grants()] == [""]
    assert Standing.objects.free([NEXT])[NEXT] == 5_000_000 - sum(
        granted.cost for granted in Grant.objects.all()
    )
    assert audit.verify().is_intact
