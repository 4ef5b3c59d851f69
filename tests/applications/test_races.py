"""Two windows that save the same text, or a school that withdraws, at the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from applications.models import Application
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.refusals import NotPossible
from tests.applications.writing.desk import at, marked
from tests.conftest import terms
from tests.racing import race
from visitation.decisions import actions as decisions
from visitation.releases import actions as releases


def saving(client, url, post, **words):
    """The page as it is now, and what sends it with these words."""
    page = client.get(url)
    return lambda: post(client, url, marked(page, **words)).status_code


@race("applications.writing.frame.own_application", held=409, off=302)
def test_of_two_who_write_in_one_field_at_once_the_later_is_shown_both(
    draft, client_for, leader, staff, post, together, outcome
):
    url = at("cooperation", draft)
    acts = [
        saving(client_for(leader), url, post, ppr_setup="Lenes"),
        saving(client_for(staff), url, post, ppr_setup="Peders"),
    ]
    assert together(*acts) == [302, outcome]


@pytest.fixture
def statement(draft, ppr, leader):
    writing.invite(draft, adviser=ppr, by=leader)
    return at("statement", draft)


@race("applications.dialogue.views._case_invited_to", held=409, off=302)
def test_of_two_windows_of_one_adviser_the_later_is_shown_both(
    statement, client_for, ppr, post, together, outcome
):
    acts = []
    for words in ("I mit ene vindue.", "I mit andet."):
        acts.append(saving(client_for(ppr), statement, post, text=words, then="save"))
    assert together(*acts) == [302, outcome]


@race("applications.writing.actions.lock", held=NotPossible, off=type(None))
def test_a_case_with_a_grant_that_is_made_known_meanwhile_is_not_withdrawn(
    case, pools, leader, chair, together, outcome
):
    application = case.application
    decisions.grant(case, terms(), grounds="Behov.", by=chair)
    # Not closed by the release: its other pupil is put off.
    decisions.postpone(application.pupil_cases.all()[1], grounds="For lidt.", by=chair)

    seen_by_school = Application.objects.get(pk=application.pk)
    release = partial(releases.release, application, by=chair)
    withdraw = partial(submission.withdraw, seen_by_school, reason="Flyttet.", by=leader)
    [_, answer] = together(release, withdraw)
    assert type(answer) is outcome
