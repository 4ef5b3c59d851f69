"""What makes an item for the committee, and who hears of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from applications.models import PupilCase
from budget.tariff import Later
from skolefleks.models import Notice
from tests.conftest import AFTER, many, terms
from tests.deciding import released_grant
from tests.meetings import tell
from tests.visitation.amendments.test_actions import down
from tests.visitation.prices.conftest import approve, propose
from visitation.amendments import actions, writing
from visitation.followups import actions as followups
from visitation.models import Amendment, Decision, Grant, StatusReport
from visitation.outlook import queries as outlook
from visitation.prices import queries as prices

EXTENSION = writing.Extension(
    "Fremmødet.", "Læsningen.", "Ny klasse.", date(AFTER, 12, 31), 150_000
)


@pytest.fixture
def held(effort, leader):
    """A follow-up that was held, its report handed in."""
    window = effort.windows.first()
    window.effort = effort
    with time_machine.travel(window.opens_on, tick=False):
        report = StatusReport(window=window, carried_out="Som planlagt.", progress="Fremad.")
        followups.hand_in_report(report, by=leader)
        day = window.opens_on
        followups.hold(window, held_on=day, present=["pupil"], also_present="", by=leader)
        yield window


@pytest.mark.parametrize(
    ("outcome", "kind", "status"),
    [
        ("step_down", "step_down", "waiting"),
        ("stop", "stop", "waiting"),
        ("extend", "extend", "draft"),
    ],
)
def test_an_outcome_that_changes_the_grant_is_laid_before_the_committee(
    outcome, kind, status, held, leader
):
    followups.settle(held, outcome=outcome, grounds="Det går godt.", by=leader)
    amendment = Amendment.objects.get()
    assert (amendment.kind, amendment.status, amendment.window) == (kind, status, held)


def test_a_correction_is_the_schools_own_unless_money_changes_with_it(held, leader):
    followups.settle(held, outcome="change", grounds="Andre timer.", by=leader)
    assert not Amendment.objects.exists()


def test_a_correction_with_money_is_laid_before_the_committee(held, leader):
    followups.settle(held, outcome="change", grounds="Andre timer.", asks_committee=True, by=leader)
    assert Amendment.objects.get().kind == "change"


def test_the_newest_follow_up_counts(held, leader, ask):
    earlier = ask("change")
    followups.settle(held, outcome="stop", grounds="Virker ikke.", by=leader)
    earlier.refresh_from_db()
    assert earlier.status == "withdrawn"
    assert Amendment.objects.waiting().get().kind == "stop"


def test_chair_and_school_hear_of_it(effort, leader, chair):
    amendment = writing.send_extension(effort, EXTENSION, by=leader)
    tell()
    assert Notice.objects.filter(user=chair, path=amendment.get_absolute_url()).exists()
    longer = terms(150_000, date(AFTER, 8, 1), date(AFTER, 12, 31))
    actions.regrant(amendment, Decision.Outcome.EXTENDED, longer, grounds="Ja.", by=chair)
    tell()
    assert Notice.objects.filter(user=leader, topic="amendment.decided").exists()


def test_an_extension_holds_its_place_in_the_forecast(effort, leader):
    horizon = date(AFTER, 12, 31)
    assert outlook.queue(horizon) == []
    writing.send_extension(effort, EXTENSION, by=leader)
    [stream] = outlook.queue(horizon)
    assert (stream.tariff, stream.starts_on) == (150_000, date(AFTER, 8, 1))
    # It is counted once.
    assert outlook.extensions(horizon) == []


def test_an_index_raises_a_stepped_grant_up_to_its_step(ask, chair, chief, chief_bur):
    down(ask(), by=chair)
    approve(propose(Decimal(10), date(AFTER, 2, 1), by=chief), by=chief_bur)
    grant = Grant.objects.get(tariff=120_000)
    assert grant.later == [Later(date(AFTER, 2, 1), 132_000), Later(date(AFTER, 4, 1), 60_000)]


def test_an_index_from_the_day_of_a_step_leaves_it_alone(ask, chair, chief):
    down(ask(), by=chair)
    preview = prices.preview(Decimal(10), date(AFTER, 4, 1))
    assert preview.lines == []


def test_a_grant_that_goes_on_does_not_ask_for_its_conditions_twice(ask, effort, chair):
    amendment = ask("change")
    row = terms(200_000, date(AFTER, 1, 1), date(AFTER, 7, 31))
    first = type(row)(**{**vars(row), "conditions": "Møde hver uge.\nFast voksen."})
    actions.regrant(amendment, Decision.Outcome.CHANGED, first, grounds="Ret.", by=chair)
    again = type(row)(**{**vars(first), "starts_on": date(AFTER, 3, 1)})
    actions.regrant(ask("change"), Decision.Outcome.CHANGED, again, grounds="Ret.", by=chair)
    texts = [condition.text for condition in effort.conditions.all()]
    assert sorted(texts) == ["Fast voksen.", "Møde hver uge."]


def test_what_is_asked_is_asked_of_the_last_grant(ask, effort, leader, chair):
    amendment = ask()
    [later] = many(1, school=effort.school, by=leader)
    PupilCase.objects.filter(pk=later.pk).update(pupil=effort.pupil)
    later.refresh_from_db()
    row = terms(150_000, date(AFTER, 8, 1), date(AFTER, 12, 31))
    released_grant(later, row, by=chair)
    amendment.refresh_from_db()
    assert amendment.pupil_case == later
