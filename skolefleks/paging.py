"""Pages of a long list by where the last one ended, never by how many rows to skip.

That is as fast on page 900 as on page 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.dateparse import parse_datetime

if TYPE_CHECKING:
    from django.http import QueryDict

Row = TypeVar("Row", bound=models.Model)

# The value of the ordering field and the primary key of the row a page begins or
# ends beside.
Pointer = tuple[Any, Any]

PAGE_SIZE = 25

COUNT_BOUND = 1_000

# Names in the address: after the row, before the row.
AFTER = "efter"
BEFORE = "foer"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the query strings of its neighbours ('' where there is none)."""

    rows: list[Row]
    previous: str
    next: str

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether the page holds all that there is."""
        return not self.previous and not self.next


def page_of(
    rows: models.QuerySet[Row], params: QueryDict, *, by: str, size: int = PAGE_SIZE
) -> Page[Row]:
    """The page that `efter` or `foer` in `params` points at, or the first one.

    Ordered by the field `by` ('-field' descending), then by primary key. Takes
    one query. A pointer that makes no sense (edited by hand) is read as none.
    """
    field = by.removeprefix("-")
    is_descending = by.startswith("-")

    side = AFTER
    if BEFORE in params:
        side = BEFORE
    pointer = _read_pointer(params.get(side) or "", rows.model, field)

    # The page before a row is read backwards from that row, and turned round.
    is_backwards = side == BEFORE and pointer is not None
    is_upwards = is_descending == is_backwards
    if pointer:
        rows = rows.filter(_beyond(field, pointer, upwards=is_upwards))

    # One row more than is shown says whether there is another page.
    rows_and_one = list(_ordered(rows, field, upwards=is_upwards)[: size + 1])
    has_more = len(rows_and_one) > size
    page_rows = rows_and_one[:size]

    has_previous = pointer is not None
    has_next = has_more
    if is_backwards:
        page_rows.reverse()
        has_previous = has_more
        has_next = True

    previous_link = ""
    if has_previous and page_rows:
        previous_link = _link(params, BEFORE, page_rows[0], field)

    next_link = ""
    if has_next and page_rows:
        next_link = _link(params, AFTER, page_rows[-1], field)
    return Page(page_rows, previous_link, next_link)


def neighbours(
    rows: models.QuerySet[Row], here: Row, *, by: str
) -> tuple[Row | None, Row | None]:
    """The rows just before and just after `here` in the order of `page_of`. Takes one query.

    `here` need not be among `rows`.
    """
    field = by.removeprefix("-")
    pointer = (getattr(here, field), here.pk)

    rows_above = rows.filter(_beyond(field, pointer, upwards=True))
    rows_below = rows.filter(_beyond(field, pointer, upwards=False))
    first_above = _ordered(rows_above, field, upwards=True)[:1]
    first_below = _ordered(rows_below, field, upwards=False)[:1]

    above = below = None
    for row in first_above.union(first_below, all=True):
        if (getattr(row, field), row.pk) > pointer:
            above = row
        else:
            below = row

    if by.startswith("-"):
        return above, below
    return below, above


def bounded_count(rows: models.QuerySet[Any]) -> str:
    """How many, counted to a bound: '17' or 'mere end 1.000'."""
    count = rows.order_by()[: COUNT_BOUND + 1].count()
    if count > COUNT_BOUND:
        return "mere end 1.000"
    return str(count)


def _ordered(
    rows: models.QuerySet[Row], field: str, *, upwards: bool
) -> models.QuerySet[Row]:
    if upwards:
        return rows.order_by(field, "pk")
    return rows.order_by(f"-{field}", "-pk")


def _beyond(field: str, pointer: Pointer, *, upwards: bool) -> Q:
    """Rows past the pointer.

    The plain bound on `field` beside it lets the database begin there in the index.
    """
    value, pk = pointer
    side = "lt"
    if upwards:
        side = "gt"

    bound = Q(**{f"{field}__{side}e": value})
    past_value = Q(**{f"{field}__{side}": value})
    past_row = Q(**{f"pk__{side}": pk})
    return bound & (past_value | past_row)


def _link(params: QueryDict, name: str, row: models.Model, field: str) -> str:
    value = getattr(row, field)
    text = str(value)
    if isinstance(value, date | datetime):
        text = value.isoformat()

    query = params.copy()
    query.pop(AFTER, None)
    query.pop(BEFORE, None)
    query[name] = f"{text}~{row.pk}"
    return "?" + query.urlencode()


def _read_pointer(text: str, model: type[models.Model], field: str) -> Pointer | None:
    value, _, key = text.rpartition("~")
    # PostgreSQL knows no such character.
    if "\x00" in value:
        return None

    try:
        column = cast("models.Field[Any, Any]", model._meta.get_field(field))
        if isinstance(column, models.DateTimeField):
            position = _read_moment(value)
        else:
            position = column.clean(value, None)
        if position is None:
            return None
        return position, model._meta.pk.clean(key, None)
    except (ValueError, TypeError, OverflowError, ValidationError):
        return None


def _read_moment(text: str) -> datetime | None:
    """A time that says its zone, as `_link` writes it."""
    moment = parse_datetime(text)
    if moment is None or moment.tzinfo is None:
        return None
    return moment
