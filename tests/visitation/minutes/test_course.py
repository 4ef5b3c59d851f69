"""The minutes say what happened when it happened, whatever became of it later."""

from __future__ import annotations

import io

import pypdf
import pytest

from skolefleks.danish import day, today
from skolefleks.models import AccessEntry
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import text_of
from tests.deciding import ABOVE, wish_terms
from tests.meetings import ABSENT, PRESENT, held, members, under_way
from tests.scenes import kept
from visitation.agenda import actions as agenda
from visitation.ceiling import actions as ceiling
from visitation.decisions import actions as decisions
from visitation.meetings import actions as meetings
from visitation.minutes import actions as minutes
from visitation.minutes import course, queries
from visitation.models import MeetingEvent

COURSE = [("opened", 3), ("taken_up", 3), ("left", 2), ("arrived", 3), ("decided", 3)]


@pytest.fixture
@kept
def three(person):
    return members(person)


@pytest.fixture
@kept
def meeting(case, pools, chair, three):
    """Under way, with all three members there."""
    return under_way(case.application, by=chair, present=three)


def point_of(meeting):
    return queries.minutes_of(meeting)["points"][0]


def above_ceiling(case):
    return wish_terms(ABOVE, deviation="Tung indsats.")


def test_a_tariff_that_a_chief_refuses_later_was_granted_at_the_meeting(
    case, meeting, chair, chief
):
    grant = decisions.grant(case, above_ceiling(case), grounds="Behov.", by=chair)
    held(meeting, by=chair)
    ceiling.answer_ceiling(grant.decision, agrees=False, reason="For dyrt.", by=chief)
    decisions.undo(grant.decision, by=chair)

    said = queries.minutes_of(meeting)
    [pupil] = said["points"][0]["pupils"]
    assert pupil["outcome"] == "Bevilget"
    assert said["points"][0]["note"] == ""
    texts = [row["text"] for row in said["later"]]
    assert "afviste taksten" in texts[0]
    assert "fortrudt" in texts[1]


def test_a_chiefs_refusal_is_told_too_where_the_meeting_was_reopened_after_it(
    case, meeting, chair, chief
):
    grant = decisions.grant(case, above_ceiling(case), grounds="Behov.", by=chair)
    held(meeting, by=chair)
    ceiling.answer_ceiling(grant.decision, agrees=False, reason="For dyrt.", by=chief)
    meetings.reopen_meeting(meeting, reason="Sluttet ved en fejl.", by=chair)
    [line] = queries.minutes_of(held(meeting, by=chair))["later"]
    assert "afviste taksten" in line["text"]


def test_what_happens_on_another_day_than_the_meetings_own_says_which(case, chair, three):
    early = under_way(case.application, by=chair, present=three, days=5)
    [[at, _]] = queries.minutes_of(early)["course"]
    assert at.startswith(f"{day(today())} kl. ")


def test_what_was_undone_at_the_meeting_itself_was_not_decided_there(case, meeting, chair):
    decisions.undo(decisions.reject(case, grounds="Nej.", by=chair), by=chair)
    held(meeting, by=chair)
    said = queries.minutes_of(meeting)
    assert said["points"][0]["pupils"] == []
    assert said["later"] == []


def test_an_approved_version_never_changes_and_what_comes_later_is_an_addendum(
    case, meeting, chair, client_for
):
    decision = decisions.reject(case, grounds="Nej.", by=chair)
    held(meeting, by=chair)
    approved = minutes.approve_minutes(meeting, by=chair)
    before = approved.template_data
    decisions.undo(decision, by=chair)

    approved.refresh_from_db()
    assert approved.template_data == before
    page = text_of(client_for(chair).get(f"/visitation/moeder/{meeting.pk}/referat/"))
    assert "Tilføjelser efter godkendelsen" in page
    assert "fortrudt" in page
    assert "Afslag" in page


def test_who_comes_and_goes_stands_with_the_clock_and_the_quorum_of_that_point(
    case, meeting, chair, three
):
    [item] = meeting.items.all()
    agenda.take_up(item, by=chair)
    meetings.note_attendance(meeting, {three[0].pk: ABSENT}, by=chair)
    with pytest.raises(NotPossible):
        decisions.reject(case, grounds="Nej.", by=chair)
    meetings.note_attendance(meeting, {three[0].pk: PRESENT}, by=chair)
    decision = decisions.reject(case, grounds="Nej.", by=chair)

    assert list(meeting.events.values_list("kind", "counting")) == COURSE
    lines = [line for _, line in queries.minutes_of(meeting)["course"]]
    assert lines[1].startswith(f"{three[0].name}: gik")
    assert decision.events.get().counting == 3


