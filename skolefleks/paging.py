"""Pages of a long list by where the last one ended, never by how many to skip: as fast on page 900 as on page 1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.dateparse import parse_datetime

if TYPE_CHECKING:
    from django.http import QueryDict


Row = TypeVar("Row", bound=models.Model)


PAGE_SIZE = 25


COUNT_BOUND = 1_000


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page and the query strings of its neighbours ('' where there is none)."""

    rows: list[Row]
    previous: str
    next: str

    def __len__(self) -> int:
        return len(self.rows)


def page_of(
    rows: models.QuerySet[Row], params: QueryDict, *, by: str, size: int = PAGE_SIZE
) -> Page[Row]:
    """The page that `efter` or `foer` in `params` points at, ordered by field `by` ('-field' descending), then pk.

    Takes one query. A pointer nobody made (edited by hand) is read as the first page.
    """
    field, descending = by.removeprefix("-"), by.startswith("-")
    side = "foer" if "foer" in params else "efter"
    pointer = _read(params.get(side) or "", rows.model, field)
    backwards = side == "foer" and pointer is not None
    upwards = descending == backwards
    if pointer:
        rows = rows.filter(_beyond(field, pointer, upwards=upwards))
    order = (F(field).asc(), F("pk").asc()) if upwards else (F(field).desc(), F("pk").desc())
    found = list(rows.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    before, after = (more, True) if backwards else (bool(pointer), more)
    return Page(
        found,
        previous=_link(params, "foer", found[0], field) if before and found else "",
        next=_link(params, "efter", found[-1], field) if after and found else "",
    )


def neighbours(rows: models.QuerySet[Row], here: Row, *, by: str) -> tuple[Row | None, Row | None]:
    """The rows of `rows` just before and just after `here` in the order of `page_of`; `here` need not be among them.

    Takes one query.
    """
    field, descending = by.removeprefix("-"), by.startswith("-")
    at = (getattr(here, field), here.pk)
    above = rows.filter(_beyond(field, at, upwards=True)).order_by(F(field).asc(), F("pk").asc())[
        :1
    ]
    below = rows.filter(_beyond(field, at, upwards=False)).order_by(
        F(field).desc(), F("pk").desc()
    )[:1]
    found = {(getattr(row, field), row.pk) > at: row for row in above.union(below, all=True)}
    return found.get(descending), found.get(not descending)


def bounded_count(rows: models.QuerySet[Any]) -> str:
    """How many, counted to a bound: '17' or 'mere end 1.000'."""
    count = rows.order_by()[: COUNT_BOUND + 1].count()
    return str(count) if count <= COUNT_BOUND else "mere end 1.000"


def _beyond(field: str, pointer: tuple[Any, Any], *, upwards: bool) -> Q:
    """Rows past the pointer. The plain bound on `field` beside it lets the database start there in the index."""
    value, pk = pointer
    side = "gt" if upwards else "lt"
    return Q(**{f"{field}__{side}e": value}) & (
        Q(**{f"{field}__{side}": value}) | Q(**{f"pk__{side}": pk})
    )


def _link(params: QueryDict, name: str, row: models.Model, field: str) -> str:
    value = getattr(row, field)
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    query = params.copy()
    query.pop("efter", None)
    query.pop("foer", None)
    query[name] = f"{text}~{row.pk}"
    return "?" + query.urlencode()


def _read(text: str, model: type[models.Model], field: str) -> tuple[Any, Any] | None:
    value, _, pk = text.rpartition("~")
    if "\x00" in value:  # PostgreSQL knows no such character
        return None
    try:
        column = cast("models.Field[Any, Any]", model._meta.get_field(field))
        read = (
            _moment(value)
            if isinstance(column, models.DateTimeField)
            else column.clean(value, None)
        )
        return None if read is None else (read, model._meta.pk.clean(pk, None))
    except (ValueError, TypeError, OverflowError, ValidationError):
        return None


def _moment(text: str) -> datetime | None:
    """A time that says its zone, as `_link` writes it."""
    read = parse_datetime(text)
    return read if read and read.tzinfo else None
