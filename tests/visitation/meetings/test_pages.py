"""The meetings' pages: planning, the agenda, who comes, the next step, what the school sees."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from skolefleks.calendar import banking_day_after
from skolefleks.danish import day, today
from skolefleks.models import AccessEntry
from tests.conftest import NEXT, many, text_of
from tests.meetings import held, invited, locked, members, planned, under_way
from tests.nonsense import NONSENSE
from tests.scenes import kept
from visitation.agenda import actions as agenda
from visitation.meetings.forms import ClockField
from visitation.models import AgendaItem, Attendance, Meeting

PLAN = "/visitation/moeder/nyt/"


ROW = {
    "foerste": f"03.12.{NEXT}",
    "fra": "9",
    "til": "12.30",
    "sted": "Rådhuset",
    "uger": "2",
    "indtil": f"31.12.{NEXT}",
}


@pytest.fixture
@kept
def cases(schools, leader, other_leader):
    """Two cases of Baltorpskolen and one of Hedegårdsskolen."""
    ours = many(2, school=schools["Baltorpskolen"], by=leader)
    theirs = many(1, school=schools["Hedegårdsskolen"], by=other_leader, first=6001)
    return [case.application for case in (*ours, *theirs)]


@pytest.fixture
@kept
def meeting(cases, chair):
    return planned(*cases, by=chair)


def order(meeting):
    return [item.application.number[-4:] for item in meeting.items.select_related("application")]


def sent(meeting, **changed):
    """The agenda's form as the page has it."""
    items = [str(item.pk) for item in meeting.items.all()]
    return {"punkt": items, "revision": meeting.revision} | changed


def at(name, meeting, *args):
    return reverse(f"visitation:{name}", args=[meeting.pk, *args])


# -- planning --------------------------------------------------------------------------
def test_the_days_are_shown_before_anything_is_planned(committee):
    page = text_of(committee.get(PLAN, ROW))
    assert f"3. december {NEXT}" in page
    assert f"17. december {NEXT}" in page
    assert not Meeting.objects.exists()


def test_the_days_that_are_ticked_are_planned_and_no_other(committee, post):
    answer = post(committee, PLAN, ROW | {"dag": [f"{NEXT}-12-17", f"{NEXT}-12-18", "x"]})
    assert answer.status_code == 302
    [meeting] = Meeting.objects.all()
    assert text_of(committee.get("/visitation/moeder/")).count(f"17. december {NEXT}") == 1
    assert meeting.place == "Rådhuset"


@pytest.mark.parametrize(
    ("first", "against"),
    [(f"25.12.{NEXT}", "Juledag"), (f"31.12.{NEXT}", "Lukkedag"), (f"15.07.{NEXT}", "sommerferie")],
)
def test_a_day_that_nobody_meets_on_is_marked_and_not_ticked(first, against, committee):
    page = committee.get(PLAN, ROW | {"foerste": first, "uger": "", "indtil": ""})
    [(suggestion, _, chosen)] = page.context["days"]
    assert against in suggestion.against
    assert not chosen


def test_a_day_that_has_a_meeting_is_marked(meeting, committee):
    first = f"{meeting.starts_at:%d.%m.%Y}"
    page = committee.get(PLAN, ROW | {"foerste": first, "uger": "", "indtil": ""})
    assert "allerede et møde" in text_of(page)


BAD = {
    "foerste": ["", "31.02.2027", "01.01.2001", "01.01.2099", *NONSENSE],
    "fra": ["", "25", "12.30", "13", *NONSENSE],
    "til": ["", "8.59", "9", *NONSENSE],
    "sted": ["", " ", "x" * 201, "\x00"],
    "uger": ["0", "53", *NONSENSE],
    "indtil": ["", f"02.12.{NEXT}", "31.12.2099", *NONSENSE],
}


@pytest.mark.parametrize("name", BAD)
def test_what_makes_no_sense_is_said_at_its_field_and_kept(name, committee, post):
    for value in BAD[name]:
        answer = post(committee, PLAN, ROW | {name: value})
        assert (value, answer.status_code) == (value, 422)
        assert ROW["sted" if name != "sted" else "fra"] in answer.content.decode()
    assert not Meeting.objects.exists()


def test_none_ticked_plans_nothing(committee, post):
    assert "mindst én dag" in text_of(post(committee, PLAN, ROW))


def test_a_meeting_is_moved_and_who_was_overtaken_keeps_what_was_typed(
    meeting, committee, post, chair
):
    url, typed = (
        at("change_meeting", meeting),
        {
            "day": f"{banking_day_after(date(NEXT, 12, 4)):%d.%m.%Y}",
            "begins": "8.15",
            "ends": "10",
            "place": "Sal 2",
        },
    )
    answer = post(committee, url, typed | {"revision": 0})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert all(text in page for text in ("ændret af en anden", "8.15", "Sal 2"))
    assert post(committee, url, typed | {"revision": meeting.revision}).status_code == 302
    assert "kl. 08.15–10.00 · Sal 2" in text_of(committee.get(meeting.get_absolute_url()))


