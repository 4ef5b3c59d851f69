"""An adviser invited to one case: on every address of every other case they are answered as if it
were not there.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import chain

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from applications.dialogue import actions as dialogue
from applications.models import DialogueEntry
from applications.submission import actions as submission
from applications.writing import actions as writing
from tests.conftest import YEAR
from tests.filling import fill
from tests.house.doors import key
from tests.house.test_permissions import names

NOT_THERE = f"SF-{YEAR}-9999"


@pytest.fixture
def invited(released, ppr, leader):
    """The one case that PPR is invited to, with something said in it."""
    writing.invite(released, adviser=ppr, by=leader)
    dialogue.write_entry(released, kind="message", text="Tak for sidst.", by=ppr)
    return released


@pytest.fixture
def others(schools, leader, other_leader, challenge):
    """One of each: at the same school and at another, a challenge, a draft, and one that the
    committee has.
    """
    own = fill(writing.start(school=schools["Baltorpskolen"], by=leader), "Cilla Dam", by=leader)
    foreign = fill(
        writing.start(school=schools["Hedegårdsskolen"], by=other_leader),
        "Eva Fog",
        by=other_leader,
    )
    submission.submit(foreign, by=other_leader)
    for case, by in ((challenge, leader), (own, leader), (foreign, other_leader)):
        dialogue.write_entry(case, kind="message", text="Hemmeligt.", by=by)
    return [challenge, own, foreign]


def about(case):
    """(name, address) of everything there is on a case; the parts in it are its own pupil's, or
    its own entry's.
    """
    entry, pupil = DialogueEntry.objects.filter(application=case).first(), case.pupil_cases.first()
    for name in names(get_resolver().url_patterns):
        part = entry if name.rpartition(":")[2] in {"correct", "share"} else pupil
        for more in ([], [part.pk]):
            with suppress(NoReverseMatch):
                yield name, reverse(name, args=[case.number, *more])


def answers(client, address):
    return [getattr(client, method)(address, key()).status_code for method in ("get", "post")]


def statuses(answered):
    """All that was answered, of any address in either way."""
    return list(chain.from_iterable(answered.values()))


def test_an_adviser_finds_no_case_but_the_one_they_are_invited_to(invited, others, ppr, client_for):
    client = client_for(ppr)
    opens = {name: answers(client, address) for name, address in about(invited)}
    assert len(opens) > 25
    assert sum(status in {200, 302, 422} for status in statuses(opens)) > 8
    nowhere = {
        name: answers(client, address.replace(others[0].number, NOT_THERE))
        for name, address in about(others[0])
    }
    for case in others:
        found = {name: answers(client, address) for name, address in about(case)}
        assert found == nowhere
        assert set(statuses(found)) == {403, 404, 405}
        assert {name for name in found if 200 in opens[name] and 404 not in found[name]} == set()


def test_a_part_of_another_case_is_not_found_under_the_own_number(invited, others, ppr, client_for):
    client = client_for(ppr)
    for case in others:
        under = {}
        for _, address in about(case):
            if address.count("-") > 4:
                moved = address.replace(case.number, invited.number)
                under[moved] = answers(client, moved)
        assert len(under) > 5
        assert set(statuses(under)) <= {403, 404, 405}


def test_after_the_invitation_the_other_case_is_found(invited, others, ppr, leader, client_for):
    """The negative control: it is the invitation that opens."""
    case = others[1]
    writing.invite(case, adviser=ppr, by=leader)
    client = client_for(ppr)
    opened = [name for name, address in about(case) if client.get(address).status_code == 200]
    assert {"case", "summary", "applications:dialogue", "applications:statement"} <= set(opened)
