"""A file of figures is read however a spreadsheet wrote it, and every faulty line is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from budget.figures import reading, rules
from tests.conftest import SCHOOLS

PLACES = [*SCHOOLS, "Anbragt"]
DAY = date(2021, 12, 31)
HEADINGS = "distrikt;år;helårspersoner;udgift;opgjort;kilde\n"
GOOD = HEADINGS + "Baltorpskolen;2021;15,5;4.500.000;31.12.2021;Rapport\n"


def line(district="Baltorpskolen", pupils="15.5", amount=4_500_000, source="Rapport"):
    return rules.Line(district, 2021, Decimal(pupils), amount, DAY, source)


def read(text, **of_the_form):
    return reading.read(text, places=PLACES, **of_the_form)


WITH_COMMAS = (
    b"district,year,full_year_pupils,amount_dkk,counted_on,source\n"
    b'baltorpskolen,2021,"15,5",4500000,2021-12-31,Rapport\n'
)


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.replace("\n", "\r\n").encode(),
        WITH_COMMAS,
        GOOD.replace("15,5", "15.5").replace("4.500.000", "4500000 kr.").encode(),
        (GOOD + ";;;;;\n\n").encode(),
    ],
)
def test_a_file_is_read_however_the_spreadsheet_wrote_it(content):
    sheet = read(reading.decode(content))

    assert sheet.lines == [line()]
    assert sheet.errors == []


def test_what_is_written_is_read_back_as_it_was():
    in_care = line("Anbragt", amount=None, source='Med "anførsel"; og semikolon')
    lines = [line(), in_care]

    assert read(reading.write(lines)).lines == lines


FAULTY = """Ukendt;2021;9,99;1;;x
Skovlunde Skole;21;1,0;1;1.1.2021;x
Baltorpskolen;2021;1,0;;1.1.2021;x
Måløvhøj Skole;2021
"""


def test_every_faulty_line_is_named_with_all_that_is_wrong():
    sheet = read(GOOD + FAULTY)
    messages = dict(sheet.errors)

    assert len(sheet.lines) == 1
    assert sorted(messages) == [3, 4, 5, 6]
    assert "»Ukendt« findes ikke" in messages[3]
    assert "højst én decimal" in messages[3]
    assert "mangler en dato" in messages[3]
    assert "fire cifre" in messages[4]
    assert "står allerede i linje 2" in messages[5]
    assert "kolonner" in messages[6]


@pytest.mark.parametrize("pupils", ["", "x", "-1", "1,55", "1.234,5", "１２", "1e3", "=1+1"])
def test_a_figure_that_is_none_is_refused(pupils):
    sheet = read(GOOD.replace("15,5", pupils))

    [(number, _)] = sheet.errors
    assert number == 2


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("cp1252"),
        b"\x00\x01",
        b"",
        b"a;b\n1;2\n",
        GOOD.partition("\n")[0].encode(),
        b'distrikt;"\n',
    ],
)
def test_what_is_no_such_file_is_refused_whole(content):
    with pytest.raises(reading.Unreadable):
        read(reading.decode(content))


def test_date_and_source_of_the_form_hold_for_lines_without():
    text = "distrikt;år;helårspersoner\nAnbragt;2021;8\n"
    sheet = read(text, counted_on=DAY, source="Rapport")

    assert sheet.lines == [line("Anbragt", pupils="8.0", amount=None)]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("", None), ("9033262,2", 9_033_262), ("9033262,5", 9_033_263), ("9.033.262", 9_033_262)],
)
def test_an_amount_in_oere_is_rounded_to_whole_kroner(text, amount):
    assert reading.read_amount(text) == amount
