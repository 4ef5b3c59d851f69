"""Figures of day treatment as somebody wants them to be, held against what stands: new, changed, the same. Writes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from budget.models import DayTreatmentFigure, DayTreatmentTotal
from budget.models.figures import IN_CARE
from skolefleks.danish import day, kr
from skolefleks.models import AuditEntry, District, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Line(NamedTuple):
    """One figure as it is to be. No district: placed in care. `amount` in whole DKK, None where it is not known."""

    district: str
    year: int
    pupils: Decimal
    amount: int | None
    counted_on: date
    source: str


class Difference(NamedTuple):
    """What a figure was and what it becomes, in words."""

    label: str
    was: str
    now: str


@dataclass(frozen=True)
class Change:
    """A line and the figure that stands in its place, if there is one."""

    line: Line
    was: Line | None

    @property
    def is_new(self) -> bool:
        return self.was is None

    @property
    def is_same(self) -> bool:
        return self.was == self.line

    @property
    def is_changed(self) -> bool:
        return not self.is_new and not self.is_same

    @property
    def differences(self) -> list[Difference]:
        """Old and new of each field that changes; of a new figure all that it holds."""
        was = in_words(self.was) if self.was else {}
        return [
            Difference(name, was.get(name, ""), now)
            for name, now in in_words(self.line).items()
            if was.get(name) != now
        ]


def compare(lines: Sequence[Line]) -> list[Change]:
    """What `lines` would change, in their order. One query."""
    years = {line.year for line in lines}
    stands = {}
    for figure in DayTreatmentFigure.objects.filter(year__in=years).select_related("district"):
        stands[figure.district.name if figure.district else IN_CARE, figure.year] = figure
    return [Change(line, _as_line(stands.get((line.district, line.year)))) for line in lines]


def fingerprint(changes: Iterable[Change]) -> str:
    """What was shown: another one, and somebody else changed the figures meanwhile."""
    return hashlib.sha256(
        repr([(change.line, change.was) for change in changes]).encode()
    ).hexdigest()


def printed_years(changes: Iterable[Change]) -> list[int]:
    """The years among what changes whose total is printed and does not follow."""
    years = {change.line.year for change in changes if not change.is_same}
    return sorted(DayTreatmentTotal.objects.filter(year__in=years).values_list("year", flat=True))


def places() -> list[str]:
    """The names a figure can stand under: the districts in their order, and those in care."""
    return [*District.objects.values_list("name", flat=True), IN_CARE]


def in_words(line: Line) -> dict[str, str]:
    return {
        "Helårspersoner": one_decimal(line.pupils),
        "Udgift": kr(line.amount) if line.amount is not None else "ukendt",
        "Opgjort": day(line.counted_on),
        "Kilde": line.source,
    }


def one_decimal(value: Decimal | float, *, signed: bool = False) -> str:
    """`12,5`, with a real minus sign."""
    text = f"{value:+.1f}" if signed and value else f"{value:.1f}"
    return text.replace(".", ",").replace("-", "−")


# -- who changed what -------------------------------------------------------------------------------------------------
class Event(NamedTuple):
    """A line of the history (`components/timeline.html`)."""

    at: object
    who: str
    what: str
    note: str


def told(entries: Sequence[AuditEntry]) -> list[Event]:
    """The trail in words, with the names of those who acted. One query."""
    names = dict(
        User.objects.filter(pk__in={entry.actor_id for entry in entries}).values_list("pk", "name")
    )
    return [
        Event(entry.at, names.get(entry.actor_id or 0, "SkoleFleks"), *_tell(entry))
        for entry in entries
    ]


def _tell(entry: AuditEntry) -> tuple[str, str]:
    """What happened, and its note."""
    data = entry.payload
    if entry.verb == "import_figures":
        return f"Tal indlæst: {data['new']} nye, {data['changed']} ændrede", ""
    if entry.verb in {"set_target", "drop_target"}:
        gone = entry.verb == "drop_target"
        was = f"Før: {data['was']}-niveauet" if data.get("was") and not gone else ""
        return (
            f"Måltal for {data['year']}: {data['level_of']}-niveauet{' er fjernet' if gone else ''}",
            was,
        )
    pupils = data["pupils"].replace(".", ",")
    note = f"Før: {_before(data['was'])}" if "was" in data else ""
    return f"{data['district']} {data['year']}: {pupils} helårspersoner", note


def _before(was: dict[str, str | int | None]) -> str:
    amount = kr(was["amount"]) if isinstance(was["amount"], int) else "ukendt udgift"
    return f"{str(was['pupils']).replace('.', ',')} helårspersoner, {amount.rstrip('.')}; {was['source']}"


def _as_line(figure: DayTreatmentFigure | None) -> Line | None:
    if figure is None:
        return None
    name = figure.district.name if figure.district else IN_CARE
    return Line(
        name, figure.year, figure.full_year_pupils, figure.amount, figure.counted_on, figure.source
    )
