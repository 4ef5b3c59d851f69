"""A pupil changes school while the effort runs: money, rights, what comes along, who is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from budget.models import Instalment
from budget.tariff import Later, cost
from skolefleks.danish import kr
from skolefleks.models import Notice
from skolefleks.refusals import Overtaken, Refusal
from tests.conftest import AFTER, NEXT, text_of
from tests.deciding import deliver
from tests.house.test_ceilings import asked
from tests.visitation.amendments.test_actions import FREE, SUMMER, down, free, proven
from tests.visitation.moves.conftest import LAST_DAY
from visitation.efforts import actions as efforts
from visitation.efforts import following
from visitation.models import Decision, Document, Effort, Grant, Whereabouts
from visitation.moves import actions, rules
from visitation.recusals import actions as recusals
from visitation.recusals.rules import Recused

FIRST_DAY = LAST_DAY + timedelta(days=1)
OLD = cost(215_000, date(NEXT, 1, 1), LAST_DAY)
NEW = cost(215_000, FIRST_DAY, SUMMER)


def paid_to(school):
    rows = Instalment.objects.planned().filter(school=school)
    return sum(rows.values_list("amount", flat=True))


# -- the money --
def test_the_money_is_divided_by_days_to_the_krone(move, effort, schools):
    move()
    assert sum(free().values()) == 2 * FREE - OLD - NEW
    assert paid_to(schools["Baltorpskolen"]) == OLD
    assert paid_to(schools["Hedegårdsskolen"]) == NEW
    assert proven()


def test_the_pupil_counts_one_place_a_year_and_the_new_district_from_the_next(move, schools):
    moved = move()
    grant = moved.grants.get()
    assert grant.district == schools["Hedegårdsskolen"].district
    assert proven()


def test_tariffs_that_are_decided_for_later_come_along(ask, move, chair):
    down(ask(), by=chair)
    # It is divided there already, and a grant ends before its time once.
    with pytest.raises(Refusal, match="allerede delt"):
        move()
    grant = move(last_day=date(NEXT, 12, 31)).grants.get()
    assert (grant.tariff, grant.starts_on) == (120_000, date(AFTER, 1, 1))
    assert grant.later == [Later(date(AFTER, 4, 1), 60_000)]
    assert proven()


def test_a_raised_tariff_begins_a_row_of_its_own(effort):
    grant = effort.grants.select_related("decision").get()
    grant.later_tariffs = [(f"{AFTER}-01-01", 220_000)]
    rows = rules.terms_from([grant], FIRST_DAY)
    assert [(row.tariff, row.starts_on, row.ends_on) for row in rows] == [
        (215_000, FIRST_DAY, date(NEXT, 12, 31)),
        (220_000, date(AFTER, 1, 1), SUMMER),
    ]


# -- the effort --
def test_it_ends_at_the_one_school_and_begins_at_the_other_the_next_day(move, effort):
    moved = move()
    effort.refresh_from_db()
    assert (effort.status, effort.ends_on) == ("running", LAST_DAY)
    assert (moved.status, moved.starts_on, moved.ends_on) == ("awaiting", FIRST_DAY, SUMMER)
    assert not effort.windows.filter(status="planned", hold_by__gt=LAST_DAY).exists()
    assert moved.windows.filter(status="planned").exists()


def test_the_new_schools_list_says_what_came_of_the_case(move):
    case = move().application
    assert (case.state, case.granted) == ("Bevilget", 215_000)


def test_plan_goals_and_conditions_come_along(move, effort):
    moved = move()
    for rows in ("measures", "conditions"):
        assert getattr(moved, rows).count() == getattr(effort, rows).count()
    goals = [
        [(goal.number, goal.what, goal.baseline, goal.target) for goal in one.goals.current()]
        for one in (effort, moved)
    ]
    assert goals[0] == goals[1] != []
    assert not moved.contacts.get(part="daily_leader").is_named


def test_the_old_decision_stays_readable(move, effort):
    move()
    outcomes = Decision.objects.filter(grant__pupil=effort.pupil_id).order_by("decided_at")
    assert [row.outcome for row in outcomes] == ["granted", "moved"]
    assert Grant.objects.get(decision=outcomes[0]).ended_on == LAST_DAY


def test_the_old_school_closes_it_and_is_not_asked_where_the_pupil_is(move, effort):
    move()
    with time_machine.travel(FIRST_DAY, tick=False):
        following.end_those_that_are_over()
    effort.refresh_from_db()
    assert effort.status == "ended"
    assert effort.closings.get().status == "awaited"
    assert not Whereabouts.objects.exists()


def test_it_moves_to_no_school_that_is_closed_by_then(move, schools):
    closed = schools["Hedegårdsskolen"]
    closed.closes_on = FIRST_DAY
    closed.save()
    with pytest.raises(Refusal, match="lukket"):
        move()


def test_it_may_move_again(move, effort, schools, chair):
    moved = Effort.objects.select_related("application").get(pk=move().pk)
    where = {"school": schools["Baltorpskolen"], "last_day": date(NEXT, 6, 30)}
    where |= {"grounds": "Tilbage igen.", "by": chair}
    with pytest.raises(Refusal, match="løber på den skole"):
        actions.move_to_school(moved, **where)
    with time_machine.travel(FIRST_DAY, tick=False):
        following.end_those_that_are_over()
        back = actions.move_to_school(moved, **where)
    assert back.school == schools["Baltorpskolen"]
    assert proven()


# -- who sees what --
def test_the_new_school_reads_what_was_and_the_old_school_nothing_of_what_comes(
    move, effort, leader, other_leader, client_for
):
    new, old = client_for(other_leader), client_for(leader)
    assert new.get(effort.get_absolute_url()).status_code == 404
    moved = move()
    urls = [effort.get_absolute_url(), moved.get_absolute_url()]
    assert [new.get(url).status_code for url in urls] == [200, 200]
    assert [old.get(url).status_code for url in urls] == [200, 404]
    assert new.get(moved.application.get_absolute_url()).status_code == 200
    assert new.get(effort.application.get_absolute_url()).status_code == 404


def test_the_new_school_writes_nothing_in_the_old_effort(move, effort, other_leader):
    move()
    with pytest.raises(PermissionDenied):
        efforts.confirm_begun(effort, begun_on=effort.starts_on, by=other_leader)


def test_nothing_of_another_pupil_comes_along(move, effort, other_leader, client_for):
    page = text_of(client_for(other_leader).get(move().application.get_absolute_url()))
    assert "Anna Berg" in page
    assert "Bo Carlsen" not in page
    assert "Carlsen" not in page


def test_who_is_disqualified_stays_so(move, effort, member, chair, client_for):
    recusals.set_recusal(effort.application, member, reason="Nabo.", by=chair)
    moved = move()
    assert client_for(member).get(moved.get_absolute_url()).status_code == 404
    recusals.declare(effort.application, by=chair)
    with pytest.raises((Recused, Overtaken)):
        move("Måløvhøj Skole")


def test_both_schools_get_a_letter_and_the_parents_one(move):
    before = Document.objects.count()
    move()
    letters = Document.objects.order_by("-made_at")[: Document.objects.count() - before]
    assert sorted(letter.recipient for letter in letters) == [
        "Baltorpskolen, distriktsskolelederen",
        "Hedegårdsskolen, distriktsskolelederen",
        "forældrene, gennem Hedegårdsskolen",
    ]


def test_both_schools_are_told(move, leader, other_leader):
    move()
    deliver()
    told = Notice.objects.filter(topic="effort.moved")
    assert {notice.user for notice in told} >= {leader, other_leader}


# -- what stands in the way --
@pytest.mark.parametrize(
    ("school", "last_day", "field"),
    [
        ("Baltorpskolen", LAST_DAY, "school"),
        ("Hedegårdsskolen", date(NEXT, 1, 1) - timedelta(days=1), "last_day"),
        ("Hedegårdsskolen", SUMMER - timedelta(days=1), "last_day"),
    ],
)
def test_a_school_or_a_day_that_cannot_be_is_refused(move, school, last_day, field):
    with pytest.raises(Refusal) as refusal:
        move(school, last_day)
    assert refusal.value.field == field
    assert Effort.objects.count() == 1


def test_nobody_moves_it_twice_and_no_school_moves_it(move, leader):
    with pytest.raises(PermissionDenied):
        move(by=leader)
    move()
    with pytest.raises(Overtaken):
        move("Måløvhøj Skole")


# -- the page --
def test_the_page_shows_the_division_and_asks_before_it_moves(effort, schools, committee, post):
    url = f"{effort.get_absolute_url()}flyt/"
    form = {"school": schools["Hedegårdsskolen"].pk, "grounds": "Flytter."}
    form["last_day"] = f"31.03.{NEXT}"
    page = text_of(post(committee, url, form))
    assert kr(OLD).replace("\N{NO-BREAK SPACE}", " ") in page
    assert not hasattr(Effort.objects.get(), "moved_to")
    answer = post(committee, url, form | {"confirmed": "1"})
    assert answer.status_code == 302
    assert "flyttet fra Baltorpskolen" in text_of(committee.get(answer.url))


def test_the_pages_of_a_moved_effort_stay_under_their_ceiling(move, effort, committee, client_for):
    moved = move()
    assert asked(committee, f"{moved.get_absolute_url()}flyt/") <= 12
    for one in (effort, moved):
        assert asked(committee, one.get_absolute_url()) <= 12
