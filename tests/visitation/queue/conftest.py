"""Five cases that wait, and a meeting."""

from __future__ import annotations

import pytest

from tests.conftest import many, plan_meeting


@pytest.fixture
def five(schools, leader):
    """Five submitted cases of one pupil each, the first submitted first."""
    pupil_cases = many(5, school=schools["Baltorpskolen"], by=leader)
    return [
        type(case).objects.select_related("application__school__district", "pupil").get(pk=case.pk)
        for case in pupil_cases
    ]


@pytest.fixture
def meeting(chair):
    return plan_meeting(by=chair)
