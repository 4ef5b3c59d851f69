"""What of a run can come back, and when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from budget.lifecycle import SENT, InstalmentStatus
from skolefleks.danish import day, today
from skolefleks.refusals import NotPossible, Refusal

if TYPE_CHECKING:
    from budget.models import Instalment, PaymentRun, Posting


def standing_payment(instalment: Instalment) -> Posting | None:
    """The line in the books that says that the instalment is paid; None where it came back.

    A return may have been noted by mistake and be reversed itself: then it is paid after all.
    """
    # Each reversal points at the line before it: so whether it stands turns at every step.
    posting = instalment.posting
    stands = posting is not None
    while posting is not None:
        reversal = getattr(posting, "reversed_by", None)
        if reversal is None:
            break
        posting = reversal
        stands = not stands
    if stands:
        return posting
    return None


def can_come_back(instalment: Instalment) -> bool:
    """Whether the instalment is with the bank, or paid and not back yet."""
    if instalment.status == InstalmentStatus.PLANNED:
        return True
    return standing_payment(instalment) is not None


def require_sent(run: PaymentRun) -> None:
    """Raise NotPossible unless the finance system has the run, or has paid it."""
    if run.status not in SENT:
        raise NotPossible(
            "Kun af en kørsel, der er sendt eller betalt, kan noget komme tilbage."
        )


def require_day(run: PaymentRun, on: date) -> None:
    """Raise Refusal unless the day lies between the run's hand-over and today."""
    if run.exported_at is None:
        raise NotPossible
    first = timezone.localdate(run.exported_at)
    if not first <= on <= today():
        raise Refusal(
            f"Vælg en dag fra {day(first)}, da kørslen blev sendt, til i dag.",
            field="on",
        )
