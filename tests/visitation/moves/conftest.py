"""An effort that runs, and its move from Baltorpskolen to Hedegårdsskolen in the spring."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import NEXT
from tests.visitation.amendments.conftest import ask, begun, effort  # noqa: F401
from visitation.moves import actions

LAST_DAY = date(NEXT, 3, 31)


@pytest.fixture
def move(effort, schools, chair):  # noqa: F811
    """Moves the effort; the effort at the new school."""

    def to(school="Hedegårdsskolen", last_day=LAST_DAY, by=chair):
        where = {"school": schools[school], "last_day": last_day}
        return actions.move_to_school(effort, **where, grounds="Familien flytter.", by=by)

    return to
