"""How much a page asks of the database: as much for many cases as for few, and never more than its
ceiling.
"""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.models import Posting
from skolefleks.models import AccessEntry, Membership, Role
from tests.conftest import NEXT, YEAR, many
from tests.filling import fill
from tests.meetings import held, invited, members, planned, under_way
from visitation.assessments import actions as assessments
from visitation.decisions import actions as decisions
from visitation.meetings import actions as meetings
from visitation.questions import actions as questions

QUEUE = "/visitation/"


CHOICES = (
    "",
    "?q=50",
    "?vis=alle&orden=beloeb",
    "?vis=nye&distrikt=1&trin=4&alder=uge&fra=1",
    "?vis=udsat",
    "?vis=moede",
)


def asked(client, url):
    """How many queries the page takes once one is signed in."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert answer.status_code == 200
    return len(queries)


def test_the_queue_takes_as_many_queries_with_300_cases_as_with_30(schools, leader, committee):
    home = {"school": schools["Baltorpskolen"], "by": leader}
    # More than a page: what a page holds whole is not counted.
    many(30, **home)
    urls = [QUEUE + choice for choice in CHOICES]
    few = [asked(committee, url) for url in urls]
    many(270, **home, first=6001)
    assert [asked(committee, url) for url in urls] == few
    assert max(few) <= 12


@pytest.mark.parametrize("who", ["chair", "leader"])
def test_the_case_page_takes_as_many_queries_with_300_cases_as_with_10(
    who, provisional, schools, leader, client_for, request
):
    client, url = (client_for(request.getfixturevalue(who)), provisional.get_absolute_url())
    few = asked(client, url)
    many(290, school=schools["Baltorpskolen"], by=leader)
    assert asked(client, url) == few <= 12


def test_the_case_page_takes_as_many_queries_with_eight_pupils_as_with_one(
    schools, leader, committee
):
    counts = []
    for names in (["Anna Berg"], [f"Elev Nummer {n}" for n in "abcdefgh"]):
        application = fill(
            writing.start(school=schools["Baltorpskolen"], by=leader), *names, by=leader
        )
        submission.submit(application, by=leader)
        counts.append(asked(committee, application.get_absolute_url()))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("page", ["assessments", "questions"])
def test_the_pages_before_the_meeting_take_as_many_queries_with_eight_pupils(
    page, schools, leader, chair, committee
):
    counts = []
    for names in (["Anna Berg"], [f"Elev Nummer {n}" for n in "abcdefgh"]):
        application = fill(
            writing.start(school=schools["Baltorpskolen"], by=leader), *names, by=leader
        )
        submission.submit(application, by=leader)
        for pupil in application.pupil_cases.select_related("application"):
            assessments.assess(pupil, weight=3, tariff=200_000, why="Behov.", by=chair)
            questions.ask(application, text="Hvornår?", by=chair)
        counts.append(asked(committee, reverse(page, args=[application.number]) + "?koe="))
    assert counts[0] == counts[1] <= 12


def test_the_decision_page_is_within_its_ceiling(case, pools, committee):
    assert asked(committee, reverse("decide", args=[case.application.number, case.pk])) <= 12


def test_the_meetings_take_as_many_queries_with_30_cases_as_with_1(
    schools, leader, chair, committee
):
    home, counts = {"school": schools["Baltorpskolen"], "by": leader}, []
    for first, count in ((5001, 1), (6001, 30)):
        cases = [case.application for case in many(count, **home, first=first)]
        meeting = invited(*cases, by=chair)
        pages = ("visitation:meeting", "visitation:agenda", "visitation:add_case")
        counts.append([asked(committee, reverse(name, args=[meeting.pk])) for name in pages])
    assert counts[0] == counts[1]
    # One of them is who could take a seat, one the points that are no case.
    assert max(counts[0]) <= 14


@pytest.mark.parametrize("page", ["people", "person"])
def test_the_pages_of_people_take_as_many_queries_with_many(page, admin, person, client_for):
    client, url = client_for(admin), reverse(page, args=[admin.pk] if page == "person" else [])
    few = asked(client, url)
    for number in range(20):
        somebody = person(f"Nr{number} Person", Role.ADVISER)
        Membership.objects.create(user=admin, role=Role.ADVISER, title=str(number), centre="")
        admin.memberships.filter(title=str(number)).update(ended_at=timezone.now())
        Membership.objects.create(user=somebody, role=Role.IMPLEMENTATION_GROUP)
    assert asked(client, url) == few <= 12


def test_the_list_of_meetings_takes_as_many_queries_with_30_as_with_1(chair, committee):
    planned(by=chair)
    few = asked(committee, "/visitation/moeder/")
    for days in range(29):
        meetings.cancel_meeting(planned(by=chair, days=days), by=chair)
    assert asked(committee, "/visitation/moeder/") == few <= 12


def test_the_minutes_take_as_many_queries_with_30_cases_as_with_2(
    schools, leader, chair, person, committee
):
    home, counts = {"school": schools["Baltorpskolen"], "by": leader}, []
    there = [chair, *members(person)]
    for first, count in ((5001, 2), (6001, 30)):
        cases = many(count, **home, first=first)
        meeting = under_way(*(case.application for case in cases), by=chair, present=there)
        for case in cases[1:]:
            decisions.postpone(case, grounds="Venter på en udtalelse.", by=chair)
        held(meeting, by=chair)
        counts.append(asked(committee, reverse("visitation:minutes", args=[meeting.pk])))
    # One of them is what happened, one what was decided outside a meeting, one the free points.
    assert counts[0] == counts[1] <= 15


# Who has two roles sees both front pages in one.
@pytest.mark.parametrize(
    ("who", "ceiling"),
    [("leader", 12), ("chair", 12), ("two_roles", 15), ("chief", 12), ("admin", 12)],
)
def test_the_start_page_takes_as_many_queries_with_30_cases_as_with_1(
    who, ceiling, schools, leader, client_for, request
):
    client, home = (
        client_for(request.getfixturevalue(who)),
        {"school": schools["Hedegårdsskolen"], "by": leader},
    )
    many(1, **home, status="sent_back")
    few = asked(client, "/")
    many(29, **home, first=6001, status="sent_back")
    assert asked(client, "/") == few <= ceiling


def test_the_access_log_takes_as_many_queries_with_30_rows_as_with_1(admin, leader, client_for):
    client = client_for(admin)
    AccessEntry.objects.create(user_id=leader.pk, kind="view", subject="SF-2026-0001")
    few = asked(client, "/konto/adgangslog/")
    AccessEntry.objects.bulk_create(
        AccessEntry(user_id=leader.pk, kind="view", subject="x") for _ in range(29)
    )
    assert asked(client, "/konto/adgangslog/") == few <= 12


BOOKS = (
    "/budget/",
    f"/budget/?aar={NEXT}",
    "/budget/posteringer/",
    "/budget/bevis/",
    f"/budget/bevis/?dag=31.12.{YEAR}",
)


def books(grants, *, district, by):
    """Postings of so many grants, each committed in two years and paid in six instalments."""
    lines = [
        (YEAR, "commitment", 1_200),
        (NEXT, "commitment", 1_200),
        *([(YEAR, "payment", 200)] * 6),
    ]
    shared = {"district": district, "made_by": by}
    postings = []
    for _ in range(grants):
        reference = uuid.uuid4()
        for year, kind, amount in lines:
            line = {"pool_id": year, "kind": kind, "amount": amount, "reference": reference}
            postings.append(Posting(**line, **shared))
    Posting.objects.bulk_create(postings)


def test_dashboard_and_proof_take_as_many_queries_with_4000_postings_as_with_8(
    pools, schools, chief, client_for
):
    client, district = client_for(chief), schools["Baltorpskolen"].district
    books(1, district=district, by=chief)
    few = [asked(client, url) for url in BOOKS]
    books(499, district=district, by=chief)
    assert [asked(client, url) for url in BOOKS] == few
    assert max(few[:3]) <= 12
