"""Amounts, dates and CPR numbers as they are typed in Denmark.

What is read, and what is refused instead of guessed.
"""

from __future__ import annotations

import random
from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import formats

from skolefleks import danish
from skolefleks.danish import CprField, DayField, KrField
from skolefleks.development.fictive import fictive_cpr

NBSP = "\N{NO-BREAK SPACE}"


AMOUNTS = {
    "200000": 200_000,
    "200.000": 200_000,
    "200.000 kr.": 200_000,
    f"200.000{NBSP}kr.": 200_000,
    "200.000 kr": 200_000,
    "200.000 KR.": 200_000,
    "200.000,-": 200_000,
    "  200000  ": 200_000,
    "1.000.000": 1_000_000,
    "310 000": 310_000,
    f"1{NBSP}310{NBSP}000": 1_310_000,
    "1": 1,
    "999": 999,
}


NO_AMOUNTS = """-1 +1 1e9 200.00 200.0000 20.00.000 200,000 200,00 200.000,50 1.5 0.200 000.200
    æ kr. 200' 0x10 200_000 1.000.000.000 9999999999
    200.000.kr ٢٠٠ １２３ ² ½ None nan inf""".split()


DAYS = {
    "01.08.2026": date(2026, 8, 1),
    "1.8.2026": date(2026, 8, 1),
    "01-08-2026": date(2026, 8, 1),
    "01/08/2026": date(2026, 8, 1),
    "2026-08-01": date(2026, 8, 1),
    "1. august 2026": date(2026, 8, 1),
    "1. maj 2026": date(2026, 5, 1),
    "31. OKTOBER 2026": date(2026, 10, 31),
    "29.02.2028": date(2028, 2, 29),
    " 01.08.2026 ": date(2026, 8, 1),
    "1.8.26": date(2026, 8, 1),
    "1/11/26": date(2026, 11, 1),
    "010826": date(2026, 8, 1),
    "01082026": date(2026, 8, 1),
}


NO_DAYS = [
    "1826",
    "310226",
    "0108202",
    "01081926",
    "31.02.2026",
    "29.02.2027",
    "32.01.2026",
    "01.13.2026",
    "i morgen",
    "1. may 2026",
    "august 2026",
]


NO_DAYS += [
    "01.08.0001",
    "01.08.9999",
    "31.12.1999",
    "01.01.2100",
    "01.08.20266",
    "æ",
    "0",
    "01.08.2026\x00",
    "x" * 100_000,
]


CPRS = [
    "020115-4000",
    "0201154000",
    "620115-4000",
    "910116-4000",
    "020115 4000",
    " 020115-4000 ",
    "290216-4123",
]


NO_CPRS = [
    "",
    "1",
    "020115",
    "020115-400",
    "020115-40000",
    "320115-4000",
    "600115-4000",
    "920115-4000",
    "021315-4000",
    "290215-4123",
    "000000-0000",
]


NO_CPRS += ["020115-4OOO", "02-01-15-4000", "020115--4000", "020115-4000\x00", "020115\n4000"]


NO_CPRS += ["٠٢٠١١٥-٤٠٠٠", "０２０１１５４０００"]


@pytest.mark.parametrize(("typed", "amount"), AMOUNTS.items())
def test_an_amount_is_read_as_it_is_written_here(typed, amount):
    assert danish.read_kr(typed) == amount


@pytest.mark.parametrize("typed", [*NO_AMOUNTS, "20 00 000", "", " ", "2" * 100_000])
def test_an_amount_that_could_mean_two_things_is_refused(typed):
    with pytest.raises(ValidationError, match="hele kroner"):
        danish.read_kr(typed)


@pytest.mark.parametrize(
    ("typed", "refused"), [("0", True), ("1", False), ("500", False), ("501", True), ("-1", True)]
)
def test_an_amount_has_its_limits(typed, refused):
    outcome = nullcontext()
    if refused:
        outcome = pytest.raises(ValidationError)
    with outcome:
        assert KrField(minimum=1, maximum=500).clean(typed) == int(typed)


@pytest.mark.parametrize("amount", [0, 1, 999, 1_000, 215_000, 1_234_567, 10_000_000])
def test_an_amount_shown_can_be_typed_back(amount):
    assert KrField(minimum=0, maximum=10_000_000).clean(danish.kr(amount)) == amount


def test_an_amount_below_nothing_has_a_real_minus_sign():
    assert danish.kr(-1_234_567) == f"\N{MINUS SIGN}1.234.567{NBSP}kr."


def test_a_whole_number_has_full_stops_between_its_thousands():
    assert danish.whole(999) == "999"
    assert danish.whole(-1_234_567) == "\N{MINUS SIGN}1.234.567"


def test_a_number_has_one_decimal_after_a_comma():
    assert danish.one_decimal(Decimal("12.34")) == "12,3"
    assert danish.one_decimal(-2.0) == "\N{MINUS SIGN}2,0"


