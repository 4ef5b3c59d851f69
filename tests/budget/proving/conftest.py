"""What the proofs begin with: books with runs, a proposal that waits, and a head that is kept."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from budget.payments import actions as payments
from budget.proposals import actions as proposals
from skolefleks.operations import heads
from tests.budget.books.test_proof import books
from tests.conftest import NEXT

__all__ = ("books",)


@pytest.fixture
def head_file(settings, tmp_path):
    settings.TRAIL_HEAD_FILE = str(tmp_path / "heads" / "trail_heads.jsonl")
    return tmp_path / "heads" / "trail_heads.jsonl"


@pytest.fixture
def whole(books, head_file, schools, sources, chief, chief_bur):
    """The books, a school's account, a run and a proposal that wait; the head kept last."""
    payments.set_account(schools["Baltorpskolen"], "XG-0000000001-00100", by=chief)
    payments.propose(until=date(NEXT, 12, 31), by=chief)
    frame = proposals.FrameYear(NEXT, sources[0])
    proposals.propose_allocation(frame, 700_000, reason="Behov.", by=chief)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    heads.keep()
    return books
