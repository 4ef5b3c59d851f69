"""The closing report and the whereabouts in the browser."""

from __future__ import annotations

import time_machine

from tests.conftest import text_of
from tests.visitation.closings.conftest import said
from tests.visitation.efforts.test_pages import queries_of
from visitation.closings import actions
from visitation.models import ClosingReport, Whereabouts


def address(effort, last=""):
    return f"{effort.get_absolute_url()}slutrapport/{last}"


def typed(effort, **fields):
    """The form as the page sends it, with what it suggests of the goals."""
    fields = {key: value for key, value in said(**fields).items() if key != "verdicts"}
    for number in (1, 2):
        for voice in ("pupil", "parents", "school", "ppr"):
            fields[f"goal-{number}-{voice}"] = "not_asked"
    return fields


def test_the_effort_leads_to_its_closing_report(ended, leader, client_for):
    client = client_for(leader)
    page = text_of(client.get("/indsatser/"))
    assert "Slutrapporten mangler" in page
    page = client.get(ended.get_absolute_url()).content.decode()
    assert f'href="{address(ended, "skriv/")}"' in page


def test_a_draft_is_kept_and_only_the_school_reads_it(ended, leader, chair, client_for, post):
    client = client_for(leader)
    post(client, address(ended, "skriv/"), typed(ended) | {"then": "save"})
    assert "Den faste voksne." in text_of(client.get(address(ended)))
    assert "Den faste voksne." not in text_of(client_for(chair).get(address(ended)))


def test_handed_in_all_who_follow_read_it_by_voice(ended, leader, chair, client_for, post):
    data = typed(ended) | {"then": "hand_in", "goal-2-pupil": "reached"}
    assert post(client_for(leader), address(ended, "skriv/"), data).status_code == 302
    page = text_of(client_for(chair).get(address(ended)))
    assert "Eleven: nået · Forældrene: ikke spurgt" in page
    assert "Nu: Almindelig klasse" in text_of(client_for(chair).get("/indsatser/?fane=afsluttede"))


def test_what_is_missing_stands_at_its_field_and_nothing_is_lost(ended, leader, client_for, post):
    data = typed(ended, now="") | {"then": "hand_in"}
    answer = post(client_for(leader), address(ended, "skriv/"), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors["now"]
    assert "Den faste voksne." in answer.content.decode()


def test_the_form_begins_with_the_verdicts_of_the_measurements(effort, measure, client_for, leader):
    measure("pupil", 6)
    type(effort).objects.update(status="ended")
    ClosingReport.objects.create(effort=effort, laid_on=effort.ends_on, due_on=effort.ends_on)
    form = client_for(leader).get(address(effort, "skriv/")).context["form"]
    assert form["goal-2-pupil"].value() == "reached"
    assert form["goal-2-school"].value() == "not_asked"


def test_the_pupil_is_asked_for_and_the_page_says_where(ended, leader, client_for, post):
    question = ended.whereabouts.first()
    with time_machine.travel(question.ask_on, tick=False):
        client = client_for(leader)
        url = address(ended, f"efter/{question.pk}/")
        assert client.get(url).status_code == 404
        actions.ask_for_whereabouts()
        assert post(client, url, {"now": ""}).status_code == 422
        assert post(client, url, {"now": "youth", "note": ""}).status_code == 302
        assert "6 måneder efter Ungdomsuddannelse" in text_of(client.get(address(ended)))
    assert Whereabouts.objects.filter(status="answered").count() == 1


def test_a_running_effort_has_no_such_tab(effort, school):
    assert "Slutrapport" not in text_of(school.get(effort.get_absolute_url()))
    assert school.get(address(effort, "skriv/")).status_code == 404


def test_the_pages_stay_under_their_ceilings(ended, leader, client_for):
    client = client_for(leader)
    for url in (address(ended), address(ended, "skriv/"), ended.get_absolute_url()):
        assert queries_of(client, url) <= 12
    assert queries_of(client, "/indsatser/?fane=afsluttede") <= 9