# -- the agenda ------------------------------------------------------------------------
def test_the_agenda_shows_its_times_by_order_and_minutes(meeting, committee):
    page = committee.get(meeting.get_absolute_url())
    assert [f"{point.starts_at:%M}" for point in page.context["agenda"].points] == [
        "00",
        "20",
        "40",
    ]
    assert "Dagsordenen slutter 60" in text_of(page)


def test_a_case_is_moved_down_and_up_without_javascript(meeting, committee, post):
    first, second, third = order(meeting)
    post(committee, at("arrange_agenda", meeting), sent(meeting, ned=sent(meeting)["punkt"][0]))
    assert order(meeting) == [second, first, third]
    meeting.refresh_from_db()
    post(committee, at("arrange_agenda", meeting), sent(meeting, op=sent(meeting)["punkt"][2]))
    assert order(meeting) == [second, third, first]


def test_rows_dragged_into_another_order_are_saved_with_their_minutes(meeting, committee, post):
    items = sent(meeting)["punkt"]
    data = sent(meeting, punkt=items[::-1]) | {f"minutter-{items[0]}": "45"}
    assert post(committee, at("arrange_agenda", meeting), data).status_code == 302
    assert [item.minutes for item in meeting.items.all()] == [20, 20, 45]


def test_a_stale_agenda_is_refused_and_what_was_typed_stays(meeting, committee, post):
    item = sent(meeting)["punkt"][0]
    answer = post(
        committee,
        at("arrange_agenda", meeting),
        sent(meeting, revision=0) | {f"minutter-{item}": "77"},
    )
    assert answer.status_code == 422
    assert "ændret af en anden" in text_of(answer)
    assert 'value="77"' in answer.content.decode()
    assert AgendaItem.objects.get(pk=item).minutes == 20


@pytest.mark.parametrize("value", ["", "0", "241", *(text for text in NONSENSE if text != "٣")])
def test_minutes_that_are_no_minutes_are_refused(value, meeting, committee, post):
    item = sent(meeting)["punkt"][0]
    answer = post(
        committee, at("arrange_agenda", meeting), sent(meeting) | {f"minutter-{item}": value}
    )
    assert (answer.status_code, AgendaItem.objects.get(pk=item).minutes) == (422, 20)


@pytest.mark.parametrize("value", NONSENSE)
def test_an_order_of_nonsense_is_refused(value, meeting, committee, post):
    answer = post(
        committee, at("arrange_agenda", meeting), sent(meeting, punkt=[value, value, value])
    )
    assert answer.status_code == 422


def test_an_agenda_that_is_longer_than_the_meeting_is_warned_of(meeting, committee):
    meeting.items.update(minutes=70)
    assert "Den varer 30 minutter for længe" in text_of(committee.get(meeting.get_absolute_url()))


def test_a_case_is_found_put_on_and_taken_off(cases, chair, committee, post):
    meeting = planned(by=chair)
    url = at("add_case", meeting)
    assert [
        row.number for row in committee.get(url, {"q": cases[2].number}).context["page"].rows
    ] == [cases[2].number]
    assert len(committee.get(url, {"q": "A.B."}).context["page"].rows) == 3
    assert post(committee, url, {"sag": cases[2].number}).status_code == 302
    assert len(committee.get(url).context["page"].rows) == 2
    meeting.refresh_from_db()
    post(committee, at("arrange_agenda", meeting), sent(meeting, fjern=sent(meeting)["punkt"][0]))
    assert len(committee.get(url).context["page"].rows) == 3


@pytest.mark.parametrize("value", NONSENSE)
def test_a_search_for_nonsense_finds_nothing_and_breaks_nothing(value, meeting, committee, post):
    assert committee.get(at("add_case", meeting), {"q": value}).status_code == 200
    answer = post(committee, at("add_case", meeting), {"sag": value})
    assert answer.status_code in {400, 404}


def test_who_is_disqualified_sees_the_number_of_the_point_and_nothing_of_the_case(
    meeting, cases, two_roles, client_for
):
    for name in ("meeting", "agenda"):
        page = client_for(two_roles).get(at(name, meeting)).content.decode()
        assert "Punkt 3: du er inhabil" in page
        assert cases[2].number not in page
        assert "Hedegårdsskolen</small>" not in page
        assert cases[0].number in page


