"""The room's clock: what each point has taken, and how late the meeting is."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests.conftest import text_of
from tests.meetings import members, under_way
from visitation.agenda import actions as agenda
from visitation.models import MeetingEvent
from visitation.room import clock

NOW = timezone.now()
FIRST, SECOND = uuid.uuid4(), uuid.uuid4()


def happened(*rows):
    """Events of (minutes ago, kind, item)."""
    return [
        MeetingEvent(kind=kind, item_id=item, at=NOW - timedelta(minutes=ago))
        for ago, kind, item in rows
    ]


def test_a_point_runs_until_the_next_is_taken_up():
    events = happened((30, "taken_up", FIRST), (12, "taken_up", SECOND))
    read = clock.read(events, NOW)
    assert read.used == {FIRST: timedelta(minutes=18), SECOND: timedelta(minutes=12)}
    assert read.at_item == SECOND


def test_a_point_taken_up_again_goes_on_where_it_was():
    events = happened((30, "taken_up", FIRST), (20, "taken_up", SECOND), (5, "taken_up", FIRST))
    assert clock.read(events, NOW).used[FIRST] == timedelta(minutes=15)


def test_nothing_runs_while_the_meeting_is_ended():
    ended = happened((30, "taken_up", FIRST), (20, "closed", None))
    read = clock.read(ended, NOW)
    assert read.used == {FIRST: timedelta(minutes=10)}
    assert read.at_item is None
    reopened = clock.read([*ended, *happened((5, "reopened", None))], NOW)
    assert reopened.used[FIRST] == timedelta(minutes=15)


def test_it_is_late_by_how_it_began_or_by_how_long_it_takes():
    assert clock.Lateness(began=600, ends=-300).minutes == 10
    assert clock.Lateness(began=60, ends=900).minutes == 15
    assert clock.Lateness(began=-600, ends=-900).minutes == 0


def test_the_room_shows_planned_and_used_minutes(submitted, chair, person, committee):
    meeting = under_way(submitted, by=chair, present=[chair, *members(person)])
    agenda.take_up(meeting.items.get(), by=chair)
    page = committee.get(reverse("visitation:meeting_mode", args=[meeting.pk]))
    assert "0 af 20 min." in text_of(page)
    assert "data-walks" in page.content.decode()
