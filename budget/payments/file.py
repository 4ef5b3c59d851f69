"""The file that the finance system reads: one line an instalment, whole DKK, no pupil. Pure: rows in, bytes out."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from budget.models import Instalment, PaymentRun


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


_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # by which spreadsheets know UTF-8


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def payment_file(run: PaymentRun, instalments: Iterable[Instalment]) -> bytes:
    """CSV with `;` and a BOM, lines ending in CRLF. The same rows give the same bytes: what is paid is frozen."""
    text = io.StringIO(_BOM, newline="")
    text.seek(0, io.SEEK_END)
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow(COLUMNS)
    lines.writerows([_plain(value) for value in _line(run, row)] for row in instalments)
    return text.getvalue().encode()


def _line(run: PaymentRun, row: Instalment) -> tuple[object, ...]:
    period = (row.covers_from.isoformat(), row.covers_to.isoformat())
    day = run.pays_on.isoformat()
    return (
        run.number,
        day,
        row.payee,
        row.account,
        row.pool_id,
        row.amount,
        row.text,
        *period,
        row.pk,
    )


def _plain(value: object) -> str:
    """The text itself; one that a spreadsheet would reckon with gets an apostrophe before it."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
