"""Reads what the centre chiefs wrote to the quarters, and what they signed. Writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from budget.lifecycle import ProposalStatus
from budget.models import QuarterlyReport, QuarterlyText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from budget.models.quarterly import QuarterlyReportQuerySet
    from budget.quarterly.rules import Quarter


# The texts of a quarter, in the order they are written and read.
FIELDS = (
    ("situation", "Sådan går det"),
    ("reasons", "Hvorfor"),
    ("next_steps", "Det gør vi nu"),
)


def versions_of(quarter: Quarter) -> QuerySet[QuarterlyText]:
    """All that was written to the quarter, the latest version first."""
    versions = QuarterlyText.objects.filter(year=quarter.year, quarter=quarter.number)
    return versions.select_related("made_by")


def latest_text(quarter: Quarter) -> QuarterlyText | None:
    """What stands on the quarter's page; None where nobody has written to it."""
    return versions_of(quarter).first()


def by_label(text: QuarterlyText | None) -> list[tuple[str, str]]:
    """(label, what is written) of each of the texts; nothing where nothing is written at all."""
    if text is None:
        return []
    return [(label, getattr(text, name)) for name, label in FIELDS]


# -- what is signed -------------------------------------------------------------------------------
def reports_of(quarter: Quarter) -> QuarterlyReportQuerySet:
    """All versions that were proposed, the newest first, with who proposed and who answered."""
    reports = QuarterlyReport.objects.of(quarter)
    return reports.select_related(
        "proposal__proposed_by", "proposal__answered_by", "text"
    )


class Row(NamedTuple):
    """A quarter in the list: what has become of it."""

    quarter: Quarter
    state: str
    is_signed: bool


def rows_of(quarters: Sequence[Quarter]) -> list[Row]:
    """Each of `quarters` with whether it has words, waits for a signature, or is signed.

    Two queries.
    """
    years = {quarter.year for quarter in quarters}
    texts = QuarterlyText.objects.filter(year__in=years).order_by()
    with_text = set(texts.values_list("year", "quarter"))

    versions: dict[tuple[int, int], int] = {}
    waiting = set()
    reports = QuarterlyReport.objects.filter(year__in=years).order_by("version")
    columns = ("year", "quarter", "version", "proposal__status")
    for year, number, version, status in reports.values_list(*columns):
        if status == ProposalStatus.APPROVED:
            versions[year, number] = version
        elif status == ProposalStatus.PROPOSED:
            waiting.add((year, number))

    rows = []
    for quarter in quarters:
        key = (quarter.year, quarter.number)
        state = "Ingen tekst endnu"
        if key in with_text:
            state = "Kladde"
        if key in versions:
            state = f"Godkendt, version {versions[key]}"
        if key in waiting:
            state = f"{state}. En version venter på de andre centre."
        rows.append(Row(quarter, state, key in versions))
    return rows
