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
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks import spreadsheets
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.spreadsheets import Column, Table
from skolefleks.texts import actions as texts
from tests.conftest import many, terms, text_of
from tests.nonsense import NONSENSE
from visitation.cases import actions as cases
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.releases import actions as releases

LIST = "/ansoegninger/"
XLSX = "/ansoegninger/udtraek.xlsx"
CSV = "/ansoegninger/udtraek.csv"

TABS = ("mig", "kladder", "hos-udvalget", "indsatser", "afsluttede")


def numbers(client, **choice):
    page = client.get(LIST, choice).context["page"]
    return [application.number for application in page.rows]


def filled_tabs(client):
    """The tabs that hold anything, by their count of rows."""
    counts = {tab: len(numbers(client, fane=tab)) for tab in TABS}
    return {tab: count for tab, count in counts.items() if count}


# -- tabs --


def test_a_draft_waits_for_who_began_it(schools, staff, leader, client_for):
    begun = writing.start(school=schools["Baltorpskolen"], by=staff)
    assert numbers(client_for(staff)) == [begun.number]

    Application.objects.filter(pk=begun.pk).update(created_by=leader)
    assert numbers(client_for(staff)) == []


def test_a_draft_waits_for_the_leader_once_it_is_complete(staff, leader, draft, client_for):
    of_staff = Application.objects.filter(pk=draft.pk)
    of_staff.update(created_by=staff, filled=2, expected=3)
    assert numbers(client_for(leader)) == []

    of_staff.update(filled=3)
    assert numbers(client_for(leader)) == [draft.number]


def test_a_case_is_with_the_committee_until_its_decisions_are_released(provisional, school):
    assert filled_tabs(school) == {"hos-udvalget": 1}


def test_a_case_sent_back_waits_for_all_at_the_school(submitted, chair, staff, client_for):
    cases.send_back(submitted, note="Mere.", by=chair)
    assert filled_tabs(client_for(staff)) == {"mig": 1}


def test_a_granted_case_is_an_effort_from_its_release(released, school):
    assert filled_tabs(school) == {"indsatser": 1}


def test_the_list_tells_what_was_granted_and_what_is_next(granted, released, school):
    text = text_of(school.get(LIST, {"fane": "indsatser"}))
    assert f"{granted.tariff:,} kr.".replace(",", ".") in text
    assert "Bevilget og afslag" in text
    assert "Behandlet" not in text
    assert "Indsatsen begynder" in text or "Indsatsen løber" in text


def test_an_effort_that_ended_is_over(granted, released, chair, school):
    yesterday = today() - timedelta(days=1)
    Application.objects.filter(pk=released.pk).update(effort_ends_on=yesterday)
    assert filled_tabs(school) == {"afsluttede": 1}


def test_an_effort_that_ends_early_is_listed_until_that_day(granted, released, chair):
    granted.refresh_from_db()
    last_day = terms().starts_on + timedelta(days=30)
    corrections.end_early(granted, on=last_day, grounds="Målet er nået.", by=chair)
    released.refresh_from_db()
    assert released.effort_ends_on == last_day


def test_a_case_whose_pupils_are_all_rejected_is_over(submitted, chair, school):
    for pupil_case in submitted.pupil_cases.all():
        decisions.reject(pupil_case, grounds="Nej.", by=chair)
    releases.release(submitted, by=chair)
    assert filled_tabs(school) == {"afsluttede": 1}


def test_a_withdrawn_case_is_over(submitted, leader, school):
    submission.withdraw(submitted, reason="", by=leader)
    assert filled_tabs(school) == {"afsluttede": 1}


# -- search and order --


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
    for at, application in enumerate(Application.objects.order_by("pk")):
        Application.objects.filter(pk=application.pk).update(requested=at % 7)

    listed = []
    query = f"?fane=hos-udvalget&orden={order}"
    while query:
        page = school.get(LIST + query).context["page"]
        listed += page.rows
        query = page.next

    assert len({application.pk for application in listed}) == 60
    values = [getattr(application, field) for application in listed]
    assert values == sorted(values, reverse=True)


def count_queries(client):
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST, {"fane": "hos-udvalget"})
    return len(queries)


def test_a_list_of_thirty_takes_as_many_queries_as_a_list_of_one(schools, leader, school):
    # What the first page of a session asks once.
    school.get(LIST)

    many(1, school=schools["Baltorpskolen"], by=leader, first=5001)
    of_one = count_queries(school)
    many(30, school=schools["Baltorpskolen"], by=leader, first=6001)
    assert count_queries(school) == of_one <= 10


# -- spreadsheets --


def sheet_rows(answer):
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def csv_lines(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))


def test_the_spreadsheet_holds_all_pages_of_what_the_list_shows(schools, leader, school):
    many(30, school=schools["Baltorpskolen"], by=leader)
    rows = sheet_rows(school.get(XLSX, {"fane": "hos-udvalget"}))
    assert len(rows) == 1 + 30


def test_the_spreadsheet_holds_no_other_schools_case(schools, other_leader, school):
    many(2, school=schools["Hedegårdsskolen"], by=other_leader, first=7001)
    text = school.get(CSV, {"fane": "hos-udvalget"}).content.decode()
    assert "SF-2026-7001" not in text


def test_the_spreadsheet_holds_what_a_search_finds_in_all_tabs(draft, schools, leader, school):
    many(30, school=schools["Baltorpskolen"], by=leader)
    _, *lines = csv_lines(school.get(CSV, {"q": "4. kl", "fane": "mig"}))
    numbers_in_it = [line[0] for line in lines]
    assert numbers_in_it.count(draft.number) == 1


def test_the_cells_are_typed_and_the_letters_danish(draft, school):
    columns, row = sheet_rows(school.get(XLSX, {"fane": "kladder"}))
    cells = dict(zip(columns, row, strict=True))
    assert cells["Ansøgt pr. år (kr.)"] == 400_000
    assert cells["Senest ændret"].date() == today()

    answer = school.get(CSV, {"fane": "kladder"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert csv_lines(answer)[1][5] == "400000"


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(0)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text):
    table = Table("x", [Column("A")], [[text]])
    excel = spreadsheets.answer("xlsx", "x", table)
    cell = openpyxl.load_workbook(BytesIO(excel.content)).active["A2"]
    assert cell.data_type == "s"

    _, [cell_of_csv] = csv_lines(spreadsheets.answer("csv", "x", table))
    assert cell_of_csv.startswith("'")


def test_an_export_is_logged(draft, school, leader):
    school.get(XLSX)
    assert AccessEntry.objects.get(kind="export").user_id == leader.pk


def test_the_spreadsheet_names_nobody(draft, school):
    assert "Anna" not in school.get(CSV, {"fane": "kladder"}).content.decode()


def test_the_page_on_writing_a_good_application_is_for_all_who_read_or_write_them(
    school, adviser, admin, client_for
):
    url = reverse("applications:help")
    assert "Det ser udvalget efter" in school.get(url).content.decode()
    assert client_for(adviser).get(url).status_code == 200
    assert client_for(admin).get(url).status_code == 403


def test_the_guide_is_the_municipalitys_with_the_figures_of_the_settings(school, admin):
    url = reverse("applications:help")
    assert "svar senest 21 dage efter" in text_of(school.get(url))
    written = {"starts_on": today(), "reason": "Vores egen.", "after": 0, "by": admin}
    texts.write("vejledning-eleven", text="Skriv om eleven.", **written)
    texts.write("vejledning-eleven-eksempel", text="", **written)
    page = text_of(school.get(url))
    assert "Skriv om eleven." in page
    assert "holder af at hjælpe de mindre" not in page
