"""Who comes for a case is called by a mail of their own, which keeps their calendar right."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from applications.models import Invitation
from tests.conftest import many
from tests.meetings import invited, slot, tell
from tests.scenes import kept
from visitation.agenda import actions as agenda
from visitation.decisions import actions as decisions
from visitation.meetings import actions as meetings
from visitation.releases import actions as releases


@pytest.fixture
@kept
def cases(schools, leader, other_leader):
    ours = many(1, school=schools["Baltorpskolen"], by=leader)
    theirs = many(1, school=schools["Hedegårdsskolen"], by=other_leader, first=6001)
    return [ours[0].application, theirs[0].application]


@pytest.fixture
@kept
def caseworker(cases, person, leader):
    somebody = person("Sara Sagsbehandler", "adviser")
    Invitation.objects.create(
        application=cases[0], user=somebody, invited_by=leader, capacity="caseworker"
    )
    return somebody


@pytest.fixture
def meeting(cases, caseworker, chair):
    meeting = invited(*cases, by=chair)
    tell()
    return meeting


def files_to(user):
    """What each mail with a file does in the person's calendar, the first mail first."""
    files = []
    for letter in mail.outbox:
        if letter.to == [user.email] and getattr(letter, "alternatives", []):
            [(content, _)] = letter.alternatives
            text = content.replace("\r\n ", "")
            names = ("METHOD", "UID", "SEQUENCE", "DTSTART")
            found = [re.search(rf"^{name}:(.*?)\r$", text, re.MULTILINE)[1] for name in names]
            files.append(found)
    return files


def test_school_and_caseworker_are_called_to_their_own_case(
    meeting, cases, leader, other_leader, caseworker
):
    for person, case in ((leader, cases[0]), (caseworker, cases[0]), (other_leader, cases[1])):
        [letter] = [sent for sent in mail.outbox if sent.to == [person.email]]
        assert case.number in letter.subject
        text = letter.subject + letter.body + letter.alternatives[0][0]
        other = cases[1] if case == cases[0] else cases[0]
        for hidden in (other.number, other.school.name, *case.initials, "Elev"):
            assert hidden not in text


def test_a_moved_meeting_moves_in_the_calendar(meeting, leader, chair):
    meetings.change(meeting, slot(9), revision=meeting.revision, by=chair)
    tell()
    before, after = files_to(leader)
    assert (before[0], after[0]) == ("REQUEST", "REQUEST")
    assert before[1] == after[1]
    assert int(after[2]) > int(before[2])
    assert before[3] != after[3]


def test_a_new_order_tells_both_schools_and_a_removed_case_the_one_after_it(
    meeting, leader, other_leader, chair
):
    one, two = meeting.items.all()
    agenda.arrange(meeting, [two.pk, one.pk], revision=meeting.revision, by=chair)
    tell()
    meeting.refresh_from_db()
    agenda.remove_from_agenda(two, revision=meeting.revision, by=chair)
    tell()
    assert [row[0] for row in files_to(other_leader)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [row[0] for row in files_to(leader)] == ["REQUEST", "REQUEST", "REQUEST"]
    assert len({row[1] for row in files_to(other_leader)}) == 1


def test_a_case_whose_time_stays_is_told_nothing(meeting, leader, other_leader, chair):
    one, two = meeting.items.all()
    longer = {two.pk: 50}
    agenda.arrange(meeting, [one.pk, two.pk], minutes=longer, revision=meeting.revision, by=chair)
    tell()
    assert len(files_to(leader)) == len(files_to(other_leader)) == 1


def test_a_cancelled_meeting_is_taken_out_of_every_calendar(meeting, leader, member, chair):
    meetings.cancel_meeting(meeting, by=chair)
    tell()
    assert files_to(leader)[-1][0] == "CANCEL"


def test_nobody_has_to_come_for_a_case_that_is_answered_before_its_meeting(
    meeting, cases, leader, caseworker, other_leader, chair
):
    for pupil_case in cases[0].pupil_cases.all():
        decisions.reject(pupil_case, grounds="Haster.", by=chair)
    releases.release(cases[0], by=chair)
    tell()
    for person in (leader, caseworker):
        before, after = files_to(person)
        assert (after[0], after[1]) == ("CANCEL", before[1])
        assert int(after[2]) > int(before[2])
    meeting.refresh_from_db()
    meetings.change(meeting, slot(9), revision=meeting.revision, by=chair)
    tell()
    assert [len(files_to(one)) for one in (leader, caseworker, other_leader)] == [2, 2, 2]


def test_the_locked_agenda_is_mailed_as_each_may_see_it(meeting, cases, chair, secretary):
    meetings.invite(meeting, by=chair)
    tell()
    mail.outbox.clear()
    meetings.lock_agenda(meeting, by=chair)
    tell()
    [letter] = [sent for sent in mail.outbox if sent.to == [secretary.email]]
    assert f"09.00 {cases[0].number}, Baltorpskolen" in letter.body
    assert f"09.20 {cases[1].number}, Hedegårdsskolen" in letter.body
