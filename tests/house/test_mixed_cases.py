"""Under one case's number nothing of another case is found or done, whatever id follows it."""

from __future__ import annotations

import re

import pytest

from tests.conftest import many
from tests.house.test_fuzz import counted
from tests.house.test_surfaces import (  # noqa: F401  the caseload and who is out of it
    CASE,
    INNER,
    PROVISIONAL,
    RELEASED,
    addresses_of,
    cases,
    others,
    out,
)
from tests.surfaces import squeezed, text_in

# Some six hundred requests.
pytestmark = pytest.mark.long

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")

SAID = {"text": "x", "confirmed": "1", "answer": "agree", "grounds": "x", "then": "send"}


@pytest.fixture
def own(schools, other_leader, pools, cases):  # noqa: F811
    """A case of another school, whose leader may do all there is to do with it."""
    [pupil] = many(1, school=schools["Hedegårdsskolen"], by=other_leader, first=6001)
    return pupil.application


def mixed(cases, own):  # noqa: F811
    """Each address of these cases that names a thing of theirs, with the other's number."""
    for case in cases:
        for path in filter(UUID.search, addresses_of(case, pupils=2)):
            if case.number in path:
                yield path.replace(case.number, own.number)


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_another_cases_ids_under_ones_own_number_are_not_there(
    status,
    cases,  # noqa: F811
    own,
    other_leader,
    client_for,
    post,
):
    type(own).objects.filter(pk=own.pk).update(status=status)
    client, before = client_for(other_leader), counted()
    hidden = [squeezed(word) for word in (*CASE, *INNER, *PROVISIONAL, *RELEASED)]
    for path in mixed(cases, own):
        for answer in (client.get(path), post(client, path, SAID)):
            assert answer.status_code in {403, 404, 405}, path
            assert not [word for word in hidden if word in text_in(answer)], path
        assert counted() == before, path
