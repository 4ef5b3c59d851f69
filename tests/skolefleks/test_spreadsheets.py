"""A table becomes a file: typed cells, Danish text, and nothing that a spreadsheet reckons."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from skolefleks import spreadsheets
from skolefleks.spreadsheets import Column, Table

COLUMNS = [
    Column("Tekst"),
    Column("Beløb", "kr"),
    Column("Tal", "number"),
    Column("Dag", "day"),
    Column("Indsendt", "day"),
    Column("Bogført", "moment"),
]

# Half past midnight in Denmark, still the day before in UTC.
MOMENT = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)

ROW = ["Æble", -5, Decimal("1.5"), date(2026, 8, 1), MOMENT, MOMENT]


def table(*rows):
    return Table("Ark", COLUMNS, rows)


def test_a_csv_file_is_written_as_a_danish_spreadsheet_reads_it():
    head, line = spreadsheets.as_csv(table(ROW))
    assert head == "\ufeffTekst;Beløb;Tal;Dag;Indsendt;Bogført\r\n"
    assert line == "Æble;-5;1,5;01.08.2026;01.08.2026;01-08-2026 00:30\r\n"


def test_a_workbook_has_figures_and_danish_days_in_its_cells():
    content = spreadsheets.as_workbook([table(ROW)])
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Ark"]
    first = datetime(2026, 8, 1)  # noqa: DTZ001
    just_after_midnight = datetime(2026, 8, 1, 0, 30)  # noqa: DTZ001
    cells = [cell.value for cell in sheet[2]]
    assert cells == ["Æble", -5, 1.5, first, first, just_after_midnight]


def test_nothing_is_an_empty_cell():
    nothing = [None] * len(COLUMNS)
    assert list(spreadsheets.as_csv(table(nothing)))[1] == ";;;;;\r\n"


def test_a_row_that_lacks_a_cell_is_an_error():
    with pytest.raises(ValueError, match="shorter"):
        list(spreadsheets.as_csv(table(["Æble"])))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\r=1", "\n=1"])
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe(text):
    assert spreadsheets.without_formula(text) == f"'{text}"


def test_any_other_text_stays_as_it_is():
    assert spreadsheets.without_formula("1+1=2") == "1+1=2"
