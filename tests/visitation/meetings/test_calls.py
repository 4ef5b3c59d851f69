"""Who is told of a meeting: the committee by link and file, each school of its own case alone."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse

from skolefleks.models import Notice
from tests.conftest import many, text_of
from tests.meetings import invited, locked, members, planned, slot, tell, under_way
from tests.scenes import kept
from visitation.agenda import actions as agenda
from visitation.meetings import actions as meetings
from visitation.meetings import rules as meeting_rules
from visitation.meetings.calendar import calendar_file, entry_of
from visitation.models import Meeting

HOME = ZoneInfo("Europe/Copenhagen")


@pytest.fixture
@kept
def cases(schools, leader, other_leader):
    """A case of Baltorpskolen and one of Hedegårdsskolen."""
    ours = many(1, school=schools["Baltorpskolen"], by=leader)
    theirs = many(1, school=schools["Hedegårdsskolen"], by=other_leader, first=6001)
    return [ours[0].application, theirs[0].application]


def told(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("subject", "text"))


def at(meeting, minutes=0):
    begins = meeting.starts_at.astimezone(HOME)
    return f"kl. {begins.hour + minutes // 60:02}.{minutes % 60:02}"


# -- notices ---------------------------------------------------------------------------
def test_the_committee_is_invited_by_notice_and_mail_without_a_word_of_the_cases(
    cases, chair, member, secretary
):
    meeting = invited(*cases, by=chair)
    tell()
    for person in (chair, member, secretary):
        [(_, text)] = told(person)
        assert text.startswith("Du er indkaldt til møde i kvalitetsudvalget")
    [letter] = [letter for letter in mail.outbox if letter.to == [member.email]]
    assert meeting.get_absolute_url() in letter.body
    assert "SF-" not in letter.subject + letter.body


def test_each_school_is_told_when_its_own_case_is_taken_up(cases, chair, leader, other_leader):
    meeting = invited(*cases, by=chair)
    tell()
    for person, case, minutes in ((leader, cases[0], 0), (other_leader, cases[1], 20)):
        [(subject, text)] = told(person)
        assert subject == case.number
        assert text.startswith("Sagen behandles på møde")
        assert at(meeting, minutes) in text


def test_nobody_is_told_before_the_invitation(cases, chair, leader, client_for):
    planned(*cases, by=chair)
    tell()
    assert told(leader) == []
    assert "Sagen behandles" not in text_of(client_for(leader).get(cases[0].get_absolute_url()))


def test_a_new_time_and_a_cancelling_are_told_to_all(cases, chair, member, leader):
    meeting = invited(*cases, by=chair)
    meetings.change(meeting, slot(9, hour=13, place="Sal 2"), revision=meeting.revision, by=chair)
    meeting.refresh_from_db()
    meetings.cancel_meeting(meeting, by=chair)
    tell()
    assert ["flyttet" in text or "aflyst" in text for _, text in told(member)] == [
        False,
        True,
        True,
    ]
    assert [text[:15] for _, text in told(leader)] == [
        "Sagen behandles",
        "Mødet er flytte",
        "Mødet, hvor sag",
    ]


def test_a_case_put_on_after_the_invitations_is_told_to_its_school(
    cases, chair, leader, other_leader
):
    meeting = invited(cases[0], by=chair)
    tell()
    agenda.add_to_agenda(meeting, cases[1], by=chair)
    tell()
    assert len(told(leader)) == 1
    [(_, text)] = told(other_leader)
    assert at(meeting, 20) in text


def test_those_who_join_the_committee_later_are_invited_alone(cases, chair, person):
    meeting = invited(*cases, by=chair)
    tell()
    new = members(person, 1)
    assert [row.user for row in meetings.invite(meeting, by=chair)] == new
    tell()
    assert len(told(new[0])) == len(told(chair)) == 1


# -- what the school sees --------------------------------------------------------------
def test_the_school_sees_on_case_and_start_page_when_and_by_whom(cases, chair, leader, client_for):
    cases[0].representative_name = "Vibe Viceleder"
    cases[0].save(update_fields=["representative_name"])
    meeting = invited(cases[1], cases[0], by=chair)
    for url in (cases[0].get_absolute_url(), "/"):
        page = text_of(client_for(leader).get(url))
        assert re.search(
            rf"Sagen behandles på møde .* {at(meeting, 20)} ?; forelægges af Vibe Viceleder\.", page
        )
        assert cases[1].number not in page


def test_the_time_follows_the_agenda(cases, chair, leader, client_for):
    meeting = invited(*cases, by=chair)
    one, two = (item.pk for item in meeting.items.all())
    agenda.arrange(meeting, [two, one], minutes={two: 50}, revision=meeting.revision, by=chair)
    assert at(meeting, 50) in text_of(client_for(leader).get(cases[0].get_absolute_url()))


@pytest.mark.parametrize("name", ["meeting", "agenda", "minutes", "minutes_pdf", "invitation"])
def test_nothing_else_of_a_meeting_is_the_schools(name, cases, chair, person, leader, client_for):
    meeting = under_way(*cases, by=chair, present=[chair, *members(person)])
    assert (
        client_for(leader).get(reverse(f"visitation:{name}", args=[meeting.pk])).status_code == 403
    )


# -- the file for the calendar ---------------------------------------------------------
def lines(meeting):
    """The file's lines, unfolded, by name."""
    text = calendar_file(entry_of(meeting)).decode().replace("\r\n ", "")
    return dict(line.split(":", 1) for line in text.split("\r\n") if line)