def test_a_disqualified_chair_may_not_take_the_case_off_nor_put_it_on(
    meeting, cases, two_roles, client_for, post
):
    two_roles.memberships.filter(school=None).update(role="committee_chair")
    client, item = client_for(two_roles), sent(meeting)["punkt"][2]
    assert post(client, at("arrange_agenda", meeting), sent(meeting, fjern=item)).status_code == 422
    agenda.remove_from_agenda(
        meeting.items.all()[2], revision=meeting.revision, by=meeting.planned_by
    )
    assert post(client, at("add_case", meeting), {"sag": cases[2].number}).status_code == 404


def test_the_printed_agenda_is_logged_for_each_case(meeting, cases, committee):
    committee.get(at("agenda", meeting))
    printed = AccessEntry.objects.filter(kind="print").values_list("subject", flat=True)
    assert sorted(printed) == sorted(case.number for case in cases)


# -- who comes, and the next step ------------------------------------------------------
def test_each_case_says_whether_enough_are_there_without_the_disqualified(
    cases, chair, two_roles, person, committee
):
    meeting = under_way(*cases, by=chair, present=[chair, two_roles, *members(person, 1)])
    page = text_of(committee.get(meeting.get_absolute_url()))
    assert page.count("3 til stede, ingen inhabile: beslutningsdygtigt") == 2
    assert page.count("3 til stede, 1 inhabil: ikke beslutningsdygtigt") == 1
    # And the warning names that case, and not the committee as a whole.
    assert f"Udvalget er ikke beslutningsdygtigt i {cases[2].number} Sager kan" in page


def test_attendance_is_noted_by_form_and_nonsense_is_refused(cases, chair, committee, post):
    meeting = invited(*cases, by=chair)
    name = f"person-{chair.pk}"
    assert post(committee, at("note_attendance", meeting), {name: "x"}).status_code == 422
    assert post(committee, at("note_attendance", meeting), {name: "present"}).status_code == 302
    assert Attendance.objects.get(user=chair).state == "present"
    answering = committee.get(meeting.get_absolute_url()).context["answering"]
    assert answering["comes"].value() == "coming"


def test_the_buttons_are_those_of_the_meetings_life(cases, chair, member, committee, client_for):
    meeting = locked(*cases, by=chair, present=[chair])
    steps = committee.get(meeting.get_absolute_url()).context["steps"]
    # The one that leads on stands out.
    looks = [(label, step.look) for label, _, step in steps]
    assert looks == [
        ("Lås dagsordenen op", "secondary"),
        ("Åbn mødet", "primary"),
        ("Aflys mødet", "secondary"),
    ]
    assert "Åbn mødet" not in text_of(client_for(member).get(meeting.get_absolute_url()))


def test_a_meeting_goes_from_plan_to_minutes_by_its_buttons(cases, chair, committee, post):
    meeting = planned(*cases, by=chair)
    post(committee, at("invite_committee", meeting))
    everybody = {f"person-{row.user_id}": "present" for row in meeting.attendances.all()}
    post(committee, at("note_attendance", meeting), everybody)
    for step in ("laas", "aabn"):
        assert post(committee, at("move_meeting", meeting, step)).status_code == 302
    refused = post(committee, at("move_meeting", meeting, "slut"))
    assert "hverken afgjort eller udsat" in text_of(refused)
    later = {"senere": [str(item.pk) for item in meeting.items.all()]}
    assert post(committee, at("move_meeting", meeting, "slut"), later).url == at("minutes", meeting)


def test_a_step_that_cannot_be_taken_is_said_and_one_that_is_none_is_not_there(
    meeting, committee, post
):
    assert post(committee, at("move_meeting", meeting, "aabn")).status_code == 422
    assert post(committee, at("move_meeting", meeting, "nonsens")).status_code == 404


def test_a_cancelled_meetings_cases_are_in_the_queue_again(meeting, cases, chair, committee, post):
    post(committee, at("move_meeting", meeting, "aflys"))
    rows = committee.get(at("add_case", planned(by=chair, days=9))).context["page"].rows
    assert {row.number for row in rows} == {case.number for case in cases}


def test_the_list_has_the_coming_meetings_first_and_the_past_ones_by_page(cases, chair, committee):
    held(under_way(*cases, by=chair, present=[chair]), by=chair)
    near, far = planned(by=chair, days=2), planned(by=chair, days=20)
    page = committee.get("/visitation/moeder/")
    assert [row[0].pk for row in page.context["coming"]] == [near.pk, far.pk]
    assert [row[0].status for row in page.context["past"]] == ["held"]
    assert day(today()) in text_of(page).lower()


def test_without_meetings_the_list_says_what_to_do(committee):
    assert "Ingen møder er planlagt" in text_of(committee.get("/visitation/moeder/"))


@pytest.mark.parametrize(("typed", "clock"), [("10", "10.00"), ("0930", "09.30"), ("930", "09.30")])
def test_a_time_is_read_as_it_is_typed(typed, clock):
    assert f"{ClockField().clean(typed):%H.%M}" == clock
