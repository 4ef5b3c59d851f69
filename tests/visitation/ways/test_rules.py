"""Who may decide how: the whole table, and when a round in writing is agreed to."""

from __future__ import annotations

import itertools

import pytest

from skolefleks.refusals import Refusal
from visitation.ways import rules
from visitation.ways.rules import Basis, Facts, Ground, RoundState, Way, What, basis_of

WRITTEN = Way(Basis.WRITTEN)
SLIP = Way(Basis.ALONE, Ground.SLIP, "Beløbet var skrevet forkert.")
URGENT = Way(Basis.ALONE, Ground.URGENT, "Eleven kan ikke vente.")
MOVED = Way(Basis.ALONE, Ground.MOVED, "Familien flytter.")
SILENT = Way(Basis.ALONE, Ground.URGENT, " ")

# What no form offers: at a meeting one says nothing of the way.
ODD = Way(Basis.MEETING)

WAYS = (None, WRITTEN, SLIP, URGENT, MOVED, SILENT, ODD)
COUNTING = (None, 0, 2, 3)
STATES = (None, *RoundState)
GROUNDS = ("slip", "urgent", "moved")
# Each ground settled or not.
SETTLED = [tuple(itertools.compress(GROUNDS, kept)) for kept in itertools.product((0, 1), repeat=3)]


def expected(way, facts, settled):
    """The same, said another way: on what basis, or None for refused."""
    if facts.counting is not None:
        is_enough = facts.counting >= 3 or facts.is_postponing
        return Basis.MEETING if way is None and is_enough else None
    if way is WRITTEN:
        is_this_agreed = facts.round_state is RoundState.AGREED and facts.round_proposes_it
        return Basis.WRITTEN if is_this_agreed else None
    is_on_its_way = facts.round_state in (RoundState.WAITING, RoundState.AGREED)
    if not facts.is_chair or is_on_its_way:
        return None
    may_mend = way is SLIP and facts.what is What.CORRECTION and "slip" in settled
    may_hurry = way is URGENT and "urgent" in settled
    may_move = way is MOVED and facts.what is What.MOVE and "moved" in settled
    return Basis.ALONE if may_mend or may_hurry or may_move else None


def reached(way, facts):
    try:
        return basis_of(way, facts)
    except Refusal:
        return None


@pytest.mark.parametrize("settled", SETTLED)
def test_who_may_decide_how_is_this_table_and_nothing_else(settled, settings):
    settings.CHAIR_ALONE = settled
    yes_or_no = (True, False)
    rows = itertools.product(WAYS, What, COUNTING, STATES, yes_or_no, yes_or_no, yes_or_no)
    seen = set()
    for way, *known in rows:
        facts = Facts(*known)
        seen.add(reached(way, facts))
        assert reached(way, facts) == expected(way, facts, settled), (way, facts)
    alone = {Basis.ALONE} if settled else set()
    assert seen == {None, Basis.MEETING, Basis.WRITTEN, *alone}


@pytest.mark.parametrize(
    ("agreed", "asked", "members", "is_past", "state"),
    [
        ("abc", False, "abcd", False, RoundState.WAITING),
        ("abcd", False, "abcd", False, RoundState.AGREED),
        ("abc", False, "abcd", True, RoundState.AGREED),
        ("ab", False, "abcd", True, RoundState.LAPSED),
        ("abcd", True, "abcde", True, RoundState.TO_MEETING),
        # Who left the committee or was disqualified since counts no more.
        ("abx", False, "abcd", True, RoundState.LAPSED),
        # All who are left have answered, and they are too few.
        ("ab", False, "ab", False, RoundState.WAITING),
    ],
)
def test_a_round_is_agreed_to_by_a_quorum_when_nobody_can_ask_for_a_meeting_any_more(
    agreed, asked, members, is_past, state
):
    reached = rules.state_of(
        agreed=list(agreed), asked_for_meeting=asked, members=list(members), is_past=is_past
    )
    assert reached == state
