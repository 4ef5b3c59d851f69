"""What the proofs begin with: books with runs, a proposal that waits, and a head that is kept."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.db import connection

from budget.accounts import actions as accounts
from budget.closing import actions as closing
from budget.closing import rules as closing_rules
from budget.payments import actions as payments
from budget.proposals import actions as proposals
from skolefleks.operations import heads
from tests.budget.books.test_proof import books, pay_what_is_due
from tests.conftest import NEXT, YEAR, many, terms
from tests.deciding import released_grant
from tests.scenes import kept
from visitation.corrections import actions as corrections

__all__ = ("books",)


@pytest.fixture
def head_file(settings, tmp_path):
    settings.TRAIL_HEAD_FILE = str(tmp_path / "heads" / "trail_heads.jsonl")
    return tmp_path / "heads" / "trail_heads.jsonl"


@pytest.fixture
@kept
def owing(books, schools, leader, chair, chief, chief_bur):
    """A grant that was paid and then made smaller: some is carried on, the rest collected."""
    school = schools["Baltorpskolen"]
    [pupil_case] = many(1, school=school, by=leader, first=9_000)
    grant = released_grant(pupil_case, terms(240_000), by=chair)
    pay_what_is_due(chief, chief_bur)
    smaller = terms(60_000, date(NEXT, 3, 1), date(NEXT, 12, 31))
    corrections.correct(grant.decision, smaller, grounds="Mindre.", by=chair)

    run = payments.propose_collection(school, by=chief)
    payments.approve(run, by=chief_bur)
    payments.export(run, by=chief)
    return run


@pytest.fixture
@kept
def closed(books, sources, chief, chief_bur):
    """A year that is over and closed: one frame's money carried over, the other's given back."""
    with time_machine.travel(f"{NEXT}-01-15 12:00", tick=False):
        choices = {sources[0]: closing_rules.CARRY, sources[1]: closing_rules.GIVE_BACK}
        proposal = closing.propose_closing(YEAR, choices, reason="Gået.", by=chief)
        proposals.approve(proposal, by=chief_bur)
    return proposal


@pytest.fixture
def whole(books, owing, closed, head_file, schools, sources, chief, chief_bur):
    """The books with one of each, a run and a proposal that wait; the head kept last."""
    change = (schools["Baltorpskolen"], "XG-0000000001-00100")
    proposal = accounts.propose_accounts([change], reason="Ny bank.", by=chief)
    proposals.approve(proposal, by=chief_bur)
    payments.propose(until=date(NEXT, 12, 31), by=chief, reason="Alt.")
    frame = proposals.FrameYear(NEXT, sources[0])
    proposals.propose_allocation(frame, 700_000, reason="Behov.", by=chief)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    heads.keep()
    return books
