"""The file that the finance system reads: a line an instalment, whole DKK, no pupil in it.

The last line is the control: the number of lines and their sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks import spreadsheets
from skolefleks.spreadsheets import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from budget.models import Instalment, PaymentRun


# The first had neither debit account, frames nor control; such a file is made again as it was.
FIRST_FORMAT = 1
FILE_FORMAT = 2


COLUMNS = (
    "Kørsel",
    "Udbetalingsdag",
    "Skole",
    "Kontostreng",
    "Regnskabsår",
    "Beløb",
    "Sag",
    "Periode fra",
    "Periode til",
    "Rate",
)

# What is set off stands as a number below nothing, and a text would be guarded as a formula.
_NUMBERS = ("Beløb",)


def payment_file(run: PaymentRun, instalments: Iterable[Instalment]) -> bytes:
    """CSV. The same rows give the same bytes: what is paid is frozen."""
    lines = list(instalments)
    rows: list[Sequence[object]] = [_line(run, row) for row in lines]
    heads: Sequence[str] = COLUMNS
    # Which format it was is kept with the run: the file of an old run must not change.
    if run.file_format != FIRST_FORMAT:
        heads = (*COLUMNS, "Debetkonto", "Ramme")
        rows = [
            (*_line(run, row), run.debit_account, run.frames.get(str(row.pool_id), ""))
            for row in lines
        ]
        rows.append(_control(run, lines))

    columns = []
    for head in heads:
        kind = "whole" if head in _NUMBERS else "text"
        columns.append(Column(head, kind))
    table = Table("Udbetaling", columns, rows)
    return "".join(spreadsheets.as_csv(table)).encode()


def _line(run: PaymentRun, row: Instalment) -> tuple[object, ...]:
    return (
        run.number,
        run.pays_on.isoformat(),
        row.payee,
        row.account,
        str(row.pool_id),
        row.amount,
        row.text,
        row.covers_from.isoformat(),
        row.covers_to.isoformat(),
        str(row.pk),
    )


def _control(run: PaymentRun, lines: Sequence[Instalment]) -> tuple[object, ...]:
    total = sum(row.amount for row in lines)
    count = f"{len(lines)} linjer"
    day = run.pays_on.isoformat()
    return (run.number, day, "KONTROL", "", "", total, count, "", "", "", "", "")
