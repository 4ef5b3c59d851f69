"""A committee of the chair and three members, who have to say how they decide."""

from __future__ import annotations

import pytest

from tests.meetings import members

DECISION = {
    "outcome": "granted",
    "tariff": "200.000",
    "weight": "3",
    "starts_on": "",
    "ends_on": "",
    "grounds": "Eleven har brug for en fast voksen.",
}


@pytest.fixture(autouse=True)
def _strict(nothing_is_said):
    """Nobody decides without saying how."""


@pytest.fixture
def three(person):
    return members(person)


@pytest.fixture
def decision_form(case):
    """What the decision page sends: what the school applied for."""
    days = {"starts_on": case.starts_on, "ends_on": case.ends_on}
    return {**DECISION, **{name: f"{day:%d.%m.%Y}" for name, day in days.items()}}
