"""The pages' tables as files: typed cells, Danish letters, no formula, the page's filter and right, a line in the log."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import call_command

from budget.books import actions as books
from budget.models import FundingSource
from budget.tariff import by_fiscal_year
from skolefleks import spreadsheets
from skolefleks.models import AccessEntry
from tests.conftest import NEXT, YEAR

BUDGET, POSTINGS, CSV, TARGETS = (
    "/budget/regneark/", "/budget/posteringer/regneark/", "/budget/posteringer/csv/", "/budget/maaltal/regneark/"
)  # fmt: skip


EVIL = '=HYPERLINK("http://x.example","Løn")'


@pytest.fixture
def caseload(pools, schools, chair):
    for school in ("Baltorpskolen", "Skovlunde Skole"):
        parts = by_fiscal_year(200_000, date(YEAR, 3, 1), date(NEXT, 7, 31))
        for _ in range(5):
            books.commit(
                uuid.uuid4(), parts, district=schools[school].district, by=chair, text=EVIL
            )


def book(answer):
    assert answer.status_code == 200
    assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.xlsx"', answer["Content-Disposition"])
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def csv_rows(answer):
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


def test_the_dashboard_s_tables_are_its_own_figures(caseload, client_for, chief):
    call_command("load_figures", verbosity=0)
    sheets = book(client_for(chief).get(BUDGET, {"aar": YEAR}))
    pool = client_for(chief).get("/budget/", {"aar": YEAR}).context["pools"][0][0]
    posts = {(row[0], row[1]): row[3] for row in rows_of(sheets["Puljen"])[1:]}
    assert (posts[YEAR, "Fri"], posts[YEAR, "Disponeret"]) == (pool.free, pool.committed)
    districts = {(row[0], row[1]): row[2:] for row in rows_of(sheets["Distrikter"])[1:]}
    assert districts[YEAR, "I alt"] == [
        10,
        round(pool.total.full_year_pupils, 4),
        pool.committed,
        0,
        pool.total.average_tariff,
    ]
    assert sheets.sheetnames == [
        "Puljen",
        "Distrikter",
        "Dagbehandling i alt",
        "Dagbehandling",
        "Måltal",
        "Tilbud",
    ]


def test_figures_are_figures_and_days_are_days(schools, client_for, member):
    call_command("load_figures", verbosity=0)
    sheet = book(client_for(member).get(TARGETS))["Dagbehandling"]
    head, first = (list(row) for row in sheet.iter_rows(max_row=2))
    assert [cell.value for cell in head][:5] == [
        "Distrikt",
        "År",
        "Helårspersoner",
        "Udgift",
        "Opgjort",
    ]
    assert [type(cell.value) for cell in first[1:5]] == [int, float, int, datetime]
    assert first[3].number_format == '#,##0 "kr."'


def test_no_formula_and_no_link_is_smuggled_into_a_spreadsheet(caseload, client_for, chief):
    sheet = book(client_for(chief).get(POSTINGS))["Posteringer"]
    texts = [row[3] for row in sheet.iter_rows(min_row=2) if row[3].value]
    assert {cell.data_type for cell in texts} == {"s"}
    assert texts[0].value == EVIL
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_csv_opens_with_danish_letters_and_without_formulas(caseload, client_for, chief):
    head, *rows = csv_rows(client_for(chief).get(CSV))
    assert head == ["Bogført", "År", "Art", "Tekst", "Distrikt", "Ramme", "Beløb", "Af"]
    assert rows[0][3] == f"'{EVIL}"
    assert sum(int(row[6]) for row in rows if row[2] == "Tildeling") == 15_000_000


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\r=1"])
def test_what_a_spreadsheet_would_reckon_is_text(text):
    table = spreadsheets.Table("x", [spreadsheets.Column("a")], [[text]])
    assert "'" + text in list(spreadsheets.as_csv(table))[1]


def test_an_amount_below_zero_stays_a_figure():
    table = spreadsheets.Table(
        "x",
        [spreadsheets.Column("a", "kr"), spreadsheets.Column("b", "number")],
        [[-5, Decimal("1.5")]],
    )
    assert list(spreadsheets.as_csv(table))[1] == "-5;1,5\r\n"
    sheet = openpyxl.load_workbook(io.BytesIO(spreadsheets.as_workbook([table]))).active
    assert [cell.value for cell in sheet[2]] == [-5, 1.5]


@pytest.mark.parametrize(
    "query", [{"aar": NEXT}, {"art": "allocation"}, {"aar": YEAR, "art": "commitment"}, {}]
)
def test_the_file_has_the_rows_of_the_page_s_filter(caseload, client_for, chief, query):
    client = client_for(chief)
    shown, more = [], "?" + "&".join(f"{name}={value}" for name, value in query.items())
    while more:
        page = client.get("/budget/posteringer/" + more).context["page"]
        shown += [row.amount for row in page.rows]
        more = page.next
    assert [int(row[6]) for row in csv_rows(client.get(CSV, query))[1:]] == shown
    assert [
        row[6] for row in rows_of(book(client.get(POSTINGS, query))["Posteringer"])[1:]
    ] == shown


@pytest.mark.parametrize("url", [BUDGET, POSTINGS, CSV])
@pytest.mark.parametrize("wrong", [{"aar": "1999"}, {"aar": "x"}])
def test_a_filter_that_does_not_exist_is_not_found(pools, client_for, chief, url, wrong):
    assert client_for(chief).get(url, wrong).status_code == 404
    assert not AccessEntry.objects.exists()


def test_the_implementation_group_s_file_hides_what_its_page_hides(
    pools, schools, chair, client_for, follower
):
    parts = by_fiscal_year(200_000, date(YEAR, 1, 1), date(YEAR, 12, 31))
    books.commit(uuid.uuid4(), parts, district=schools["Baltorpskolen"].district, by=chair)
    sheet = rows_of(book(client_for(follower).get(BUDGET, {"aar": YEAR}))["Distrikter"])
    assert [row for row in sheet if row[0] == YEAR] == [
        [YEAR, "I alt", "1-4", None, 200_000, 0, None]
    ]


def test_every_file_is_a_line_in_the_access_log(caseload, client_for, chief):
    for url in (BUDGET, POSTINGS, CSV, TARGETS):
        client_for(chief).get(url)
    entries = AccessEntry.objects.order_by("id")
    assert [(entry.kind, entry.user_id) for entry in entries] == [("export", chief.pk)] * 4
    assert [entry.subject for entry in entries] == [
        "oekonomi",
        "posteringer",
        "posteringer",
        "maaltal",
    ]


def test_too_long_a_file_is_refused_with_a_way_out(caseload, client_for, chief, monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 5)
    for url in (POSTINGS, CSV):
        assert client_for(chief).get(url).url == "/budget/posteringer/"
    assert FundingSource.objects.count() == 2