def test_a_difference_says_its_direction():
    assert danish.one_decimal(2.5, signed=True) == "+2,5"
    assert danish.one_decimal(-2.5, signed=True) == "\N{MINUS SIGN}2,5"
    assert danish.one_decimal(0, signed=True) == "0,0"


@pytest.mark.parametrize(
    ("value", "shown"), [("12.25", "12,25"), ("12.50", "12,5"), ("12.0", "12"), ("100", "100")]
)
def test_a_number_has_no_decimal_that_says_nothing(value, shown):
    assert danish.decimal(Decimal(value)) == shown


@pytest.mark.parametrize(
    ("typed", "read"),
    [("12.345", "12345"), ("1.234.567,5", "1234567,5"), ("0.500", "0.500"), ("12.34", "12.34")],
)
def test_only_full_stops_between_thousands_are_taken_out(typed, read):
    assert danish.without_thousands(typed) == read


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ 1234|whole }}", "1.234"),
        ("{{ 'mere end 1.000'|whole }}", "mere end 1.000"),
        ("{{ 2.5|one_decimal }}", "2,5"),
        ("{{ nothing|one_decimal }}", ""),
        ("{{ nothing|day }}{{ nothing|moment }}", ""),
        ("{{ unknown|day }}{{ unknown|moment }}", ""),
        ("{{ year }}", "2026"),
        ("{{ moment|moment }}", "1. august 2026 kl. 10.42"),
    ],
)
def test_a_template_writes_numbers_and_days_the_danish_way(text, shown):
    moment = datetime(2026, 8, 1, 8, 42, tzinfo=UTC)
    context = Context({"nothing": None, "year": 2026, "moment": moment})
    assert Template(text).render(context) == shown


@time_machine.travel(datetime(2026, 8, 3, 12, tzinfo=UTC))
def test_days_are_counted_from_midnight_to_midnight_in_denmark():
    late_on_the_first = datetime(2026, 8, 1, 21, 59, tzinfo=UTC)
    early_on_the_second = datetime(2026, 8, 1, 22, 1, tzinfo=UTC)
    assert danish.days_since(late_on_the_first) == 2
    assert danish.days_since(early_on_the_second) == 1


def test_a_moment_lies_on_its_day_in_denmark():
    early_on_the_second = datetime(2026, 8, 1, 22, 1, tzinfo=UTC)
    assert danish.day(early_on_the_second) == "2. august 2026"
    assert danish.short_day(early_on_the_second) == "2.8.2026"


@pytest.mark.parametrize(("typed", "day"), DAYS.items())
def test_a_day_is_read_as_it_is_written_here(typed, day):
    assert DayField().clean(typed) == day


@pytest.mark.parametrize("typed", NO_DAYS)
def test_a_day_that_is_none_is_refused(typed):
    with pytest.raises(ValidationError):
        DayField().clean(typed)


@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_shown_can_be_typed_back(month):
    day = date(2026, month, 1)
    assert danish.day(day) == formats.date_format(day, "j. F Y")
    assert DayField().clean(danish.day(day)) == day


@pytest.mark.parametrize("typed", CPRS)
def test_a_cpr_number_needs_ten_digits_and_a_real_date(typed):
    assert danish.read_cpr(typed) == "".join(filter(str.isdigit, typed))


@pytest.mark.parametrize("typed", NO_CPRS)
def test_what_is_no_cpr_number_is_refused_without_repeating_it(typed):
    with pytest.raises(ValidationError) as refused:
        CprField().clean(typed)
    assert not typed or typed not in str(refused.value)


def test_a_fictive_number_belongs_to_nobody_and_is_accepted():
    for seed in range(200):
        cpr = fictive_cpr(random.Random(seed), born=2016)
        weighted = zip((4, 3, 2, 7, 6, 5, 4, 3, 2, 1), cpr, strict=True)
        assert danish.read_cpr(cpr) == cpr
        assert sum(weight * int(digit) for weight, digit in weighted) % 11
        assert not cpr.startswith("0101")


@pytest.mark.parametrize(
    ("cpr", "born"),
    [
        ("0201154000", date(2015, 1, 2)),
        ("0201369999", date(2036, 1, 2)),
        ("6201154000", date(2015, 1, 2)),
    ],
)
def test_the_seventh_digit_tells_the_century(cpr, born):
    assert danish.born_on(cpr) == born


def test_an_age_is_in_whole_years():
    born = date(2015, 8, 2)
    assert [danish.age_on(born, date(2026, 8, day)) for day in (1, 2)] == [10, 11]


def test_a_cpr_number_is_shown_masked():
    assert (danish.masked("0201154000"), danish.masked("")) == ("020115-xxxx", "")


@pytest.mark.parametrize(
    ("label", "inside"), [("Eleven", "eleven"), ("PPR", "PPR"), ("Ny dato", "ny dato"), ("", "")]
)
def test_a_label_inside_a_sentence_begins_small_and_a_name_stays(label, inside):
    assert danish.inside(label) == inside
