"""What is typed in a search box becomes one value that every list reads."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from skolefleks import search
from skolefleks.search import Search


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("SF-2026-0042", "SF-2026-0042"),
        (" sf-2026-00 ", "SF-2026-00"),
        ("SF-", "SF-"),
        ("2026-0042", "SF-2026-0042"),
        ("2026", "SF-2026"),
        ("20260", "SF-2026-0"),
        ("sf2026-0042", "SF-2026-0042"),
        ("SF 2026 0042", "SF-2026-0042"),
        ("2026 0042", "SF-2026-0042"),
        ("SF-2026-", "SF-2026"),
    ],
)
def test_the_beginning_of_a_case_number_is_read_in_each_spelling(typed, number):
    assert search.parse(typed) == Search(number=number)


@pytest.mark.parametrize(
    ("typed", "serial"),
    [("42", 42), ("0042", 42), ("5003", 5003), ("20", 20), ("SF 42", 42), ("sf-42", 42)],
)
def test_the_last_part_of_a_case_number_is_enough(typed, serial):
    assert search.parse(typed) == Search(serial=serial)


@pytest.mark.parametrize(
    "typed", ["4. klasse", "4.kl", "4 kl.", "klasse 4", "Klasse 4. klasse", "4. klassetrin"]
)
def test_a_grade_is_read_as_schools_write_it(typed):
    assert search.parse(typed) == Search(grade=4)


@pytest.mark.parametrize("typed", ["A.B.", "ab", " a. b. ", "A B"])
def test_initials_are_read_with_and_without_full_stops(typed):
    assert search.parse(typed) == Search(initials="A.B.")


def test_more_than_three_letters_are_a_word_too():
    assert search.parse("baltorp") == Search(initials="B.A.L.T.O.R.", words="BALTORP")


def test_letters_with_full_stops_are_no_word():
    assert search.parse("B.A.L.T.").words == ""


def test_a_number_is_told_from_a_text():
    assert search.parse("SF-2026").is_for_number
    assert search.parse("0").is_for_number
    assert not search.parse("4. klasse").is_for_number
    assert not search.parse("baltorp").is_for_number


@time_machine.travel(date(2026, 9, 1))
def test_the_last_part_of_a_number_stands_for_this_year_and_as_many_before_as_asked():
    assert search.parse("42").numbers() == ["SF-2026-0042"]
    assert search.parse("42").numbers(years=3) == ["SF-2026-0042", "SF-2025-0042", "SF-2024-0042"]


@pytest.mark.parametrize("typed", ["", "%", "'; --", "\x00", "\N{GRINNING FACE}"])
def test_nonsense_is_neither_a_number_nor_initials(typed):
    nonsense = search.parse(typed)
    assert not nonsense.is_for_number
    assert nonsense.initials == ""


def test_what_cannot_be_printed_is_left_out():
    assert search.parse("SF-\x002026\n") == Search(number="SF-2026")


def test_no_more_than_forty_letters_are_read():
    assert search.parse("x" * 100).words == "X" * 40


@pytest.mark.parametrize(
    "names",
    [
        ("Nguyễn", "nguyen", "NGUYE\N{COMBINING CIRCUMFLEX ACCENT}N"),
        ("Åse", "aase", "ase", "A\N{COMBINING RING ABOVE}se"),
        ("Søren", "soren", "soeren", "Sören"),
        ("Đặng", "dang"),
        ("Sæby", "saeby"),
        ("Anne-Sofie", "anne sofie"),
    ],
)
def test_the_spellings_of_a_name_are_folded_into_one(names):
    assert len({search.folded(name) for name in names}) == 1


def test_names_in_another_script_stay_apart():
    assert search.folded("فاطمة") != search.folded("محمد")
    assert search.folded("فاطمة")
