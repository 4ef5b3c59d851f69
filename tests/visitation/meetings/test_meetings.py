"""The committee's meetings: planned, invited to, arranged, led from step to step, called off."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from skolefleks.refusals import NotPossible, Overtaken, Refusal
from tests.conftest import many, terms
from tests.meetings import ABSENT, PRESENT, held, invited, locked, members, planned, slot, under_way
from tests.scenes import kept
from visitation.agenda import actions as agenda
from visitation.decisions import actions as decisions
from visitation.meetings import actions as meeting_actions
from visitation.models import Attendance, Meeting


@pytest.fixture
@kept
def cases(schools, leader):
    """Three submitted applications of one pupil each."""
    home = {"school": schools["Baltorpskolen"], "by": leader}
    return [case.application for case in many(3, **home)]


@pytest.fixture
def sitting(person, chair, secretary):
    """The chair and three members."""
    return [chair, *members(person)]


def order(meeting):
    return [item.application.number[-1] for item in meeting.items.select_related("application")]


def ids(meeting):
    return [item.pk for item in meeting.items.all()]


# -- planning --------------------------------------------------------------------------
def test_a_year_of_meetings_is_planned_at_once(chair):
    meetings = meeting_actions.plan([slot(days) for days in (7, 21, 35)], by=chair)
    assert [meeting.status for meeting in Meeting.objects.all()] == ["planned"] * 3
    assert meetings[0].starts_at < meetings[1].starts_at


@pytest.mark.parametrize("who", ["member", "leader", "adviser", "chief", "admin", "follower"])
def test_only_chair_and_secretary_plan(who, request):
    with pytest.raises(PermissionDenied):
        meeting_actions.plan([slot()], by=request.getfixturevalue(who))


def test_a_meeting_is_moved_and_who_moved_it_second_is_told(chair, secretary):
    meeting = planned(by=chair)
    meeting_actions.change(meeting, slot(8), revision=0, by=chair)
    assert Meeting.objects.get().revision == 1
    with pytest.raises(Overtaken, match="ændret af en anden"):
        meeting_actions.change(meeting, slot(9), revision=0, by=secretary)


def test_a_meeting_under_way_is_not_moved(cases, sitting):
    meeting = under_way(*cases, by=sitting[0], present=sitting)
    with pytest.raises(NotPossible):
        meeting_actions.change(meeting, slot(9), revision=meeting.revision, by=sitting[0])


# -- agenda ----------------------------------------------------------------------------
def test_the_agenda_is_put_in_another_order_with_other_minutes(cases, chair):
    meeting = planned(*cases, by=chair)
    one, two, three = ids(meeting)
    agenda.arrange(
        meeting, [three, one, two], minutes={three: 35}, revision=meeting.revision, by=chair
    )
    assert order(meeting) == ["3", "1", "2"]
    assert [item.minutes for item in meeting.items.all()] == [35, 20, 20]


def test_who_orders_second_is_told_and_changes_nothing(cases, chair, secretary):
    meeting = planned(*cases, by=chair)
    one, two, three = ids(meeting)
    seen = meeting.revision
    agenda.arrange(meeting, [three, two, one], revision=seen, by=chair)
    with pytest.raises(Overtaken):
        agenda.arrange(meeting, [two, one, three], revision=seen, by=secretary)
    assert order(meeting) == ["3", "2", "1"]


def test_an_order_of_other_cases_than_the_agendas_is_refused(cases, chair):
    meeting = planned(*cases, by=chair)
    for wrong in (ids(meeting)[:2], ids(meeting) + ids(meeting)[:1], []):
        with pytest.raises(Overtaken):
            agenda.arrange(meeting, wrong, revision=meeting.revision, by=chair)


def test_a_case_taken_off_is_in_the_queue_and_can_be_put_on_another(cases, chair):
    meeting, later = planned(*cases, by=chair), planned(by=chair, days=21)
    with pytest.raises(Refusal, match="allerede på dagsordenen"):
        agenda.add_to_agenda(later, cases[0], by=chair)
    agenda.remove_from_agenda(meeting.items.all()[0], revision=meeting.revision, by=chair)
    assert order(meeting) == ["2", "3"]
    assert agenda.add_to_agenda(later, cases[0], by=chair)


def test_a_locked_agenda_stays_as_it_is_until_it_is_unlocked(cases, sitting):
    chair = sitting[0]
    meeting = locked(*cases, by=chair, present=sitting)
    with pytest.raises(NotPossible, match="låst"):
        agenda.arrange(meeting, ids(meeting)[::-1], revision=meeting.revision, by=chair)
    with pytest.raises(NotPossible, match="låst"):
        agenda.remove_from_agenda(meeting.items.all()[0], revision=meeting.revision, by=chair)
    meeting_actions.unlock_agenda(meeting, by=chair)
    meeting.refresh_from_db()
    agenda.arrange(meeting, ids(meeting)[::-1], revision=meeting.revision, by=chair)


# -- the life of a meeting -------------------------------------------------------------
def test_everybody_in_the_committee_is_invited_and_the_secretary_does_not_count(
    cases, sitting, secretary
):
    meeting = invited(*cases, by=secretary)
    counting = dict(meeting.attendances.values_list("user", "counts"))
    assert counting == dict.fromkeys([user.pk for user in sitting], True) | {secretary.pk: False}
    with pytest.raises(Refusal, match="Alle i udvalget er indkaldt"):
        meeting_actions.invite(meeting, by=secretary)


def test_an_empty_agenda_is_not_locked(chair):
    with pytest.raises(NotPossible, match="tom"):
        meeting_actions.lock_agenda(planned(by=chair), by=chair)


def test_a_meeting_opens_once_everybody_is_noted(cases, sitting):
    chair = sitting[0]
    meeting = invited(*cases, by=chair)
    meeting_actions.lock_agenda(meeting, by=chair)
    meeting_actions.note_attendance(meeting, {chair.pk: PRESENT}, by=chair)
    with pytest.raises(NotPossible, match="til stede eller har meldt afbud"):
        meeting_actions.open_meeting(meeting, by=chair)
    others = meeting.attendances.filter(state="invited").values_list("user", flat=True)
    meeting_actions.note_attendance(meeting, dict.fromkeys(others, ABSENT), by=chair)
    meeting_actions.open_meeting(meeting, by=chair)
    assert Meeting.objects.get().opened_at


def test_two_meetings_are_not_under_way_at_once(cases, sitting):
    under_way(*cases[:1], by=sitting[0], present=sitting)
    other = locked(*cases[1:], by=sitting[0], present=sitting)
    with pytest.raises(NotPossible, match="Et andet møde er i gang"):
        meeting_actions.open_meeting(other, by=sitting[0])


def test_a_meeting_ends_when_every_case_is_settled_or_left(cases, sitting, pools):
    chair = sitting[0]
    meeting = under_way(*cases, by=chair, present=sitting)
    one, two, three = (case.pupil_cases.get() for case in cases)
    decisions.grant(one, terms(), grounds="Behov.", by=chair)
    decisions.postpone(two, grounds="Mangler udtalelse.", by=chair)
    with pytest.raises(meeting_actions.NotAllSettled) as refused:
        meeting_actions.close_meeting(meeting, by=chair)
    assert [item.application for item in refused.value.items] == [three.application]
    meeting_actions.close_meeting(meeting, later=[refused.value.items[0].pk], by=chair)
    assert Meeting.objects.get().closed_at


def test_a_case_left_for_later_is_put_on_the_next_agenda(cases, sitting):
    held(under_way(*cases, by=sitting[0], present=sitting), by=sitting[0])
    assert order(planned(*cases, by=sitting[0])) == ["1", "2", "3"]


def test_a_cancelled_meetings_cases_are_free_for_another(cases, chair):
    meeting = planned(*cases, by=chair)
    meeting_actions.cancel_meeting(meeting, by=chair)
    assert order(planned(*cases, by=chair)) == ["1", "2", "3"]
    assert Attendance.objects.count() == 0
