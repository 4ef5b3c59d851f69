"""Reads what the centre chiefs wrote to the quarters. Writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.models import QuarterlyText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

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


def quarters_with_text(quarters: Sequence[Quarter]) -> set[tuple[int, int]]:
    """(year, number) of those of `quarters` that somebody has written to. One query."""
    years = {quarter.year for quarter in quarters}
    texts = QuarterlyText.objects.filter(year__in=years)
    return set(texts.values_list("year", "quarter"))
