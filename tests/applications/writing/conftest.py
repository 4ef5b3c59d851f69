"""Who writes, and what on."""

from __future__ import annotations

import pytest

from applications.models import TriedMeasure
from applications.writing import actions as writing
from tests.scenes import beside, kept


@pytest.fixture
@beside
def desk(client_for, leader):
    return client_for(leader)


@pytest.fixture
@beside
def desk_of_staff(client_for, staff):
    return client_for(staff)


@pytest.fixture
@kept
def pupil_case(draft):
    """The first pupil of the draft."""
    return draft.pupil_cases.select_related("application", "pupil").first()


@pytest.fixture
@kept
def three(draft, leader):
    """A draft with three measures that were tried: A, B and C."""
    rows = [TriedMeasure(what=name, outcome="Ro") for name in "ABC"]
    writing.write(
        draft,
        fields=[],
        step="environment",
        by=leader,
        measures=rows,
        removed=list(draft.tried_measures.all()),
    )
    return draft
