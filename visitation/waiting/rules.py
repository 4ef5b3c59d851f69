"""What holds of the waiting list: its order, what fits into what is free, how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from budget.tariff import by_fiscal_year
from skolefleks.danish import today

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from budget.tariff import Part
    from visitation.models import WaitingPlace

# More than the heaviest need, and room for microseconds: what comes first is smallest.
_HEAVIER = 10
_STEP = 10**17

ORDER = (
    "Det tungeste behov står først, og blandt lige tunge den sag, der er indsendt"
    " først. Er der ikke penge til den første, foreslås den næste, der er penge til."
)

# -- how it is told --
VERDICT = "Afgørelsen er udsat, fordi der ikke er penge nok i puljen. Sagen står på venteliste."
ANSWER = "Svaret er ikke klar endnu: der er ikke penge nok i puljen lige nu."
MEANING = (
    "Der er ikke penge nok i SkoleFleks lige nu. Derfor står sagen på en venteliste."
    " Bliver der penge, ser udvalget på sagen igen. Det er ikke et ja og ikke et nej."
    " I hører fra skolen, når der er et svar."
)
AGAIN = (
    "Bliver der penge fri, kan udvalget tage sagen op igen. Der er ikke lovet en"
    " bevilling. Sig til i sagen, hvis elevens behov ændrer sig."
)


class Fit(NamedTuple):
    """A place on the list, what it would cost from today on, and whether it fits.

    One so far down the list that nobody reckoned with it is not `is_looked_at`.
    """

    place: WaitingPlace
    parts: Mapping[int, Part]
    fits: bool
    is_looked_at: bool = True

    @property
    def is_over(self) -> bool:
        """Whether nothing is left of the wished period."""
        return not self.parts

    @property
    def total(self) -> int:
        return sum(part.amount for part in self.parts.values())


def position_of(weight: int, submitted_at: datetime) -> int:
    """Where a pupil stands: the heaviest need first, then who applied first."""
    # Whole microseconds, since a float would lose the last ones.
    moment = round(submitted_at.timestamp() * 1_000_000)
    return (_HEAVIER - weight) * _STEP + moment


def cost_left(place: WaitingPlace, on: date) -> dict[int, Part]:
    """What is wished for from that day on; nothing where the period is over.

    Nobody is given money for days that have passed while they waited.
    """
    first = max(place.starts_on, on)
    if first >= place.ends_on:
        return {}
    return by_fiscal_year(place.tariff, first, place.ends_on)


def fits(places: Iterable[WaitingPlace], free: Mapping[int, int]) -> list[Fit]:
    """The places in their order, each with whether the money that is free now is enough.

    What is proposed fits together: each takes its part before the next is
    asked. A year without a pool has nothing free. One that the school does
    not know of yet takes nothing: it cannot be taken up.
    """
    left = dict(free)
    rows = []
    for place in places:
        parts = cost_left(place, today())
        enough = all(part.amount <= left.get(year, 0) for year, part in parts.items())
        row = Fit(place, parts, bool(parts) and enough and place.is_told)
        if row.fits:
            for year, part in parts.items():
                left[year] -= part.amount
        rows.append(row)
    return rows


def on_page(rows: Iterable[Fit], places: Iterable[WaitingPlace]) -> list[Fit]:
    """The rows of those places, each as it is read for the page."""
    by_pk = {row.place.pk: row for row in rows}
    rows_on_page = []
    for place in places:
        row = by_pk.get(
            place.pk,
            Fit(place, cost_left(place, today()), fits=False, is_looked_at=False),
        )
        rows_on_page.append(row._replace(place=place))
    return rows_on_page
