"""The school's list: its tabs, its search and order, and the spreadsheet of what one sees."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application
from applications.writing import actions as writing
from skolefleks import spreadsheets
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.spreadsheets import Column, Table
from tests.conftest import NONSENSE, many, terms
from visitation.cases import actions as cases
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.releases import actions as releases

LIST = "/ansoegninger/"


XLSX, CSV = "/ansoegninger/udtraek.xlsx", "/ansoegninger/udtraek.csv"


def numbers(client, **choice):
    return [row.number for row in client.get(LIST, choice).context["page"].rows]


def in_tabs(client):
    """The tabs that hold anything, by their count of rows."""
    tabs = ("mig", "kladder", "hos-udvalget", "indsatser", "afsluttede")
    return {tab: len(found) for tab in tabs if (found := numbers(client, fane=tab))}


def test_a_draft_waits_for_who_began_it_and_for_the_leader_once_it_is_complete(
    schools, staff, leader, draft, client_for
):
    begun = writing.start(school=schools["Baltorpskolen"], by=staff)
    assert numbers(client_for(staff)) == [begun.number]
    Application.objects.filter(pk__in=[begun.pk, draft.pk]).update(created_by=leader)
    assert numbers(client_for(staff)) == []
    Application.objects.filter(pk=draft.pk).update(created_by=staff, filled=3, expected=3)
    assert draft.number in numbers(client_for(leader))


def test_a_case_is_with_the_committee_until_its_decisions_are_released(provisional, school):
    assert in_tabs(school) == {"hos-udvalget": 1}


def test_a_case_sent_back_waits_for_all_at_the_school(submitted, chair, staff, client_for):
    cases.send_back(submitted, note="Mere.", by=chair)
    assert in_tabs(client_for(staff)) == {"mig": 1}


def test_a_granted_case_is_an_effort_from_its_release(released, school):
    assert in_tabs(school) == {"indsatser": 1}


def test_an_effort_that_ended_is_over(granted, released, chair, school):
    Application.objects.filter(pk=released.pk).update(effort_ends_on=today() - timedelta(days=1))
    assert in_tabs(school) == {"afsluttede": 1}


def test_an_effort_that_ends_early_is_listed_until_that_day(granted, released, chair):
    granted.refresh_from_db()
    on = terms().starts_on + timedelta(days=30)
    corrections.end_early(granted, on=on, grounds="Målet er nået.", by=chair)
    released.refresh_from_db()
    assert released.effort_ends_on == on


def test_rejected_and_withdrawn_cases_are_over(submitted, draft, leader, chair, school):
    for case in submitted.pupil_cases.all():
        decisions.reject(case, grounds="Nej.", by=chair)
    releases.release(submitted, by=chair)
    assert in_tabs(school) == {"afsluttede": 1}


@pytest.mark.parametrize("text", ["4. klasse", "4.kl", "4 kl.", "klasse 4", "A.B.", "ab", "SF-"])
def test_a_case_is_found_by_number_initials_and_grade(text, draft, school):
    assert numbers(school, q=text) == [draft.number]


@pytest.mark.parametrize("text", ["5. klasse", "14. klasse", "99 kl", "X.Y."])
def test_a_case_is_not_found_by_what_it_is_not(text, draft, school):
    assert numbers(school, q=text) == []


@pytest.mark.parametrize("name", ["q", "orden", "fane", "efter", "foer"])
def test_nonsense_in_the_address_is_answered(name, draft, school):
    for text in NONSENSE:
        for address in (LIST, CSV):
            assert school.get(address, {name: text}).status_code == 200


@pytest.mark.parametrize(
    ("order", "field"), [("", "updated_at"), ("beloeb", "requested"), ("nummer", "number")]
)
def test_the_list_is_ordered_as_asked_over_all_its_pages(order, field, schools, leader, school):
    many(60, school=schools["Baltorpskolen"], by=leader)
    for at, case in enumerate(Application.objects.order_by("pk")):
        Application.objects.filter(pk=case.pk).update(requested=at % 7)
    found, query = [], f"?fane=hos-udvalget&orden={order}"
    while query:
        page = school.get(LIST + query).context["page"]
        found, query = [*found, *page.rows], page.next
    assert len({row.pk for row in found}) == 60
    assert [getattr(row, field) for row in found] == sorted(
        (getattr(row, field) for row in found), reverse=True
    )


def test_a_list_of_thirty_takes_as_many_queries_as_a_list_of_one(schools, leader, school):
    school.get(LIST)
    taken = []
    for count, first in ((1, 5001), (30, 6001)):
        many(count, school=schools["Baltorpskolen"], by=leader, first=first)
        with CaptureQueriesContext(connection) as queries:
            school.get(LIST, {"fane": "hos-udvalget"})
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 10


# -- spreadsheets -------------------------------------------------------------------------------------------------------
def sheet(answer):
    return [
        list(row)
        for row in openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(
            values_only=True
        )
    ]


def lines(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))


def test_the_spreadsheet_holds_what_the_list_shows_and_no_more(
    draft, schools, other_leader, leader, school
):
    many(30, school=schools["Baltorpskolen"], by=leader)
    many(2, school=schools["Hedegårdsskolen"], by=other_leader, first=7001)
    assert len(sheet(school.get(XLSX, {"fane": "hos-udvalget"}))) == 31
    assert [row[0] for row in lines(school.get(CSV, {"q": "4. kl", "fane": "mig"}))[1:]].count(
        draft.number
    ) == 1
    assert "SF-2026-7001" not in school.get(CSV, {"fane": "hos-udvalget"}).content.decode()


def test_the_cells_are_typed_and_the_letters_danish(draft, school):
    columns, row = sheet(school.get(XLSX, {"fane": "kladder"}))
    found = dict(zip(columns, row, strict=True))
    assert found["Ansøgt om året (kr.)"] == 400_000
    assert found["Senest ændret"].date() == today()
    answer = school.get(CSV, {"fane": "kladder"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert lines(answer)[1][5] == "400000"


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(0)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text):
    table = Table("x", [Column("A")], [[text]])
    excel = spreadsheets.answer("xlsx", "x", table)
    cell = openpyxl.load_workbook(BytesIO(excel.content)).active["A2"]
    assert cell.data_type == "s"
    assert lines(spreadsheets.answer("csv", "x", table))[1][0].startswith("'")


def test_an_export_is_logged(draft, school, leader):
    school.get(XLSX)
    assert AccessEntry.objects.get(kind="export").user_id == leader.pk


def test_the_spreadsheet_names_nobody(draft, school):
    assert "Anna" not in school.get(CSV, {"fane": "kladder"}).content.decode()


def test_the_page_on_writing_a_good_application_is_for_all_who_read_or_write_them(
    school, adviser, admin, client_for
):
    address = reverse("applications:help")
    assert "Det ser udvalget efter" in school.get(address).content.decode()
    assert client_for(adviser).get(address).status_code == 200
    assert client_for(admin).get(address).status_code == 403
