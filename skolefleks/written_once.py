"""Queries of pages that are opened often: their SQL is kept, so that the ORM writes it only once.

`visible_to` nests queries in queries, and the ORM takes longer to write them as SQL than the
database takes to answer. Milliseconds of CPU at 10,000 cases, first by the ORM and then from here:

    what is asked of running efforts   12.6   0.8      proposals and runs of a chief   13.4   1.0
    follow-ups that are overdue        15.3   0.9      the grants of a fiscal year     10.7   1.0
    rounds that wait for an answer      6.2   0.5      how the queue stands             9.5   1.0
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Func, IntegerField

from skolefleks.danish import today
from skolefleks.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

# How many texts of SQL each query keeps: there is one for each person who asks, and each day.
MOST_KEPT = 500

Find = Callable[..., "QuerySet[Any, Any]"]
Row = tuple[Any, ...]


def rows_written_once(find: Find) -> Callable[..., list[Row]]:
    """Make a function that returns the rows of the query that `find` makes (a `values_list`).

    `find` is called once for the same arguments, roles of a person and day; after that its SQL is
    sent again. So it may depend on these, and on nothing else that changes. The rows are as the
    database gives them, past the fields' own conversions: JSON is text.
    """
    queries: dict[Any, tuple[str, Sequence[Any]]] = {}

    @wraps(find)
    def rows(*args: Any) -> list[Row]:
        key = (today(), *[_key_of(arg) for arg in args])
        query = queries.get(key)
        if query is None:
            query = _sql_of(find(*args))
            if len(queries) >= MOST_KEPT:
                queries.clear()
            queries[key] = query
        return _ask(*query)

    return rows


def count_written_once(find: Find) -> Callable[..., int]:
    """Make a function that counts the rows of `find`'s query; see `rows_written_once`."""

    @rows_written_once
    def count_rows(*args: Any) -> QuerySet[Any, Any]:
        # Django's own `Count` would add GROUP BY pk: a row of 1 for each, instead of one number.
        number = Func(F("pk"), function="COUNT", output_field=IntegerField())
        rows: Any = find(*args).order_by().annotate(how_many=number)
        query: QuerySet[Any, Any] = rows.values_list("how_many")
        return query

    @wraps(find)
    def count(*args: Any) -> int:
        # No row at all where Django knows beforehand that nothing can match (`_sql_of`).
        return sum(number for (number,) in count_rows(*args))

    return count


def _key_of(arg: Any) -> Any:
    """The argument itself; of a person the id and the roles, by which they see more or less."""
    if not isinstance(arg, User):
        return arg
    roles = []
    for membership in arg.current_memberships:
        roles.append((membership.role, membership.school_id, membership.centre))
    return arg.pk, tuple(roles)


def _sql_of(query: QuerySet[Any, Any]) -> tuple[str, Sequence[Any]]:
    """The text and its parameters; no text where no row can match, as for whoever has no right."""
    try:
        return query.query.sql_with_params()
    except EmptyResultSet:
        return "", ()


def _ask(sql: str, params: Sequence[Any]) -> list[Row]:
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Row] = cursor.fetchall()
    return rows