def test_a_point_without_a_quorum_says_so_and_that_it_could_only_be_put_off(
    case, meeting, chair, three
):
    meetings.note_attendance(meeting, {three[0].pk: ABSENT}, by=chair)
    [item] = meeting.items.all()
    agenda.take_up(item, by=chair)
    decisions.postpone(case, grounds="For få til stede.", by=chair)
    point = point_of(meeting)
    taken_up = dict(point["facts"])["Taget op"]
    assert taken_up.endswith(
        "2 til stede, der tæller med og ikke er inhabile: ikke beslutningsdygtigt"
    )
    [label, text] = point["pupils"][0]["facts"][0]
    assert label == "Besluttet"
    assert text.endswith("Udvalget var ikke beslutningsdygtigt, og sagen kunne kun udsættes.")


def test_a_point_with_a_quorum_says_when_and_with_how_many(case, meeting, chair):
    decision = decisions.reject(case, grounds="Nej.", by=chair)
    [label, text] = point_of(meeting)["pupils"][0]["facts"][0]
    at = course.clock(decision.events.get().at)
    assert [label, text] == [
        "Besluttet",
        f"kl. {at}, 3 til stede, der tæller med og ikke er inhabile",
    ]


def paper_of(meeting, client):
    return client.get(f"/visitation/moeder/{meeting.pk}/referat/tilfoejelser.pdf")


def words(answer):
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture
def undone(case, meeting, chair):
    """Approved, and what was decided taken back afterwards."""
    decision = decisions.reject(case, grounds="Nej.", by=chair)
    minutes.approve_minutes(held(meeting, by=chair), by=chair)
    decisions.undo(decision, by=chair)
    return meeting


def test_the_addendum_is_a_paper_of_its_own_and_printing_it_is_logged(
    undone, case, chair, client_for
):
    client = client_for(chair)
    before = client.get(f"/visitation/moeder/{undone.pk}/referat.pdf")
    said = words(paper_of(undone, client))
    assert said.startswith("Tilføjelser til referat af møde i kvalitetsudvalget")
    assert f"{case.application.number}, Baltorpskolen: A.B., " in said
    assert "afgørelsen blev fortrudt" in said
    assert "Godkendt af Frida Formand" in said
    assert "fortrudt" not in words(before)
    assert AccessEntry.objects.filter(kind="print", subject=case.application.number).count() == 2


def test_who_is_disqualified_in_all_of_the_addendum_has_no_paper(undone, two_roles, client_for):
    two_roles.memberships.exclude(school=None).update(school=undone.items.get().application.school)
    assert paper_of(undone, client_for(two_roles)).status_code == 404


def test_without_an_addendum_there_is_no_paper_of_it(case, meeting, chair, client_for):
    client = client_for(chair)
    decisions.reject(case, grounds="Nej.", by=chair)
    held(meeting, by=chair)
    assert paper_of(meeting, client).status_code == 404
    minutes.approve_minutes(meeting, by=chair)
    assert paper_of(meeting, client).status_code == 404


def test_who_went_before_the_end_was_there_until_then(meeting, chair, three):
    meetings.note_attendance(meeting, {three[0].pk: ABSENT}, by=chair)
    people = {name: there for name, _, there in queries.minutes_of(meeting)["people"]}
    assert people[three[1].name] == "Til stede"
    assert people[three[0].name].startswith("Til stede til kl. ")


def test_what_happened_can_never_be_changed(meeting):
    with pytest.raises(Exception, match="Cannot update"):
        MeetingEvent.objects.update(kind="closed")


def test_a_meeting_is_reopened_with_a_reason_and_the_minutes_say_so(case, meeting, chair):
    held(meeting, by=chair)
    with pytest.raises(Refusal):
        meetings.reopen_meeting(meeting, reason=" ", by=chair)
    meetings.reopen_meeting(meeting, reason="Sluttet ved en fejl.", by=chair)
    decisions.reject(case, grounds="Nej.", by=chair)
    said = queries.minutes_of(held(meeting, by=chair))
    assert said["points"][0]["pupils"]
    assert any("Sluttet ved en fejl." in line for _, line in said["course"])


def test_approved_minutes_are_not_reopened(meeting, chair):
    held(meeting, by=chair)
    minutes.approve_minutes(meeting, by=chair)
    with pytest.raises(NotPossible):
        meetings.reopen_meeting(meeting, reason="Mere.", by=chair)