def moment(text):
    return datetime.strptime(text, "%Y%m%dT%H%M%S%z").astimezone(HOME)


@pytest.mark.parametrize("month", [1, 7])
def test_nine_in_ballerup_is_nine_summer_and_winter(month, chair):
    begins = datetime(2027, month, 14, 9, tzinfo=HOME)
    [meeting] = meetings.plan(
        [meeting_rules.Slot(begins, begins.replace(hour=12), "Rådhuset")], by=chair
    )
    read = lines(Meeting.objects.get(pk=meeting.pk))
    assert moment(read["DTSTART"]) == begins
    assert (moment(read["DTSTART"]).hour, moment(read["DTEND"]).hour) == (9, 12)


def test_the_same_meeting_keeps_its_uid_and_counts_its_changes(chair):
    meeting = planned(by=chair)
    before = lines(meeting)
    meetings.change(meeting, slot(9), revision=meeting.revision, by=chair)
    meeting.refresh_from_db()
    after = lines(meeting)
    assert before["UID"] == after["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert (after["METHOD"], after["STATUS"]) == ("REQUEST", "CONFIRMED")
    meetings.cancel_meeting(meeting, by=chair)
    meeting.refresh_from_db()
    cancelled = lines(meeting)
    assert (cancelled["METHOD"], cancelled["STATUS"]) == ("CANCEL", "CANCELLED")
    assert cancelled["UID"] == before["UID"]
    assert int(cancelled["SEQUENCE"]) > int(after["SEQUENCE"])


def test_it_holds_time_place_and_link_and_nothing_of_the_cases(cases, chair, committee):
    meeting = locked(*cases, by=chair, present=[chair])
    answer = committee.get(reverse("visitation:invitation", args=[meeting.pk]))
    assert answer["Content-Type"] == "text/calendar; method=REQUEST; charset=utf-8"
    text = answer.content.decode()
    assert "SUMMARY:Møde i kvalitetsudvalget\r\n" in text
    assert meeting.get_absolute_url() in text.replace("\r\n ", "")
    for secret in ("SF-", "Baltorp", "A.B.", "Frida"):
        assert secret not in text


def test_its_lines_are_as_the_standard_wants_them(chair):
    [meeting] = meetings.plan([slot(place="Sal 2, første; »æøå« \\ " + "æ" * 120)], by=chair)
    content = calendar_file(entry_of(meeting))
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert lines(meeting)["LOCATION"].startswith("Sal 2\\, første\\; »æøå« \\\\ æææ")
