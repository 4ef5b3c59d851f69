"""A meeting that cannot go on is put off whole; a day that nobody works is asked for first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from skolefleks.calendar import banking_day_after
from skolefleks.danish import today
from skolefleks.models import Notice
from skolefleks.refusals import NotPossible
from tests.conftest import many, text_of
from tests.meetings import held, members, planned, slot, tell, under_way
from tests.scenes import kept
from visitation.decisions import actions as decisions
from visitation.meetings import putting_off
from visitation.minutes import queries as minutes
from visitation.models import Meeting


@pytest.fixture
@kept
def cases(schools, leader, other_leader):
    ours = many(1, school=schools["Baltorpskolen"], by=leader)
    theirs = many(1, school=schools["Hedegårdsskolen"], by=other_leader, first=6001)
    return [*ours, *theirs]


@pytest.fixture
def short(cases, pools, person, chair):
    """Under way, with too few to decide."""
    applications = [case.application for case in cases]
    return under_way(*applications, by=chair, present=members(person, 2))


def test_its_cases_follow_and_everybody_is_told(short, cases, chair, member, other_leader):
    new = putting_off.put_off(short, slot(9), by=chair)
    tell()
    short.refresh_from_db()
    assert short.status == "held"
    order = [item.application for item in new.items.all()]
    assert order == [case.application for case in cases]
    for person, said in ((member, "er udsat til"), (other_leader, "er udsat: sagen behandles")):
        assert Notice.objects.filter(user=person, text__contains=said).exists()


def test_the_old_time_goes_out_of_the_calendars(short, leader, chair):
    tell()
    mail.outbox.clear()
    putting_off.put_off(short, slot(9), by=chair)
    tell()
    sent = [letter for letter in mail.outbox if letter.to == [leader.email]]
    files = [letter.alternatives[0][0] for letter in sent if hasattr(letter, "alternatives")]
    assert sorted("METHOD:CANCEL" in file for file in files) == [False, True]


def test_the_minutes_say_when_and_with_how_many(short, chair):
    new = putting_off.put_off(short, slot(9), by=chair)
    course = [line[1] for line in minutes.minutes_of(short)["course"]]
    assert course[-2].startswith("Mødet blev udsat til")
    assert course[-2].endswith("(2 til stede tæller med: ikke beslutningsdygtigt)")
    assert new.attendances.filter(state="invited").count() == new.attendances.count()


def test_what_was_decided_stays_behind(cases, pools, person, chair):
    applications = [case.application for case in cases]
    meeting = under_way(*applications, by=chair, present=members(person))
    decisions.reject(cases[0], grounds="Intet behov.", by=chair)
    new = putting_off.put_off(meeting, slot(9), by=chair)
    assert [item.application for item in new.items.all()] == [cases[1].application]


def test_a_meeting_that_is_over_is_not_put_off(short, chair):
    held(short, by=chair)
    with pytest.raises(NotPossible):
        putting_off.put_off(short, slot(9), by=chair)


def christmas_eve():
    return date(today().year + (today().month == 12), 12, 24)


def send(committee, post, name, meeting, day, **more):
    sent = {"day": f"{day:%d.%m.%Y}", "begins": "9", "ends": "12", "place": "Sal 1"}
    sent |= {"revision": str(meeting.revision), **more}
    return post(committee, reverse(f"visitation:{name}", args=[meeting.pk]), sent)


def test_the_page_puts_off_and_asks_of_a_day_off(short, committee, post):
    page = committee.get(short.get_absolute_url())
    assert "ikke beslutningsdygtigt" in text_of(page)
    answer = send(committee, post, "put_off_meeting", short, christmas_eve())
    assert answer.status_code == 422
    assert "Lukkedag" in text_of(answer)
    done = send(committee, post, "put_off_meeting", short, christmas_eve(), anyway="on")
    assert done.status_code == 302
    assert Meeting.objects.count() == 2


def test_a_meeting_moved_to_a_day_off_or_beside_another_is_asked_for(chair, committee, post):
    meeting = planned(by=chair)
    other = planned(by=chair, days=12)
    for day in (christmas_eve(), other.starts_at.date()):
        answer = send(committee, post, "change_meeting", meeting, day)
        assert answer.status_code == 422
        assert "alligevel" in text_of(answer)
    assert send(committee, post, "change_meeting", meeting, day, anyway="on").status_code == 302


def test_a_day_planned_twice_from_two_tabs_is_asked_for(chair, committee, post):
    first = banking_day_after(today() + timedelta(days=7))
    row = {"foerste": f"{first:%d.%m.%Y}", "fra": "9", "til": "12", "sted": "Sal 1"}
    sent = row | {"dag": first.isoformat()}
    address = reverse("visitation:plan_meetings")
    assert post(committee, address, sent).status_code == 302
    again = post(committee, address, sent)
    assert (again.status_code, Meeting.objects.count()) == (422, 1)
    assert "allerede et møde" in text_of(again)
    assert post(committee, address, sent | {"alligevel": "1"}).status_code == 302
