"""A paper that two workers examine at once."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import DatabaseError

from applications.models import Paper
from applications.papers import actions as papers
from tests.applications.papers.files import pdf
from tests.applications.papers.laying import wait
from tests.racing import race


@pytest.fixture
def waiting(draft, leader):
    return wait(draft, "Plan.pdf", pdf(), by=leader)


@race("applications.papers.actions._lock", held=type(None), off=DatabaseError)
def test_a_paper_that_two_refuse_at_once_is_refused_once(waiting, together, outcome):
    acts = [partial(papers.refuse_paper, Paper.objects.get(), "Tom.") for _ in range(2)]
    _, answer = together(*acts)
    assert isinstance(answer, outcome)
