"""The letters and the journal of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from budget.lifecycle import InstalmentStatus
from budget.models import Instalment
from budget.models.payments import HANDED_OVER
from visitation.models import Document, Grant, JournalEntry

if TYPE_CHECKING:
    from datetime import date

    from applications.models import Application, PupilCase


class Settlement(NamedTuple):
    """What a school has been paid for a pupil, owes of it, and is still to have: whole DKK.

    What the bank has is paid. `next_on` is when the next instalment is due; None without any.
    """

    paid: int
    owed: int
    to_come: int
    next_on: date | None


def settlement_of(pupil_case: PupilCase, application: Application) -> Settlement:
    """Of all grants of the pupil at the school of the application. One query."""
    grants = Grant.objects.standing().filter(pupil=pupil_case.pupil_id)
    rows = Instalment.objects.standing().filter(
        reference__in=grants.values("pk"), school=application.school_id
    )
    paid = owed = to_come = 0
    days = []
    for row in rows.select_related("run"):
        is_sent = row.run is not None and row.run.status in HANDED_OVER
        if row.status == InstalmentStatus.PAID or is_sent:
            paid += row.amount
        elif row.amount < 0:
            owed -= row.amount
        else:
            to_come += row.amount
            days.append(row.due_on)
    return Settlement(paid, owed, to_come, min(days, default=None))


def letters_of(application: Application) -> list[Document]:
    """The letters of a case, newest first, without their bytes.

    A letter exists from release on, so whoever may read the case may read
    it.
    """
    rows = Document.objects.filter(application=application)
    rows = rows.select_related("decision__pupil_case")
    # PDF and source are sealed: opening them for a list would cost more
    # than all the rest.
    rows = rows.defer("sealed_pdf", "source")
    return list(rows.order_by("-made_at", "kind"))


def journal_of(application: Application) -> list[JournalEntry]:
    """The journal of a case, newest first."""
    rows = JournalEntry.objects.filter(application=application)
    rows = rows.select_related("by", "document")
    rows = rows.defer("document__sealed_pdf", "document__source")
    return list(rows.order_by("-id"))
