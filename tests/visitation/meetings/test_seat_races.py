"""Two at once: putting a meeting off, and answering with the same substitute."""

from __future__ import annotations

from functools import partial

import pytest

from skolefleks.refusals import Refusal
from tests.conftest import many
from tests.meetings import invited, members, slot, under_way
from tests.racing import Together, at_once, lock_off, race
from visitation.meetings import attending, putting_off
from visitation.models import Meeting

THE_MEETING = "visitation.agenda.actions.hold_meeting"
THE_CASE = "applications.writing.actions.lock"


@pytest.fixture
def cases(schools, leader):
    return [case.application for case in many(2, school=schools["Baltorpskolen"], by=leader)]


def again(meeting):
    """The same meeting as another request reads it."""
    return Meeting.objects.get(pk=meeting.pk)


def refusals(answers):
    return sum(isinstance(answer, Refusal) for answer in answers)


@race("visitation.agenda.actions.hold_meeting", held=1, off=0)
def test_two_members_who_name_the_same_substitute_get_them_once(
    together, outcome, cases, chair, secretary, person
):
    pair = members(person, 2)
    meeting = invited(*cases, by=chair)
    acts = [
        partial(attending.answer, again(meeting), comes=False, substitute=secretary, by=by)
        for by in pair
    ]
    assert refusals(together(*acts)) == outcome
    # Who named them last has them, and without the lock nobody told the first.
    assert meeting.attendances.filter(stands_in_for__in=pair).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_who_answers_twice_at_once_has_one_answer_that_holds(cases, chair, secretary, person):
    [one] = members(person, 1)
    meeting = invited(*cases, by=chair)
    stays = partial(attending.answer, again(meeting), comes=False, substitute=secretary, by=one)
    at_once([stays, partial(attending.answer, again(meeting), comes=True, by=one)])
    comes = meeting.attendances.get(user=one).state == "coming"
    assert meeting.attendances.filter(stands_in_for=one).exists() != comes


def put_off_twice(cases, chair, person):
    """The acts of two who put the same meeting off."""
    meeting = under_way(*cases, by=chair, present=members(person, 2))
    return [partial(putting_off.put_off, again(meeting), slot(9), by=chair) for _ in range(2)]


@pytest.mark.django_db(transaction=True)
def test_a_meeting_put_off_by_two_at_once_is_put_off_once(cases, chair, person):
    answers = at_once(put_off_twice(cases, chair, person))
    assert (refusals(answers), Meeting.objects.count()) == (1, 2)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lock", [THE_MEETING, THE_CASE])
def test_each_lock_alone_keeps_it_from_being_put_off_twice(lock, cases, chair, person):
    acts = put_off_twice(cases, chair, person)
    answers = Together(lock, is_held=False)(*acts)
    assert (refusals(answers), Meeting.objects.count()) == (1, 2)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_without_locks_and_step_it_would_be_put_off_twice(cases, chair, person, monkeypatch):
    acts = put_off_twice(cases, chair, person)
    # The step of its life is the last guard: it is taken once.
    monkeypatch.setattr(putting_off.meetings, "close_meeting", lambda *_, **__: None)
    with lock_off(THE_CASE):
        answers = Together(THE_MEETING, is_held=False)(*acts)
    assert (refusals(answers), Meeting.objects.count()) == (0, 3)
