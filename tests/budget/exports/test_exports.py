"""The tables of the money's pages as files: typed cells, no formula, the page's filter."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

import openpyxl
import pytest
from django.core.management import call_command

from budget.books import actions as books
from budget.models import FundingSource, Posting
from budget.tariff import by_fiscal_year
from skolefleks import spreadsheets
from skolefleks.models import AccessEntry
from skolefleks.spreadsheets import Column, Table
from tests.conftest import NEXT, YEAR
from tests.scenes import kept

BUDGET = "/budget/regneark/"
POSTINGS = "/budget/posteringer/regneark/"
CSV = "/budget/posteringer/csv/"
TARGETS = "/budget/maaltal/regneark/"

EVIL = '=HYPERLINK("http://x.example","Løn")'


@pytest.fixture
@kept
def caseload(pools, schools, chair):
    """Five grants in each of two districts, with a formula for a text."""
    parts = by_fiscal_year(200_000, date(YEAR, 3, 1), date(NEXT, 7, 31))
    for school in ("Baltorpskolen", "Skovlunde Skole"):
        district = schools[school].district
        for _ in range(5):
            books.commit(uuid.uuid4(), parts, district=district, by=chair, text=EVIL)


@pytest.fixture
@kept
def figures(schools):
    call_command("load_figures", verbosity=0)


def workbook(answer):
    assert answer.status_code == 200
    disposition = answer["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.xlsx"', disposition)
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def csv_rows(answer):
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=";"))


# -- the dashboard and the figures ---------------------------------------------------------
def test_the_dashboard_s_file_has_a_sheet_a_table(caseload, figures, client_for, chief):
    book = workbook(client_for(chief).get(BUDGET, {"aar": YEAR}))

    assert book.sheetnames == [
        "Puljen",
        "Distrikter",
        "Dagbehandling i alt",
        "Dagbehandling",
        "Måltal",
        "Tilbud",
    ]


def test_the_dashboard_s_tables_are_its_own_figures(caseload, client_for, chief):
    client = client_for(chief)
    book = workbook(client.get(BUDGET, {"aar": YEAR}))
    pool, _, _ = client.get("/budget/", {"aar": YEAR}).context["pools"][0]

    amounts = {}
    for year, post, _, amount in rows_of(book["Puljen"])[1:]:
        amounts[year, post] = amount
    assert amounts[YEAR, "Fri"] == pool.free
    assert amounts[YEAR, "Disponeret"] == pool.committed

    rows = {}
    for year, name, *cells in rows_of(book["Distrikter"])[1:]:
        rows[year, name] = cells
    full_year = round(pool.total.full_year_pupils, 4)
    assert rows[YEAR, "I alt"] == [10, full_year, pool.committed, 0, pool.total.average_tariff]


def test_figures_are_figures_and_days_are_days(figures, client_for, member):
    sheet = workbook(client_for(member).get(TARGETS))["Dagbehandling"]

    head, first = (list(row) for row in sheet.iter_rows(max_row=2))
    headings = [cell.value for cell in head[:5]]
    assert headings == ["Distrikt", "År", "Helårspersoner", "Udgift", "Opgjort"]
    assert [type(cell.value) for cell in first[1:5]] == [int, float, int, datetime]
    assert first[3].number_format == '#,##0 "kr."'


def test_the_implementation_group_s_file_hides_what_its_page_hides(
    pools, schools, chair, client_for, follower
):
    parts = by_fiscal_year(200_000, date(YEAR, 1, 1), date(YEAR, 12, 31))
    district = schools["Baltorpskolen"].district
    books.commit(uuid.uuid4(), parts, district=district, by=chair)

    book = workbook(client_for(follower).get(BUDGET, {"aar": YEAR}))

    rows = [row for row in rows_of(book["Distrikter"]) if row[0] == YEAR]
    assert rows == [[YEAR, "I alt", "vises ikke", None, None, None, None]]


# -- no formula ----------------------------------------------------------------------------
def test_no_formula_and_no_link_is_smuggled_into_a_spreadsheet(caseload, client_for, chief):
    sheet = workbook(client_for(chief).get(POSTINGS))["Posteringer"]

    texts = [row[3] for row in sheet.iter_rows(min_row=2) if row[3].value]
    assert {cell.data_type for cell in texts} == {"s"}
    assert texts[0].value == EVIL
    for row in sheet.iter_rows():
        assert not any(cell.hyperlink for cell in row)


def test_csv_opens_with_danish_letters_and_without_formulas(caseload, client_for, chief):
    head, *rows = csv_rows(client_for(chief).get(CSV))

    assert head[:8] == ["Bogført", "År", "Art", "Tekst", "Distrikt", "Ramme", "Beløb", "Af"]
    assert head[8:] == ["Nr.", "Reference", "Retter nr."]
    numbers = {int(row[8]) for row in rows}
    assert numbers == set(Posting.objects.values_list("pk", flat=True))
    assert rows[0][3] == f"'{EVIL}"
    assert sum(int(row[6]) for row in rows if row[2] == "Tildeling") == 15_000_000


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\r=1"])
def test_what_a_spreadsheet_would_reckon_is_text(text):
    table = Table("x", [Column("a")], [[text]])

    _, line = spreadsheets.as_csv(table)
    assert "'" + text in line


def test_an_amount_below_zero_stays_a_figure():
    columns = [Column("a", "kr"), Column("b", "number")]
    table = Table("x", columns, [[-5, Decimal("1.5")]])

    _, line = spreadsheets.as_csv(table)
    assert line == "-5;1,5\r\n"

    content = io.BytesIO(spreadsheets.as_workbook([table]))
    sheet = openpyxl.load_workbook(content).active
    assert [cell.value for cell in sheet[2]] == [-5, 1.5]


# -- the page's filter ---------------------------------------------------------------------
@pytest.mark.parametrize(
    "query", [{"aar": NEXT}, {"art": "allocation"}, {"aar": YEAR, "art": "commitment"}, {}]
)
def test_the_file_has_the_rows_of_the_page_s_filter(caseload, client_for, chief, query):
    client = client_for(chief)
    amounts = []
    more = "?" + urlencode(query)
    while more:
        page = client.get("/budget/posteringer/" + more).context["page"]
        amounts += [row.amount for row in page.rows]
        more = page.next

    lines = csv_rows(client.get(CSV, query))[1:]
    rows = rows_of(workbook(client.get(POSTINGS, query))["Posteringer"])[1:]
    assert [int(line[6]) for line in lines] == amounts
    assert [row[6] for row in rows] == amounts


@pytest.mark.parametrize("url", [BUDGET, POSTINGS, CSV])
@pytest.mark.parametrize("wrong", [{"aar": "1999"}, {"aar": "x"}])
def test_a_filter_that_does_not_exist_is_not_found(pools, client_for, chief, url, wrong):
    assert client_for(chief).get(url, wrong).status_code == 404
    assert not AccessEntry.objects.exists()


def test_every_file_is_a_line_in_the_access_log(caseload, client_for, chief):
    for url in (BUDGET, POSTINGS, CSV, TARGETS):
        client_for(chief).get(url)

    entries = AccessEntry.objects.order_by("id")
    subjects = ["oekonomi", "posteringer", "posteringer", "maaltal"]
    assert [entry.subject for entry in entries] == subjects
    for entry in entries:
        assert entry.kind == "export"
        assert entry.user_id == chief.pk


def test_too_long_a_file_is_refused_with_a_way_out(caseload, client_for, chief, monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 5)

    for url in (POSTINGS, CSV):
        assert client_for(chief).get(url).url == "/budget/posteringer/"
    assert FundingSource.objects.count() == 2
