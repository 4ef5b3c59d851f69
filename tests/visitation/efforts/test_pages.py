"""The pages of efforts: who sees what, what they ask of the database, what stands on them."""

from __future__ import annotations

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Invitation
from skolefleks.danish import day
from skolefleks.models import AccessEntry
from tests.conftest import text_of
from visitation.models import Effort
from visitation.recusals import actions as recusals

LIST = "/indsatser/"
PAGES = ("", "plan/", "opfoelgninger/", "oekonomi/")


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_school_finds_its_effort_under_what_asks_for_action(effort, leader, client_for):
    assert "A.B." not in text_of(client_for(leader).get(LIST))
    with time_machine.travel(effort.starts_on, tick=False):
        page = text_of(client_for(leader).get(LIST))
    assert "A.B." in page
    assert "Begyndelsen skal bekræftes" in page


def test_the_schools_front_page_says_what_each_effort_waits_for(effort, leader, client_for):
    browser = client_for(leader)
    assert "Indsatser, der kræver handling" not in text_of(browser.get("/"))
    with time_machine.travel(effort.starts_on, tick=False):
        page = text_of(client_for(leader).get("/"))
    said = page.split("Indsatser, der kræver handling")[1].split("Se alle indsatser")[0]
    assert f"siden {day(effort.starts_on)}: Begyndelsen skal bekræftes." in said


def test_another_schools_effort_is_not_on_the_front_page(effort, other_leader, client_for):
    with time_machine.travel(effort.starts_on, tick=False):
        page = text_of(client_for(other_leader).get("/"))
    assert effort.application.number not in page


def test_another_school_and_an_adviser_who_was_not_invited_find_none(
    effort, other_leader, adviser, client_for
):
    for person in (other_leader, adviser):
        client = client_for(person)
        assert "A.B." not in text_of(client.get(f"{LIST}?fane=loeber"))
        assert client.get(effort.get_absolute_url()).status_code == 404


def test_an_invited_adviser_follows_the_effort(effort, adviser, leader, client_for):
    Invitation.objects.create(application=effort.application, user=adviser, invited_by=leader)
    client = client_for(adviser)
    assert "A.B." in text_of(client.get(f"{LIST}?fane=loeber"))
    assert client.get(effort.get_absolute_url()).status_code == 200


def test_the_disqualified_see_nothing_of_the_effort(effort, member, chair, client_for):
    client = client_for(member)
    urls = [effort.get_absolute_url() + page for page in PAGES]
    assert {client.get(url).status_code for url in urls} == {200}
    recusals.set_recusal(effort.application, member, reason="Nabo.", by=chair)
    assert "A.B." not in text_of(client.get(f"{LIST}?fane=loeber"))
    assert 200 not in {client.get(url).status_code for url in urls}
    assert effort.application.number not in client.get(f"{LIST}udtraek.csv").content.decode()


def test_the_list_and_the_page_stay_under_their_ceilings(effort, committee, school):
    for client in (committee, school):
        for tab in ("handling", "loeber", "slutter", "afsluttede"):
            assert queries_of(client, f"{LIST}?fane={tab}&fase=full") <= 9
        for page in PAGES:
            assert queries_of(client, effort.get_absolute_url() + page) <= 12


def test_reading_an_effort_leaves_a_line_in_the_access_log(effort, school, leader):
    school.get(effort.get_absolute_url())
    entry = AccessEntry.objects.latest("pk")
    assert (entry.user_id, entry.subject) == (leader.pk, effort.application.number)


def test_the_school_confirms_and_the_page_says_so(effort, leader, client_for, post):
    with time_machine.travel(effort.starts_on, tick=False):
        school = client_for(leader)
        url = f"{effort.get_absolute_url()}begyndt/"
        assert post(school, url, {"begun_on": "ikke en dag"}).status_code == 422
        post(school, url, {"begun_on": effort.starts_on.isoformat()})
        assert "Løber" in text_of(school.get(effort.get_absolute_url()))
    assert Effort.objects.get().status == "running"


def test_the_way_of_the_case_leads_to_effort_and_follow_ups(effort, school):
    page = school.get(effort.application.get_absolute_url()).content.decode()
    assert f'href="{effort.get_absolute_url()}"' in page
    assert f'href="{effort.get_absolute_url()}opfoelgninger/"' in page


def test_the_money_page_shows_all_that_the_school_is_to_have(effort, school):
    grant = effort.grants.get()
    money = school.get(f"{effort.get_absolute_url()}oekonomi/").context["money"]
    assert money.paid + money.to_come == grant.cost


def test_nonsense_in_the_address_is_no_error(effort, committee):
    for choice in ("?fane=x&skole=x&fase=x", "?q=%00", "?efter=x~y", "?skole=99999999999"):
        assert committee.get(LIST + choice).status_code == 200


def test_the_export_holds_what_the_list_shows(effort, school):
    text = school.get(f"{LIST}udtraek.csv?fane=loeber").content.decode("utf-8-sig")
    assert effort.application.number in text
    assert "A.B." in text
