"""Files of the finance system, as such systems write them."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from budget.reconciliation import reading
from tests.budget.reconciliation.workbooks import BOMBS

COLUMNS = {
    "booked_on": "Bogføringsdato",
    "amount": "Beløb",
    "account": "Kontostreng",
    "text": "Tekst",
    "voucher": "Bilag",
}
HEAD = "Bogføringsdato;Beløb;Kontostreng;Tekst;Bilag\n"
LINE = "31-10-2026;49.402,00;XG-1;SkoleFleks U-2026-0001 SF-2026-0042;B1\n"


def test_a_danish_csv_is_read():
    [line] = reading.read((HEAD + LINE).encode(), COLUMNS).lines
    assert line == (
        2,
        date(2026, 10, 31),
        Decimal(49_402),
        "XG-1",
        "U-2026-0001",
        "SF-2026-0042",
        "B1",
    )


def test_a_file_of_an_old_system_keeps_its_letters():
    [line] = reading.read((HEAD + LINE).encode("cp1252"), COLUMNS).lines
    assert line.amount == 49_402


def test_a_spreadsheet_is_read_with_its_days_and_numbers():
    workbook = openpyxl.Workbook()
    workbook.active.append(list(COLUMNS.values()))
    workbook.active.append([date(2026, 10, 31), 49402.5, "XG-1", "U-2026-0001", None])
    content = io.BytesIO()
    workbook.save(content)
    [line] = reading.read(content.getvalue(), COLUMNS).lines
    assert (line.booked_on, line.amount) == (date(2026, 10, 31), Decimal("49402.5"))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234", 1234),
        ("-1.234,50", "-1234.5"),
        ("12,5-", "-12.5"),
        ("7 000 kr.", 7000),
        ("3.5", "3.5"),
    ],
)
def test_an_amount_is_read_as_danish_systems_write_it(text, amount):
    assert reading.read_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["", "abc", "1.23.4", "=1+1", "1,234,5", "9" * 30, "9" * 5_000, "10000000000", 1e40]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValidationError):
        reading.read_amount(text)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no zip", b"a;b\n1;2\n", (HEAD).encode(), b"\x00\x01"]
)
def test_a_file_that_is_none_is_refused_whole(content):
    with pytest.raises(reading.Unreadable):
        reading.read(content, COLUMNS)


def test_a_faulty_line_is_named_by_its_number():
    sheet = reading.read((HEAD + LINE + LINE.replace("31-10-2026", "i går")).encode(), COLUMNS)
    assert [number for number, _ in sheet.errors] == [3]


# Files as long as may be, each of what takes longest to read.
LONG = {
    "good lines": LINE * (reading.MOST_LINES - 2),
    "faulty lines": "i går;x;;;\n" * (reading.MOST_LINES - 2),
    "days of many digits": f"{'1' * 90};1;XG-1;;\n" * (reading.MOST_LINES - 2),
    "a line of many cells": ";" * (reading.MOST_BYTES - len(HEAD)),
}


@pytest.mark.parametrize("what", LONG)
def test_the_longest_file_takes_a_few_seconds_of_the_processor(what):
    began = time.process_time()
    with suppress(reading.Unreadable):
        reading.read((HEAD + LONG[what]).encode(), COLUMNS)
    assert time.process_time() - began < 4


def test_of_a_file_of_faults_no_more_is_read_than_is_shown():
    sheet = reading.read((HEAD + "i går;x;;;\n" * 100 + LINE).encode(), COLUMNS)
    assert len(sheet.errors) == reading.MOST_ERRORS
    assert sheet.lines == []


def test_an_account_of_ten_digits_is_no_cpr_number():
    content = (HEAD + LINE.replace("XG-1", "XG-0000000001-00100")).encode()
    [line] = reading.read(content, COLUMNS).lines
    assert line.account == "XG-0000000001-00100"


def test_of_the_text_nothing_but_the_numbers_is_kept():
    named = LINE.replace("SkoleFleks", "Alma Beck 010115-1234")
    [line] = reading.read((HEAD + named).encode(), COLUMNS).lines
    assert "Alma" not in str(line)
    assert "010115" not in str(line)


@pytest.mark.parametrize("what", BOMBS)
def test_a_spreadsheet_that_no_system_writes_is_refused_in_words(what, settings):
    settings.WORKBOOK_CPU_SECONDS = 2
    began = time.monotonic()
    with pytest.raises(reading.Unreadable, match=r"læses|flere end|mangler|ingen linjer"):
        reading.read(BOMBS[what](), COLUMNS)
    assert time.monotonic() - began < 60


def test_the_site_reads_a_spreadsheet_without_what_could_open_it():
    code = "import django; django.setup(); import sys; from budget.reconciliation import views;"
    code += "print('openpyxl' in sys.modules, 'budget.reconciliation.workbooks' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"], done.stderr[-500:]
