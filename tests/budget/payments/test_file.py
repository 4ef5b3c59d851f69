"""The file for the finance system: exact to the byte, no formula, each school's own account."""

from __future__ import annotations

import pytest

from budget.models import SchoolAccount
from budget.payments import actions as payments
from budget.payments.file import payment_file
from skolefleks.refusals import NotPossible
from tests.budget.payments.conftest import FIRST_QUARTER, SPRING
from tests.conftest import NEXT


def test_the_file_is_exact_to_the_byte(exported):
    row = exported.instalments.get()
    day = exported.pays_on.isoformat()
    head = (
        "Kørsel;Udbetalingsdag;Skole;Kontostreng;Regnskabsår;Beløb;Sag;Periode fra;Periode til;Rate"
    )
    line = (
        f"U-{NEXT}-0001;{day};Baltorpskolen;KONTOSTRENG-MANGLER;{NEXT};"
        f"{FIRST_QUARTER};{row.text};{NEXT}-01-01;{NEXT}-03-31;{row.pk}"
    )
    expected = f"\ufeff{head}\r\n{line}\r\n".encode()
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
    payments.set_account(schools["Baltorpskolen"], "XG-1234567890-00012", by=chief)
    run = payments.propose(until=SPRING, by=chief)
    assert run.instalments.get().account == "XG-1234567890-00012"

    payments.reject(run, by=chief)
    payments.set_account(schools["Baltorpskolen"], "", by=chief)
    again = payments.propose(until=SPRING, by=chief)
    assert again.instalments.get().account == "KONTOSTRENG-MANGLER"
    assert SchoolAccount.objects.count() == 1
