"""Points of an agenda that are no case: in one order with the cases, talked of, in the minutes."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from skolefleks.models import OutboxMessage
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import many, text_of
from tests.meetings import held, invited, locked, planned, slot, tell
from tests.scenes import kept
from visitation.agenda import actions as agenda
from visitation.agenda import free_points
from visitation.agenda import queries as agenda_queries
from visitation.meetings import actions as meetings
from visitation.meetings import putting_off
from visitation.minutes import actions as minutes
from visitation.minutes import queries as minutes_queries
from visitation.minutes import readers
from visitation.minutes import rules as minutes_rules
from visitation.models import FreePoint, Meeting
from visitation.recusals import actions as recusals

USUAL = ("minutes", "told", "other")


@pytest.fixture
@kept
def cases(schools, leader):
    return [case.application for case in many(2, school=schools["Baltorpskolen"], by=leader)]


@pytest.fixture
@kept
def meeting(cases, chair):
    """The usual points, then the cases: they come before »Eventuelt«."""
    [meeting] = meetings.plan([slot()], points=USUAL, by=chair)
    for case in cases:
        agenda.add_to_agenda(meeting, case, by=chair)
    meeting.refresh_from_db()
    return meeting


@pytest.fixture
def own(meeting, chair):
    title = "Besøg af Kaja"
    return free_points.add_point(meeting, kind="own", title=title, minutes=15, by=chair)


def labels(meeting, user):
    return [line.label for line in agenda_queries.lines_of(meeting, user)]


def opened(meeting, chair):
    """Under way, with the chair alone."""
    meetings.invite(meeting, by=chair)
    states = dict.fromkeys(meeting.attendances.values_list("user", flat=True), "absent")
    meetings.note_attendance(meeting, states | {chair.pk: "present"}, by=chair)
    meetings.lock_agenda(meeting, by=chair)
    meetings.open_meeting(meeting, by=chair)
    meeting.refresh_from_db()
    return meeting


# -- on the agenda ---------------------------------------------------------------------
def test_cases_come_after_the_usual_points_and_before_any_other_business(meeting, cases, chair):
    first, second = (case.number for case in cases)
    order = ["Referat af sidste møde", "Orientering", first, second, "Eventuelt"]
    assert labels(meeting, chair) == order
    lines = agenda_queries.lines_of(meeting, chair)
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]
    starts = [timezone.localtime(line.starts_at).strftime("%H.%M") for line in lines]
    assert starts == ["09.00", "09.05", "09.10", "09.30", "09.50"]


def test_the_school_is_told_the_same_time_as_the_agenda_says(meeting, chair, leader):
    meetings.invite(meeting, by=chair)
    told = [case.taken_up_at for case in agenda_queries.cases_at_meetings(leader)]
    assert told == [point.starts_at for point in agenda_queries.points_of(meeting, chair)]


def test_free_points_and_cases_are_put_in_one_order(meeting, cases, chair):
    pks = [line.item.pk for line in agenda_queries.lines_of(meeting, chair)]
    order = [pks[2], pks[4], *pks[:2], pks[3]]
    agenda.arrange(meeting, order, minutes={pks[4]: 40}, revision=meeting.revision, by=chair)
    lines = agenda_queries.lines_of(meeting, chair)
    assert [line.item.pk for line in lines] == order
    assert timezone.localtime(lines[2].starts_at).strftime("%H.%M") == "10.00"


def test_schools_hear_when_a_point_moves_their_time(cases, chair):
    meeting = invited(*cases, by=chair)
    tell()
    free_points.add_point(meeting, kind="other", title="", minutes=5, by=chair)
    assert not OutboxMessage.objects.filter(topic="meeting.times_changed").exists()
    meeting.refresh_from_db()
    pks = [line.item.pk for line in agenda_queries.lines_of(meeting, chair)]
    agenda.arrange(meeting, [pks[2], *pks[:2]], revision=meeting.revision, by=chair)
    assert OutboxMessage.objects.filter(topic="meeting.times_changed").exists()


def test_a_usual_point_is_once_on_an_agenda(meeting, chair):
    with pytest.raises(Refusal, match="allerede"):
        free_points.add_point(meeting, kind="told", title="", minutes=5, by=chair)


def test_a_locked_agenda_keeps_its_points(meeting, chair):
    [point, *_] = meeting.free_points.all()
    meetings.lock_agenda(meeting, by=chair)
    meeting.refresh_from_db()
    with pytest.raises(NotPossible):
        free_points.remove_point(point, revision=meeting.revision, by=chair)
    with pytest.raises(NotPossible):
        free_points.add_point(meeting, kind="own", title="Budget", minutes=5, by=chair)


# -- its pages -------------------------------------------------------------------------
def test_a_new_meeting_has_the_usual_points_unless_they_are_unticked(committee, post):
    day = f"{slot().starts_at:%d.%m.%Y}"
    url = f"/visitation/moeder/nyt/?foerste={day}&fra=9&til=12&sted=Her"
    page = committee.get(url).content.decode()
    boxes = re.findall(r'<input[^>]*name="punkt"[^>]*>', page)
    assert [("checked" in box) for box in boxes] == [True, True, True]
    sent = {"foerste": day, "fra": "9", "til": "12", "sted": "Her", "alligevel": "1"}
    sent |= {"dag": f"{slot().starts_at:%Y-%m-%d}", "punkt": ["minutes", "other"]}
    assert post(committee, "/visitation/moeder/nyt/", sent).status_code == 302
    points = Meeting.objects.get().free_points.all()
    assert [point.kind for point in points] == ["minutes", "other"]


def test_an_own_point_is_put_on_without_a_number_or_a_name(meeting, cases, committee, post):
    url = reverse("visitation:add_point", args=[meeting.pk])
    own = {"kind": "own", "minutes": "10"}
    assert post(committee, url, own | {"title": ""}).status_code == 422
    refused = post(committee, url, own | {"title": "Om 010115-1234"})
    assert "CPR" in text_of(refused)
    name = cases[0].pupil_cases.get().name
    post(committee, url, own | {"title": f"Om {name} og bussen"})
    page = text_of(committee.get(meeting.get_absolute_url()))
    assert "og bussen" in page
    assert name not in page


def test_a_point_is_taken_off_on_the_meetings_page(meeting, committee, post):
    [point, *_] = meeting.free_points.all()
    rows = agenda_queries.lines_of(meeting, meeting.planned_by)
    sent = {"revision": meeting.revision, "punkt": [str(row.item.pk) for row in rows]}
    url = reverse("visitation:arrange_agenda", args=[meeting.pk])
    assert post(committee, url, sent | {"fjern": str(point.pk)}).status_code == 302
    assert meeting.free_points.count() == 2


def test_who_is_disqualified_in_a_case_does_not_read_a_title_that_names_it(
    meeting, cases, chair, member
):
    title = f"Mere om {cases[0].number}"
    free_points.add_point(meeting, kind="own", title=title, minutes=5, by=chair)
    assert title in labels(meeting, member)
    recusals.set_recusal(cases[0], member, reason="Er nabo til familien.", by=chair)
    assert title not in labels(meeting, member)


def test_no_mail_holds_a_title(meeting, own, chair, mailoutbox):
    meetings.invite(meeting, by=chair)
    meetings.lock_agenda(meeting, by=chair)
    tell()
    bodies = " ".join(mail.body for mail in mailoutbox)
    assert "09.50 Eget punkt" in bodies
    assert "10.05 Eventuelt" in bodies
    assert "Kaja" not in bodies


# -- at the meeting and in its minutes -------------------------------------------------
def test_a_point_is_taken_up_written_and_in_the_minutes(meeting, own, chair, committee, post):
    opened(meeting, chair)
    post(committee, reverse("visitation:take_up_point", args=[meeting.pk, own.pk]))
    room = committee.get(reverse("visitation:meeting_mode", args=[meeting.pk]))
    assert "Besøg af Kaja" in text_of(room)
    mark = room.context["words"].initial["read"]
    sent = {f"{own.pk}-text": "Kaja fortalte.", f"{own.pk}-read": mark}
    url = reverse("visitation:write_minutes", args=[meeting.pk])
    answer = post(committee, f"{url}?fra=moede", sent)
    assert answer.url == reverse("visitation:meeting_mode", args=[meeting.pk])
    held(meeting, by=chair)
    [point] = [p for p in minutes_queries.minutes_of(meeting)["points"] if p["item"] == str(own.pk)]
    assert (point["heading"], point["said"]) == ("Besøg af Kaja", "Kaja fortalte.")
    assert point["facts"][0][0] == "Taget op"


def test_the_minutes_on_paper_have_all_points_in_order(meeting, cases, own, chair, committee):
    held(opened(meeting, chair), by=chair)
    minutes.approve_minutes(meeting, by=chair)
    pdf = committee.get(reverse("visitation:minutes_pdf", args=[meeting.pk])).content
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    headings = ["Punkt 2: Orientering", f"Punkt 3: {cases[0].number}", "Punkt 5: Besøg af Kaja"]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_what_is_said_at_a_point_of_a_case_is_hidden_from_the_disqualified(
    meeting, own, cases, chair, member
):
    opened(meeting, chair)
    text = f"Vi talte om vejret.\nOg om {cases[0].number}."
    minutes.write_of_point(own, text=text, read=minutes_rules.mark_of(""), by=chair)
    recusals.set_recusal(cases[0], member, reason="Er nabo til familien.", by=chair)
    whole = minutes_queries.minutes_of(meeting)
    read = str(readers.as_read_by(whole, member))
    assert "vejret" in read
    assert cases[0].number not in read


def test_who_writes_in_the_room_is_shown_no_text_that_names_a_case_closed_to_them(
    meeting, own, cases, chair, secretary, client_for
):
    opened(meeting, chair)
    free_points.take_up_point(own, by=chair)
    name = cases[0].pupil_cases.first().name
    read = minutes_rules.mark_of("")
    minutes.write_of_point(own, text=f"{name} har det bedre.", read=read, by=chair)
    room = reverse("visitation:meeting_mode", args=[meeting.pk])
    assert "har det bedre" in client_for(secretary).get(room).content.decode()
    recusals.set_recusal(cases[0], secretary, reason="Er nabo til familien.", by=chair)
    assert "har det bedre" not in client_for(secretary).get(room).content.decode()


def test_the_next_meeting_leads_to_the_minutes_of_the_last(cases, chair, committee):
    held(opened(planned(*cases, by=chair, days=0), chair), by=chair)
    [new] = meetings.plan([slot()], points=USUAL, by=chair)
    page = committee.get(new.get_absolute_url()).content.decode()
    last = Meeting.objects.get(status="held")
    assert reverse("visitation:minutes", args=[last.pk]) in page
    assert "Referat af mødet" in page


def test_what_was_not_come_to_follows_a_meeting_that_is_put_off(meeting, own, cases, chair):
    opened(meeting, chair)
    free_points.take_up_point(meeting.free_points.get(kind="minutes"), by=chair)
    new = putting_off.put_off(meeting, slot(9), by=chair)
    first, second = (case.number for case in cases)
    assert labels(new, chair) == ["Orientering", first, second, "Besøg af Kaja", "Eventuelt"]


def test_a_free_point_asks_for_no_quorum_and_keeps_no_meeting_open(cases, chair):
    meeting = locked(*cases, by=chair, present=[chair], days=0)
    assert FreePoint.objects.count() == 0
    meetings.open_meeting(meeting, by=chair)
    held(meeting, by=chair)
