"""The queue: what waits for whom, what narrows it, and one's own views.

And the way on from case to case, and many cases put on an agenda at once.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Application, ApplicationQuerySet, Recusal
from applications.submission import actions as submission
from skolefleks.models import District
from tests.conftest import YEAR, many, plan_meeting, text_of
from visitation.agenda import actions as agenda
from visitation.assessments import actions as assessments
from visitation.cases import actions as cases
from visitation.decisions import actions as decisions
from visitation.models import AgendaItem, Meeting, SavedView
from visitation.questions import actions as questions
from visitation.releases import actions as releases

QUEUE = "/visitation/"


AGENDA, VIEWS, REMOVE = (f"{QUEUE}paa-dagsorden/", f"{QUEUE}visninger/", f"{QUEUE}visninger/fjern/")


def numbers(client, **choice):
    return [row.number for row in client.get(QUEUE, choice).context["page"].rows]


def counts(client, **choice):
    return {
        label: count
        for label, _, count, _ in client.get(QUEUE, choice).context["tabs"]
        if count is not None
    }


def number(case):
    return case.application.number


@pytest.fixture
def five(schools, leader):
    """Five submitted cases of one pupil each, the first submitted first."""
    pupil_cases = many(5, school=schools["Baltorpskolen"], by=leader)
    return [
        type(case).objects.select_related("application__school__district", "pupil").get(pk=case.pk)
        for case in pupil_cases
    ]


@pytest.fixture
def meeting(chair):
    return plan_meeting(by=chair)


def recuse(user, case):
    Recusal.objects.create(
        application=case.application,
        user=user,
        origin="declared",
        set_by=user,
        set_at=timezone.now(),
    )


def assess(case, by):
    assessments.assess(case, weight=3, tariff=200_000, why="Støtte hver dag.", by=by)


# -- what waits for whom ---------------------------------------------------------------
def test_a_case_waits_for_a_member_until_all_its_pupils_are_assessed(submitted, member, client_for):
    client = client_for(member)
    for pupil in submitted.pupil_cases.select_related("application"):
        assert numbers(client) == [submitted.number]
        assess(pupil, member)
    assert numbers(client) == []


def test_a_decided_pupil_waits_for_no_assessment(five, pools, member, chair, client_for):
    decisions.reject(five[0], grounds="Nej.", by=chair)
    assert numbers(client_for(member)) == [number(case) for case in five[1:]]


def test_a_case_whose_meeting_has_begun_waits_for_no_assessment(
    five, meeting, member, chair, client_for
):
    agenda.add_to_agenda(meeting, five[0].application, by=chair)
    Meeting.objects.update(status="under_way")
    assert numbers(client_for(member)) == [number(case) for case in five[1:]]


def test_an_answer_brings_the_case_back_until_it_is_read(five, member, leader, client_for):
    for case in five:
        assess(case, member)
    question = questions.ask(five[1].application, text="Hvornår?", by=member)
    client = client_for(member)
    assert numbers(client) == []
    questions.answer(question, text="I august.", by=leader)
    assert numbers(client) == [number(five[1])]
    assessments.mark_read(five[1].application, by=member)
    assert numbers(client) == []


def test_for_the_secretary_waits_what_is_on_no_agenda(five, meeting, secretary, client_for):
    agenda.add_to_agenda(meeting, five[0].application, by=secretary)
    assert numbers(client_for(secretary)) == [number(case) for case in five[1:]]


def test_for_the_secretary_waits_what_is_decided_and_not_released(
    five, meeting, secretary, client_for
):
    agenda.add_to_agenda(meeting, five[0].application, by=secretary)
    decisions.reject(five[0], grounds="Nej.", by=secretary)
    assert number(five[0]) in numbers(client_for(secretary))
    releases.release(five[0].application, by=secretary)
    assert number(five[0]) not in numbers(client_for(secretary))


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (
            "member",
            "Indsendte sager, hvor du mangler at vurdere en elev eller hvor skolen har svaret",
        ),
        (
            "secretary",
            (
                "Indsendte sager, hvor skolen har svaret, siden du sidst læste sagen,"
                " som ikke er på en dagsorden"
            ),
        ),
    ],
)
def test_the_page_says_what_waits_for_whom(who, words, client_for, request):
    assert words in text_of(client_for(request.getfixturevalue(who)).get(QUEUE))


# -- tabs and counts -------------------------------------------------------------------
def test_each_tab_holds_its_cases_and_says_how_many(five, meeting, chair, committee):
    agenda.add_to_agenda(meeting, five[0].application, by=chair)
    decisions.postpone(five[1], grounds="Vi mangler PPR.", by=chair)
    cases.send_back(five[2].application, note="Mere.", by=chair)
    by_tab = {vis: numbers(committee, vis=vis) for vis in ("nye", "moede", "udsat", "venter")}
    ready, put_off, back, *new = (number(case) for case in five)
    assert by_tab == {"nye": new, "moede": [ready], "udsat": [put_off], "venter": [back]}
    assert counts(committee) == {
        "Venter på mig": 4, "Nye": 2, "Klar til møde": 1, "Udsat": 1, "Venter på skolen": 1
    }  # fmt: skip


def test_a_postponed_case_on_a_new_agenda_is_ready_and_no_longer_put_off(
    five, meeting, chair, committee
):
    decisions.postpone(five[1], grounds="Vi mangler PPR.", by=chair)
    agenda.add_to_agenda(meeting, five[1].application, by=chair)
    assert (numbers(committee, vis="moede"), numbers(committee, vis="udsat")) == (
        [number(five[1])],
        [],
    )


def test_a_case_that_is_ready_says_when_it_is_met_about(five, meeting, chair, committee):
    agenda.add_to_agenda(meeting, five[0].application, by=chair)
    day = timezone.localtime(meeting.starts_at)
    assert f"Møde {day.day}. " in text_of(committee.get(QUEUE, {"vis": "moede"}))


@pytest.mark.parametrize("status", ["held", "approved", "cancelled"])
def test_a_meeting_that_is_over_makes_nothing_ready(status, five, meeting, chair, committee):
    agenda.add_to_agenda(meeting, five[0].application, by=chair)
    Meeting.objects.update(status=status)
    assert (numbers(committee, vis="moede"), len(numbers(committee, vis="nye"))) == ([], 5)


def test_the_counts_follow_the_filters(five, committee):
    Application.objects.filter(pk=five[0].application_id).update(grades=[9])
    assert counts(committee, trin="9") == counts(committee) | {"Venter på mig": 1, "Nye": 1}


def test_who_has_waited_past_the_goal_is_said_in_words(five, settings, committee):
    late = timezone.now() - timedelta(days=settings.WAITING_GOAL_DAYS + 4)
    Application.objects.filter(pk=five[0].application_id).update(submitted_at=late)
    text = text_of(committee.get(QUEUE))
    assert f"{settings.WAITING_GOAL_DAYS + 4} dage 4 over målet" in text
    assert text.count("over målet") == 1


# -- filters ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("choice", "places"),
    [
        ({"trin": "9"}, [0]),
        ({"trin": "4"}, [1, 2, 3, 4]),
        ({"alder": "uge"}, [2, 3, 4]),
        ({"alder": "over"}, [0]),
        ({"alder": "snart"}, [1]),
        ({"fra": "250.000"}, [3, 4]),
        ({"til": "200.000 kr."}, [0, 1]),
        ({"fra": "200000", "til": "250000"}, [1, 2, 3]),
        ({"fra": "mange"}, [0, 1, 2, 3, 4]),
        ({"q": "baltorp"}, [0, 1, 2, 3, 4]),
        ({"q": "skovlunde"}, []),
        ({"q": "ab"}, [0, 1, 2, 3, 4]),
        ({"trin": "9", "q": "a.b.", "til": "200.000"}, [0]),
    ],
)
def test_the_queue_is_narrowed_by_each_filter_and_by_all_together(choice, places, five, committee):
    ages, amounts, grades = (
        (40, 16, 3, 2, 1),
        (150_000, 200_000, 225_000, 250_000, 300_000),
        (9, 4, 4, 4, 4),
    )
    for case, age, amount, grade in zip(five, ages, amounts, grades, strict=True):
        values = {
            "submitted_at": timezone.now() - timedelta(days=age),
            "requested": amount,
            "grades": [grade],
        }
        Application.objects.filter(pk=case.application_id).update(**values)
    assert numbers(committee, **choice) == [number(five[at]) for at in places]


def test_the_queue_is_narrowed_by_district(five, committee):
    here, there = (
        District.objects.get(name="Baltorpskolen"),
        District.objects.get(name="Skovlunde Skole"),
    )
    assert (len(numbers(committee, distrikt=here.pk)), numbers(committee, distrikt=there.pk)) == (
        5,
        [],
    )


def test_an_amount_that_is_none_is_said_and_kept(five, committee):
    page = committee.get(QUEUE, {"fra": "mange"}).content.decode()
    assert "Skriv beløbet i hele kroner" in page
    assert 'value="mange"' in page


def test_the_filters_are_kept_over_the_tabs(five, committee):
    tabs = committee.get(QUEUE, {"formaal": "return", "vis": "nye", "efter": "x"}).context["tabs"]
    assert {url for _, url, _, _ in tabs} >= {"?formaal=return", "?vis=alle&formaal=return"}
    assert not [url for _, url, _, _ in tabs if "efter" in url]


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
    for url in (page, page, f"{page}?koe=vis%3Dalle%26q%3Dbaltorp"):
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
    assert (
        f'value="{number(five[2])}" id="sag-{number(five[2])}" checked' in answer.content.decode()
    )
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


def test_a_member_is_offered_no_ticks(five, meeting, member, client_for):
    assert "Sæt på dagsorden" not in client_for(member).get(QUEUE).content.decode()


# -- nothing of a case where one is disqualified ---------------------------------------
def leaks(client, case):
    """Where the case shows: in rows, counts, searches or on the way from another."""
    hidden = number(case)
    visible = []
    for choice in (
        {},
        {"vis": "nye"},
        {"vis": "alle"},
        {"vis": "alle", "q": hidden},
        {"vis": "alle", "q": "a.b."},
    ):
        visible += numbers(client, **choice)
    beside = Application.objects.exclude(pk=case.application_id).order_by("submitted_at")
    for other in beside:
        visible += ways(client, f"{other.get_absolute_url()}?koe=vis%3Dalle")
    return visible.count(hidden), counts(client)["Nye"]


def test_a_disqualified_member_finds_the_case_nowhere(five, member, client_for):
    recuse(member, five[2])
    assert leaks(client_for(member), five[2]) == (0, 4)


def test_without_the_filter_the_case_would_show(five, member, client_for, monkeypatch):
    recuse(member, five[2])
    monkeypatch.setattr(
        ApplicationQuerySet,
        "reviewable_by",
        lambda rows, user: rows.filter(submitted_at__isnull=False),
    )
    times, new = leaks(client_for(member), five[2])
    assert (times > 5, new) == (True, 5)


def test_a_page_of_the_queue_is_small(schools, leader, meeting, committee):
    many(30, school=schools["Baltorpskolen"], by=leader)
    choice = {"vis": "nye", "q": "baltorp", "fra": "100.000", "til": "900.000", "formaal": "return"}
    page = committee.get(QUEUE, choice)
    assert (len(page.context["rows"]), len(page.content) < 60_000) == (25, True)
