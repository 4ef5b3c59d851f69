"""The pages of what is asked: the school's application, the list, the agenda, the decision."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from applications.models import PupilCase
from tests.conftest import AFTER, NEXT, text_of
from tests.house.test_ceilings import asked
from tests.meetings import members, planned
from visitation.agenda import actions as agenda
from visitation.meetings import actions as meetings
from visitation.models import Amendment, Attendance, Grant
from visitation.recusals import actions as recusals

LIST = "/visitation/opfoelgning/"
WRITTEN = {
    "reached": "Han kommer i skole hver dag.",
    "remaining": "Han er endnu alene i frikvarteret.",
    "reason": "Efter sommer begynder en ny klasse.",
    "tariff": "150.000",
}
DOWN = {
    "outcome": "stepped",
    "starts_on": f"01.01.{AFTER}",
    "tariff": "120.000",
    "until": f"31.03.{AFTER}",
    "tariff_2": "60.000",
    "until_2": f"31.07.{AFTER}",
    "deviation": "Mindre behov.",
    "grounds": "Det går godt.",
}


@pytest.fixture
def extension(effort):
    return f"{effort.get_absolute_url()}forlaengelse/"


def decide(post, client, amendment, typed, *, confirm=True):
    if confirm:
        typed = {**typed, "confirmed": "1"}
    return post(client, f"{amendment.get_absolute_url()}afgoerelse/", typed)


def test_the_school_keeps_a_draft_that_is_its_own(extension, school, committee, post):
    post(school, extension, {**WRITTEN, "until": "", "then": "save"})
    draft = Amendment.objects.get()
    assert (draft.status, draft.reached) == ("draft", WRITTEN["reached"])
    assert committee.get(draft.get_absolute_url()).status_code == 404
    assert WRITTEN["reached"] in school.get(extension).content.decode()


def test_an_application_that_is_sent_stands_in_the_committees_list(
    extension, school, committee, post
):
    typed = {**WRITTEN, "until": f"31.12.{AFTER}", "then": "send"}
    assert post(school, extension, typed).status_code == 302
    assert f"Forlæng til 31. december {AFTER}" in text_of(committee.get(LIST))
    page = text_of(committee.get(Amendment.objects.get().get_absolute_url()))
    assert WRITTEN["remaining"] in page
    assert "150.000 kr. pr. år" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("reached", ""), ("until", f"31.07.{AFTER}"), ("until", ""), ("tariff", "400.000")],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(
    field, value, extension, school, post
):
    typed = {**WRITTEN, "until": f"31.12.{AFTER}", "then": "send", field: value}
    answer = post(school, extension, typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert WRITTEN["remaining"] in answer.content.decode()
    assert not Amendment.objects.exists()


def test_the_school_takes_back_what_it_asked_for(extension, school, committee, post):
    post(school, extension, {**WRITTEN, "until": f"31.12.{AFTER}", "then": "send"})
    url = extension.replace("forlaengelse/", "udvalget/traek-tilbage/")
    assert "Trukket tilbage" in text_of(school.get(post(school, url).url))
    assert "Ingen opfølgninger venter" in text_of(committee.get(LIST))


def test_it_is_put_on_an_agenda_beside_new_cases(ask, chair, committee, post):
    amendment = ask()
    meeting = planned(by=chair)
    assert "Opfølgning 1" in text_of(committee.get("/visitation/"))
    post(committee, LIST, {"meeting": meeting.pk, "chosen": amendment.pk})
    assert "Opfølgning: Trap ned" in text_of(committee.get(meeting.get_absolute_url()))
    assert "Møde" in text_of(committee.get(LIST))


def test_nothing_ticked_is_answered_in_words(ask, committee, post):
    ask()
    answer = post(committee, LIST, {})
    assert answer.status_code == 422
    assert "Vælg et møde." in text_of(answer)


def test_a_decision_is_shown_before_it_is_made(ask, committee, post):
    amendment = ask()
    page = decide(post, committee, amendment, DOWN, confirm=False)
    assert page.status_code == 200
    assert "Det ændrer sig i puljen" in text_of(page)
    assert "Læs brevet, før det sendes: Afgørelsesbrev" in text_of(page)
    assert Grant.objects.count() == 1


def test_a_row_of_tariffs_is_decided_on_the_page(ask, committee, school, effort, post):
    amendment = ask()
    assert decide(post, committee, amendment, DOWN).status_code == 302
    grant = Grant.objects.get(tariff=120_000)
    assert [step.tariff for step in grant.later] == [60_000]
    assert grant.ends_on == date(AFTER, 7, 31)
    page = text_of(school.get(f"{effort.get_absolute_url()}oekonomi/"))
    assert f"60.000 kr. pr. år fra 1. april {AFTER} (trin ned)" in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tariff": "400.000"}, "tariff"),
        ({"starts_on": ""}, "starts_on"),
        ({"until_2": f"01.01.{AFTER}"}, "until_2"),
        ({"until_2": f"31.12.{AFTER}"}, "until"),
        ({"deviation": ""}, "deviation"),
        ({"grounds": ""}, "grounds"),
        ({"outcome": "stopped"}, "last_day"),
        ({"outcome": "x"}, "outcome"),
    ],
)
def test_nonsense_is_said_at_its_field(change, field, ask, committee, post):
    answer = decide(post, committee, ask(), {**DOWN, **change})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Grant.objects.count() == 1


def test_a_stop_on_the_page_ends_the_grant(ask, committee, post):
    typed = {"outcome": "stopped", "last_day": f"30.06.{NEXT}", "grounds": "Virker ikke."}
    decide(post, committee, ask("stop"), typed)
    assert Grant.objects.get().ended_on == date(NEXT, 6, 30)


def test_the_effort_is_one_page_of_paper_without_a_name(effort, school, committee, extension, post):
    post(school, extension, {**WRITTEN, "until": f"31.12.{AFTER}", "then": "send"})
    answer = committee.get(f"{Amendment.objects.get().get_absolute_url()}resume.pdf")
    reader = PdfReader(BytesIO(answer.content))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert len(reader.pages) == 1
    assert WRITTEN["remaining"] in " ".join(text.split())
    assert effort.pupil_case.name.split()[0] not in text


def test_the_disqualified_see_nothing_of_it(ask, effort, member, client_for, chair):
    amendment = ask()
    meeting = planned(by=chair)
    agenda.add_amendment(meeting, amendment, by=chair)
    recusals.declare(effort.application, by=member)
    client = client_for(member)
    assert client.get(amendment.get_absolute_url()).status_code == 404
    assert effort.application.number not in text_of(client.get(LIST))
    assert "du er inhabil" in text_of(client.get(meeting.get_absolute_url()))


def test_the_pages_take_no_more_than_their_ceiling(ask, committee):
    amendment = ask()
    assert asked(committee, LIST) <= 8
    assert asked(committee, amendment.get_absolute_url()) <= 16


@pytest.fixture
def at_the_meeting(ask, chair, person):
    """A stop is asked for at the meeting under way."""
    amendment = ask("stop")
    meeting = planned(by=chair)
    agenda.add_amendment(meeting, amendment, by=chair)
    there = [chair, *members(person)]
    for user in there:
        Attendance.objects.create(meeting=meeting, user=user, state="present", counts=True)
    meetings.lock_agenda(meeting, by=chair)
    meetings.open_meeting(meeting, by=chair)
    agenda.take_up(meeting.items.get(), by=chair)
    return meeting


def test_the_room_shows_the_effort_and_leads_to_its_decision(at_the_meeting, committee):
    page = committee.get(reverse("visitation:case_at_hand", args=[at_the_meeting.pk]))
    assert "Opfølgning: Stop" in text_of(page)
    assert "afgoerelse/?fra=moede" in page.content.decode()


def test_the_minutes_say_what_was_decided_of_an_effort(at_the_meeting, committee, post):
    typed = {"outcome": "stopped", "last_day": f"30.06.{NEXT}", "grounds": "Virker ikke."}
    decide(post, committee, Amendment.objects.get(), typed)
    minutes = reverse("visitation:minutes", args=[at_the_meeting.pk])
    page = text_of(committee.get(minutes))
    assert "Opfølgning: Stop" in page
    assert "Stoppet" in page


def test_a_meeting_does_not_end_over_what_it_was_asked(at_the_meeting, chair):
    with pytest.raises(meetings.NotAllSettled):
        meetings.close_meeting(at_the_meeting, by=chair)


def test_a_protected_pupil_has_no_initials_in_the_list(ask, effort, committee):
    ask()
    PupilCase.objects.filter(pk=effort.pupil_case.pk).update(is_protected=True)
    page = text_of(committee.get(LIST))
    assert "Beskyttet" in page
    assert effort.pupil_case.initials not in page


def test_the_front_page_fetches_how_many_wait(ask, committee):
    ask()
    url = reverse("start_efforts")
    assert f'hx-get="{url}"' in committee.get("/").text

    part = committee.get(url, headers={"HX-Request": "true"})
    assert "Opfølgninger venter på udvalget" in part.text
    # The link of those without JavaScript.
    assert committee.get(url).url == reverse("efforts:list")
