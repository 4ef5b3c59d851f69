"""The last day for a meeting's cases: planned, shown to schools, and asked about when it passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from skolefleks.calendar import banking_day_after, banking_days_before
from skolefleks.danish import day, today
from tests.conftest import many, text_of
from tests.meetings import slot
from visitation.agenda import actions as agenda
from visitation.agenda import deadlines
from visitation.meetings import actions as meetings
from visitation.meetings import rules
from visitation.models import Meeting

YESTERDAY = timedelta(days=-1)


def meets(in_days, *, deadline, by):
    """A meeting in so many days, with its deadline as many days from today."""
    when = replace(slot(in_days), submit_by=today() + timedelta(days=deadline))
    [meeting] = meetings.plan([when], by=by)
    return meeting


@pytest.fixture
def late(schools, leader, chair):
    """(a case of today, the meeting whose deadline was yesterday)."""
    [case] = many(1, school=schools["Baltorpskolen"], by=leader)
    return case.application, meets(5, deadline=-1, by=chair)


def test_the_usual_deadline_counts_working_days_and_is_never_past():
    far = banking_day_after(today() + timedelta(days=100))
    assert rules.usual_deadline(far) == banking_days_before(far, 5)
    assert rules.usual_deadline(today()) == today()
    assert rules.usual_deadline(today() + timedelta(days=1)) == today()


# -- planned ---------------------------------------------------------------------------
def plan(first, **changed):
    row = {"foerste": f"{first:%d.%m.%Y}", "fra": "9", "til": "12", "sted": "Sal 1"}
    return row | {"uger": "", "indtil": "", "dag": [first.isoformat()]} | changed


def test_a_meeting_is_planned_with_the_days_that_were_typed(committee, post):
    first = banking_day_after(today() + timedelta(days=60))
    assert post(committee, "/visitation/moeder/nyt/", plan(first, frist="8")).status_code == 302
    assert Meeting.objects.get().submit_by == banking_days_before(first, 8)


def test_a_deadline_that_would_be_past_is_refused_at_its_field(committee, post):
    first = banking_day_after(today() + timedelta(days=2))
    url = "/visitation/moeder/nyt/"
    answer = post(committee, url, plan(first, frist="10", alligevel="1"))
    assert answer.status_code == 422
    assert "Skriv færre dage" in str(answer.context["form"].errors["days_before"])
    assert post(committee, url, plan(first, alligevel="1")).status_code == 302
    assert Meeting.objects.get().submit_by == rules.usual_deadline(first)


def moved(meeting, to, **changed):
    typed = {"day": f"{to:%d.%m.%Y}", "begins": "9", "ends": "12", "place": "Sal 1"}
    return typed | {"revision": meeting.revision, "anyway": "on"} | changed


@pytest.mark.parametrize(("days", "said"), [(-1, "Dagen er gået"), (31, "efter mødet")])
def test_a_deadline_past_or_after_the_meeting_is_refused(days, said, chair, committee, post):
    meeting = meets(30, deadline=10, by=chair)
    deadline = today() + timedelta(days=days)
    typed = moved(meeting, today() + timedelta(days=30), submit_by=f"{deadline:%d.%m.%Y}")
    answer = post(committee, reverse("visitation:change_meeting", args=[meeting.pk]), typed)
    assert answer.status_code == 422
    assert said in str(answer.context["form"].errors["submit_by"])


def test_a_deadline_nobody_touched_moves_with_its_meeting(chair, committee, post):
    before, to = today() + timedelta(days=60), today() + timedelta(days=90)
    usual = rules.usual_deadline(before)
    [meeting] = meetings.plan([replace(slot(60), submit_by=usual)], by=chair)
    typed = moved(meeting, to, submit_by=f"{usual:%d.%m.%Y}")
    post(committee, reverse("visitation:change_meeting", args=[meeting.pk]), typed)
    meeting.refresh_from_db()
    assert meeting.submit_by == rules.usual_deadline(to)


def test_one_that_has_passed_stands_while_only_the_room_changes(late, committee, post):
    _, meeting = late
    typed = moved(meeting, today() + timedelta(days=5), submit_by=f"{meeting.submit_by:%d.%m.%Y}")
    url = reverse("visitation:change_meeting", args=[meeting.pk])
    assert post(committee, url, typed | {"place": "Sal 9"}).status_code == 302


# -- what schools are told -------------------------------------------------------------
def told(*, is_sent=False, on=None):
    return deadlines.for_school(on or today(), is_sent=is_sent)


def in_days(days):
    return day(today() + timedelta(days=days))


def test_without_a_meeting_the_school_is_told_so(db):
    assert told() == deadlines.NONE_PLANNED
    assert told(is_sent=True) == deadlines.NONE_PLANNED


def test_the_next_meeting_and_its_last_day_are_told(chair):
    meets(20, deadline=0, by=chair)
    assert f"er den {in_days(20)}; send senest den {in_days(0)}, så kan" in told()
    assert f"den {in_days(20)}: fristen er den {in_days(0)}." in told(is_sent=True)


def test_after_its_deadline_the_meeting_after_is_told(late, chair):
    meets(40, deadline=30, by=chair)
    said = told()
    assert f"fristen for nye sager var den {in_days(-1)}" in said
    assert f"Mødet den {in_days(40)}: send senest den {in_days(30)}" in said
    # Sent before the deadline, it keeps the meeting it was in time for.
    assert in_days(5) in told(is_sent=True, on=today() + YESTERDAY)


def test_a_closed_agenda_and_no_deadline_ahead_are_said(late, chair):
    assert told().endswith(deadlines.NONE_AHEAD)
    application, meeting = late
    agenda.add_to_agenda(meeting, application, although_late=True, by=chair)
    meetings.lock_agenda(meeting, by=chair)
    assert "men dagsordenen er lukket. Der er ikke planlagt" in told()
    assert told(is_sent=True) == deadlines.NONE_AHEAD


def test_start_page_form_and_receipt_say_it(submitted, draft, school, chair):
    meets(20, deadline=3, by=chair)
    sentence = f"send senest den {in_days(3)}"
    for url in ("/", reverse("applications:new")):
        assert sentence in text_of(school.get(url))
    receipt = text_of(school.get(reverse("applications:receipt", args=[submitted.number])))
    assert f"fristen er den {in_days(3)}" in receipt


# -- what came too late ----------------------------------------------------------------
def test_a_late_case_is_put_on_when_that_is_said(late, chair):
    application, meeting = late
    with pytest.raises(agenda.CameLate, match="efter fristen"):
        agenda.add_to_agenda(meeting, application, by=chair)
    assert agenda.add_to_agenda(meeting, application, although_late=True, by=chair)


def test_the_page_asks_and_then_puts_it_on(late, committee, post):
    application, meeting = late
    url = reverse("visitation:add_case", args=[meeting.pk])
    asked = post(committee, url, {"sag": application.number})
    assert asked.status_code == 422
    assert "på alligevel?" in text_of(asked)
    post(committee, url, {"sag": application.number, "alligevel": "1"})
    for page in (meeting.get_absolute_url(), reverse("visitation:agenda", args=[meeting.pk])):
        assert "efter fristen" in text_of(committee.get(page))
    assert "Efter fristen for mødet" in text_of(committee.get(application.get_absolute_url()))


def test_the_queue_asks_once_for_all_of_them(late, committee, post):
    application, meeting = late
    chosen = {"sag": [application.number], "meeting": str(meeting.pk)}
    asked = post(committee, reverse("visitation:bulk_agenda"), chosen)
    assert asked.status_code == 422
    assert f"efter fristen: {application.number}" in text_of(asked)
    assert not meeting.items.exists()
    post(committee, reverse("visitation:bulk_agenda"), chosen | {"anyway": "on"})
    assert meeting.items.count() == 1
    assert "efter fristen" in text_of(committee.get("/visitation/?fane=moede"))


def test_what_the_committee_asked_for_since_costs_no_place(late, chair):
    application, meeting = late
    application.submitted_at += timedelta(days=-3)
    application.save(update_fields=["submitted_at"])
    assert agenda.add_to_agenda(meeting, application, by=chair)
