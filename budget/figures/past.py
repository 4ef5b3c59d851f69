"""The figures of day treatment as they stood on a day, worked back from the trail.

A figure has one row, which a better one takes the place of; the trail says what stood there before.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from budget.books.rules import end_of
from budget.models import DayTreatmentFigure, Target
from budget.models.figures import IN_CARE
from skolefleks.models import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from skolefleks.models import District

_FIGURES = ("enter_figure", "change_figure")
_TARGETS = ("set_target", "drop_target")


def changes_since(on: date) -> list[AuditEntry]:
    """What was changed after the day `on`, the latest first. One query."""
    entries = AuditEntry.objects.filter(
        verb__in=(*_FIGURES, *_TARGETS), at__gte=end_of(on)
    )
    return list(entries.order_by("-pk"))


def figures_before(
    figures: Iterable[DayTreatmentFigure],
    changes: Sequence[AuditEntry],
    districts: Iterable[District],
) -> list[DayTreatmentFigure]:
    """The figures as they stood before `changes`; those are not saved."""
    places = {district.name: district for district in districts}
    standing = {(figure.year, figure.place_name): figure for figure in figures}
    for change in changes:
        if change.verb not in _FIGURES:
            continue
        payload = change.payload
        key = (payload["year"], payload["district"])
        before = payload.get("was")
        if before is None:
            standing.pop(key, None)
            continue
        standing[key] = DayTreatmentFigure(
            district=places.get(payload["district"]),
            year=payload["year"],
            full_year_pupils=Decimal(before["pupils"]),
            amount=before["amount"],
            counted_on=date.fromisoformat(before["counted_on"]),
            source=before["source"],
        )
    return sorted(standing.values(), key=_as_listed)


def _as_listed(figure: DayTreatmentFigure) -> tuple[bool, int, int]:
    """By district, those in care last; then by year."""
    sort_key = 0
    if figure.district:
        sort_key = figure.district.sort_key
    return figure.place_name == IN_CARE, sort_key, figure.year


def targets_before(
    targets: Iterable[Target], changes: Sequence[AuditEntry]
) -> list[Target]:
    """The levels to be back at as they stood before `changes`; by the year that they are due."""
    levels = {target.year: target for target in targets}
    for change in changes:
        if change.verb not in _TARGETS:
            continue
        year = change.payload["year"]
        before = change.payload.get("was")
        if change.verb == "drop_target":
            before = change.payload["level_of"]
        levels.pop(year, None)
        if before is not None:
            levels[year] = Target(year=year, level_of=before)
    return [levels[year] for year in sorted(levels)]
