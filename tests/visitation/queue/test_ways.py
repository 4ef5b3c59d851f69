"""From case to case as the queue has them, one's own views, and many cases at once."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Application
from applications.submission import actions as submission
from tests.conftest import YEAR, text_of
from tests.visitation.queue.waiting import QUEUE, assess, number, recuse
from visitation.agenda import actions as agenda
from visitation.decisions import actions as decisions
from visitation.models import AgendaItem, Meeting, SavedView


# -- one's own views -------------------------------------------------------------------
def test_a_view_is_saved_by_name_opened_and_removed(five, committee, chair, post):
    post(
        committee, VIEWS, {"name": "Hjem til os", "koe": "vis=nye&formaal=return&efter=x&ukendt=1"}
    )
    [view] = SavedView.objects.filter(user=chair)
    assert view.query == "vis=nye&formaal=return"
    assert f'href="{QUEUE}?vis=nye&amp;formaal=return"' in committee.get(QUEUE).content.decode()
    post(committee, REMOVE, {"visning": "Hjem til os"})
    assert not SavedView.objects.exists()


AGENDA, VIEWS, REMOVE = (f"{QUEUE}paa-dagsorden/", f"{QUEUE}visninger/", f"{QUEUE}visninger/fjern/")


@pytest.mark.parametrize("way", [VIEWS, REMOVE, AGENDA])
def test_a_choice_longer_than_any_of_ours_is_refused(way, committee, post, five):
    data = {"koe": "vis=alle&q=" + "a" * 400, "name": "Min", "visning": "Min"}
    assert post(committee, way, data).status_code == 422


def test_the_same_name_again_is_the_same_view(committee, post):
    for query in ("vis=nye", "vis=udsat"):
        post(committee, VIEWS, {"name": "Min", "koe": query})
    assert list(SavedView.objects.values_list("query", flat=True)) == ["vis=udsat"]


def test_a_view_is_ones_own(committee, member, client_for, post):
    post(committee, VIEWS, {"name": "Formandens", "koe": "vis=nye"})
    client = client_for(member)
    assert "Formandens" not in client.get(QUEUE).content.decode()
    assert post(client, REMOVE, {"visning": "Formandens"}).status_code == 404


def test_a_view_without_a_name_is_refused_and_one_too_many_too(committee, post):
    assert "Giv visningen et navn" in text_of(post(committee, VIEWS, {"koe": "vis=nye"}))
    for n in range(12):
        assert post(committee, VIEWS, {"name": f"Nr. {n}", "koe": "vis=nye"}).status_code == 302
    answer = post(committee, VIEWS, {"name": "Endnu en", "koe": "vis=nye"})
    assert (answer.status_code, "allerede 12 visninger" in text_of(answer)) == (422, True)
    assert 'value="Endnu en"' in answer.content.decode()


# -- from case to case -----------------------------------------------------------------
def ways(client, url):
    """(the case before, the case after) that the page leads to."""
    page = client.get(url).content.decode()
    numbers = {}
    for path, rel in re.findall(r'href="(/sager/[^"]*)" rel="(prev|next)"', page):
        numbers[rel] = path.split("/")[2]
    return numbers.get("prev"), numbers.get("next")


@pytest.mark.parametrize(("order", "places"), [("", [0, 1, 2, 3, 4]), ("beloeb", [4, 3, 2, 1, 0])])
def test_one_goes_on_from_case_to_case_as_the_queue_has_them(order, places, five, committee):
    for at, case in enumerate(five):
        Application.objects.filter(pk=case.application_id).update(requested=100_000 * (at + 1))
    rows = committee.get(QUEUE, {"vis": "nye", "orden": order}).context["rows"]
    ordered = [number(five[at]) for at in places]
    assert [row.application.number for row in rows] == ordered
    both_ways = [ways(committee, row.url) for row in rows]
    assert both_ways == list(zip([None, *ordered], [*ordered[1:], None], strict=False))


def test_a_case_that_left_the_tab_still_leads_on(five, member, client_for):
    url = f"{five[1].application.get_absolute_url()}?koe="
    assess(five[1], member)
    assert ways(client_for(member), url) == (number(five[0]), number(five[2]))


def test_the_way_back_keeps_the_choice_and_leads_nowhere_else(five, committee):
    page = five[0].application.get_absolute_url()
    text = committee.get(
        page, {"koe": "vis=nye&formaal=return&efter=x&ukendt=//evil.example"}
    ).content.decode()
    assert f'href="{QUEUE}?vis=nye&amp;formaal=return"' in text
    assert "evil" not in text
    assert "Tilbage til køen" not in committee.get(page).content.decode()


def test_the_way_on_takes_one_query_and_the_plain_case_page_none(five, committee):
    page = five[0].application.get_absolute_url()
    query_counts = []
    for url in (page, page, f"{page}?koe=vis%3Dalle"):
        with CaptureQueriesContext(connection) as queries:
            assert committee.get(url).status_code == 200
        query_counts.append(len(queries))
    assert query_counts[2] == query_counts[1] + 1


def test_the_school_and_the_adviser_see_no_way_through_the_queue(five, school):
    assert (
        "Næste i køen"
        not in school.get(f"{five[0].application.get_absolute_url()}?koe=").content.decode()
    )


# -- many at once ----------------------------------------------------------------------
def test_ticked_cases_are_put_on_the_agenda_and_each_says_what_came_of_it(
    five, meeting, chair, committee, post
):
    agenda.add_to_agenda(meeting, five[1].application, by=chair)
    submission.withdraw(five[3].application, reason="Flyttet.", by=five[3].application.created_by)
    ticked = {"sag": [number(case) for case in five], "meeting": meeting.pk, "koe": "vis=nye"}
    answer = committee.get(post(committee, AGENDA, ticked).url)
    message = text_of(answer)
    assert "3 af 5 sat på dagsordenen" in message
    assert "2 ikke" in message
    assert f"{number(five[1])}: Sagen er allerede på dagsordenen for et kommende møde." in message
    assert f"{number(five[3])}: Det kan ikke gøres, som sagen står nu." in message
    assert f"{number(five[0])}: sat på" in message
    assert meeting.items.count() == 4


def test_a_disqualified_chair_puts_nothing_on_and_learns_nothing(
    five, meeting, chair, committee, post
):
    recuse(chair, five[0])
    unknown = f"SF-{YEAR}-0999"
    message = text_of(
        committee.get(
            post(committee, AGENDA, {"sag": [number(five[0]), unknown], "meeting": meeting.pk}).url
        )
    )
    assert f"{number(five[0])}: Sagen er ikke i din kø." in message
    assert f"{unknown}: Sagen er ikke i din kø." in message
    assert not AgendaItem.objects.exists()


def test_without_a_meeting_or_a_tick_nothing_is_done_and_the_ticks_are_kept(
    five, meeting, committee, post
):
    answer = post(committee, AGENDA, {"sag": [number(five[2])], "koe": "vis=nye"})
    assert (answer.status_code, "Vælg et møde." in text_of(answer)) == (422, True)
    page = " ".join(answer.content.decode().split())
    assert f'value="{number(five[2])}" id="sag-{number(five[2])}" checked' in page
    assert "Sæt kryds ved de sager" in text_of(post(committee, AGENDA, {"meeting": meeting.pk}))
    assert not AgendaItem.objects.exists()


def test_a_locked_meeting_is_not_offered_and_not_taken(five, meeting, committee, post):
    Meeting.objects.update(status="locked")
    assert str(meeting.pk) not in committee.get(QUEUE).content.decode()
    answer = post(committee, AGENDA, {"sag": [number(five[0])], "meeting": meeting.pk})
    assert "Mødet er låst, aflyst eller holdt" in text_of(answer)


def test_the_same_ticks_sent_twice_are_put_on_once(five, meeting, committee):
    form = {
        "sag": [number(five[0])],
        "meeting": str(meeting.pk),
        "koe": "",
        "idempotency_key": "0" * 32,
    }
    urls = {committee.post(AGENDA, form).url for _ in range(2)}
    assert (len(urls), meeting.items.count()) == (1, 1)


def test_a_case_whose_pupils_are_decided_is_offered_no_tick(five, meeting, committee, chair):
    decisions.reject(five[0], grounds="Nej.", by=chair)
    page = committee.get(QUEUE, {"vis": "alle"}).content.decode()
    assert number(five[0]) in page
    assert f'id="sag-{number(five[0])}"' not in page
    assert f'id="sag-{number(five[1])}"' in page


def test_a_member_is_offered_no_ticks(five, meeting, member, client_for):
    assert "Sæt på dagsorden" not in client_for(member).get(QUEUE).content.decode()
