"""The file for the finance system: exact to the byte, no formula, each school's own account."""

from __future__ import annotations

import pytest

from budget.models import SchoolAccount
from budget.payments import accounts
from budget.payments import actions as payments
from budget.payments.file import payment_file
from skolefleks.refusals import NotPossible
from tests.budget.payments.conftest import FIRST_QUARTER, SPRING
from tests.conftest import NEXT


def test_a_file_of_the_first_format_is_made_again_as_it_was(exported):
    exported.file_format = 1
    lines = payment_file(exported, exported.instalments.all()).decode().splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("Rate")


def test_what_is_set_off_is_a_number_below_nothing_and_the_control_is_the_sum(exported):
    row = exported.instalments.get()
    row.amount = -7
    lines = payment_file(exported, [row, row]).decode().splitlines()
    assert [line.split(";")[5] for line in lines[1:]] == ["-7", "-7", "-14"]


def test_the_file_is_exact_to_the_byte(exported):
    row = exported.instalments.get()
    day = exported.pays_on.isoformat()
    head = (
        "Kørsel;Udbetalingsdag;Skole;Kontostreng;Regnskabsår;Beløb;Sag;Periode fra;Periode til;Rate"
        ";Debetkonto;Ramme"
    )
    line = (
        f"U-{NEXT}-0001;{day};Baltorpskolen;XG-STANDARD;{NEXT};"
        f"{FIRST_QUARTER};{row.text};{NEXT}-01-01;{NEXT}-03-31;{row.pk}"
        ";XG-DEBET;Specialundervisningsrammen 50 %, Dagbehandling 50 %"
    )
    control = f"U-{NEXT}-0001;{day};KONTROL;;;{FIRST_QUARTER};1 linjer;;;;;"
    expected = f"\ufeff{head}\r\n{line}\r\n{control}\r\n".encode()
    assert payments.file_of(exported) == expected
    assert expected.startswith(b"\xef\xbb\xbfK\xc3\xb8rsel;")


@pytest.mark.parametrize("text", ["=1+1", "+45", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("x";"y")'])
def test_no_formula_gets_into_the_file(text, exported):
    row = exported.instalments.get()
    row.payee = row.account = row.text = text
    cells = payment_file(exported, [row]).decode().splitlines()[1]
    assert cells.count("'" + text.replace('"', '""')) == 3


def test_a_file_that_would_differ_is_not_given_out(exported):
    exported.digest = "0" * 64
    with pytest.raises(NotPossible):
        payments.file_of(exported)


def test_a_schools_own_account_is_used_and_an_empty_one_is_the_default(spring, schools, chief):
    accounts.set_account(schools["Baltorpskolen"], "XG-1234567890-00012", by=chief)
    run = payments.propose(until=SPRING, by=chief)
    assert run.instalments.get().account == "XG-1234567890-00012"

    payments.reject(run, by=chief)
    accounts.set_account(schools["Baltorpskolen"], "", by=chief)
    again = payments.propose(until=SPRING, by=chief)
    assert again.instalments.get().account == "XG-STANDARD"
    assert SchoolAccount.objects.count() == 1


def test_no_file_goes_out_without_the_account_that_is_paid_from(spring, settings, chief, chief_bur):
    run = payments.propose(until=SPRING, by=chief)
    payments.approve(run, by=chief_bur)
    settings.PAYMENT_DEBIT_ACCOUNT = ""
    with pytest.raises(payments.NoDebitAccount):
        payments.export(run, by=chief)
    run.refresh_from_db()
    assert (run.status, run.digest) == ("approved", "")
