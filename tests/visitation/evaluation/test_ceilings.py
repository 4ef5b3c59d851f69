"""How much an evaluation asks of the database, and how far a year that runs is counted."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from skolefleks.danish import today
from skolefleks.setup import trade
from tests.conftest import YEAR
from visitation.evaluation import queries
from visitation.evaluation.rules import Period, Span


def test_an_evaluation_takes_as_many_queries_with_40_efforts_as_with_none(caseload):
    period = Period(Span.FISCAL, YEAR)
    counts = []
    for number in (5, 40):
        caseload.make(number)
        # As in a request: the settings are read once.
        with trade.read_once(), CaptureQueriesContext(connection) as asked:
            queries.figures_now(period)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 26


def test_a_year_that_runs_is_counted_to_today(db):
    period = Period(Span.FISCAL, today().year)
    assert period.counted_on == today()
    assert queries.figures_now(period)["is_over"] is False
