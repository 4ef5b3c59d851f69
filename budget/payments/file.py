"""The file that the finance system reads: a line an instalment, whole DKK, no pupil in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks import spreadsheets
from skolefleks.spreadsheets import Column, Table

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


def payment_file(run: PaymentRun, instalments: Iterable[Instalment]) -> bytes:
    """CSV, all cells as text. The same rows give the same bytes: what is paid is frozen."""
    rows = []
    for row in instalments:
        rows.append([str(value) for value in _line(run, row)])

    table = Table("Udbetaling", [Column(head) for head in COLUMNS], rows)
    return "".join(spreadsheets.as_csv(table)).encode()


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
