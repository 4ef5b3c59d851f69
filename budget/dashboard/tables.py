"""The tables of the pools and the districts: each figure in words, with the way to its postings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from budget.books.measures import AMOUNT_BY_PUPIL
from budget.dashboard import sentences
from skolefleks.danish import kr, one_decimal

if TYPE_CHECKING:
    from budget.books import queries as books_queries
    from budget.dashboard import rules

UNKNOWN = "–"


class Cell(NamedTuple):
    """A figure under its heading; `url` leads to the postings behind it, and may be empty."""

    label: str
    text: str
    url: str = ""


class PostingLinks:
    """The addresses of the postings behind a figure; all empty for who may not see postings.

    `day` is the day that is looked back to, as the address has it.
    """

    def __init__(self, *, may_be_shown: bool, day: str) -> None:
        self.day = day
        self.url = ""
        if may_be_shown:
            self.url = reverse("budget:postings")

    def to(self, measure: str, year: int, **place: int | None) -> str:
        """The postings behind one figure of a year.

        `place` is one `distrikt` or one `ramme`, by its id; of all where there is none.
        """
        if not self.url:
            return ""

        query: dict[str, object] = {"tal": measure, "aar": year}
        query |= {name: pk for name, pk in place.items() if pk}
        if self.day:
            query["den"] = self.day
        return f"{self.url}?{urlencode(query)}"


# -- the pool ------------------------------------------------------------------------------------
class FrameRow(NamedTuple):
    """A frame of the pool, and its part of the money."""

    name: str
    centre: str
    cells: list[Cell]


def pool_rows(pool: books_queries.PoolYear, links: PostingLinks) -> list[Cell]:
    """What is allocated, committed and paid; where pupils are hidden only the first."""
    rows = [Cell("Tildelt", kr(pool.allocated), links.to("tildelt", pool.year))]
    if pool.shows_counts:
        committed = links.to("disponeret", pool.year)
        rows.append(Cell("Disponeret", kr(pool.committed), committed))
        rows.append(Cell("Udbetalt", kr(pool.paid), links.to("udbetalt", pool.year)))
    return rows


def frame_rows(pool: books_queries.PoolYear, links: PostingLinks) -> list[FrameRow]:
    rows = []
    for frame in pool.frames:
        cells = []
        for label, measure, amount in (
            ("Tildelt", "tildelt", frame.amount),
            ("Brugt", "brugt", frame.used),
            ("Fri", "fri", frame.free),
        ):
            url = links.to(measure, pool.year, ramme=frame.source_id)
            cells.append(Cell(label, kr(amount), url))
        rows.append(FrameRow(frame.name, frame.centre, cells))
    return rows


# -- the districts -------------------------------------------------------------------------------
def average_label(outlook: rules.Outlook | None) -> str:
    if outlook:
        return "Gennemsnitstakst"
    return AMOUNT_BY_PUPIL


def district_cells(
    row: books_queries.DistrictYear,
    activity: rules.Activity,
    outlook: rules.Outlook | None,
    links: PostingLinks,
    *,
    is_shown: bool,
) -> list[Cell]:
    """The figures of a district, or of all of them, in the columns' order.

    Unless `is_shown` there are so few pupils that no figure of the postings may be seen.
    """

    def figure(label: str, text: str, measure: str, hidden: str = UNKNOWN) -> Cell:
        if not is_shown:
            return Cell(label, hidden)
        return Cell(label, text, links.to(measure, row.year, distrikt=row.district_id))

    cells = [
        figure("Helårselever", one_decimal(row.full_year_pupils), "helaarselever"),
        figure("Disponeret og udbetalt", kr(row.amount), "brugt"),
    ]
    label = average_label(outlook)
    if outlook:
        # Counted from the grants: no posting stands behind these two.
        started = Cell(outlook.started_label, str(activity.started))
        return [started, *cells, Cell(label, _kr_or_unknown(activity.average_tariff))]

    pupils = figure(
        "Elever i årets løb", str(row.places), "elever", sentences.NOT_SHOWN
    )
    average = Cell(label, UNKNOWN)
    if row.average_tariff is not None:
        average = figure(label, kr(row.average_tariff), "gennemsnit")
    return [pupils, *cells, average]


def _kr_or_unknown(amount: int | None) -> str:
    if amount is None:
        return UNKNOWN
    return kr(amount)
