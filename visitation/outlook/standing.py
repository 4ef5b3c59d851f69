"""What the dashboard asks of a fiscal year's grants (the setting POOL_OUTLOOK).

Pupils who run on a day and who began in the year, and their tariffs weighed
by days. And what a year may come to on the usual guesses, the same as the
forecast says: the dashboard fetches that by itself.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
)
from django.urls import reverse

from budget.dashboard.rules import Activity, Outlook, day_to_look_at, sum_of
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import today
from skolefleks.setup import trade
from skolefleks.written_once import rows_written_once
from visitation.models import later_of
from visitation.outlook import queries, rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


class Row(NamedTuple):
    """Grants on the same terms, and whether they go on from others."""

    stream: rules.Stream
    goes_on_from: bool


def of_year(year: int) -> Outlook:
    """One query, however many grants there are."""
    day = day_to_look_at(year)
    activities = defaultdict(list)
    for values in _grants(year):
        row = _row(values)
        activities[row.stream.district].append(activity_of(row, day))
    return Outlook(
        day=day,
        by_district={key: sum_of(parts) for key, parts in activities.items()},
        url=reverse("forecast"),
        year_end_url=reverse("year_end"),
        waiting_url=reverse("waiting_list"),
    )


@rows_written_once
def _grants(year: int) -> QuerySet[Any, Any]:
    """The year's grants on the same terms, with how many they are."""
    grants = queries.granted_between(date(year, 1, 1), date(year, 12, 31))
    earlier = queries.grants().filter(
        pupil=OuterRef("pupil"),
        starts_on__lt=OuterRef("starts_on"),
        # An extension or a correction begins the day after, and nobody
        # begins anew by it.
        last__gte=OuterRef("starts_on") - timedelta(days=1),
    )
    # Only of those that begin in the year is it asked what came before.
    goes_on_from = Q(starts_on__year=year) & Q(Exists(earlier))
    marked = grants.annotate(
        goes_on_from=ExpressionWrapper(goes_on_from, output_field=BooleanField())
    )
    fields = (
        "district",
        "tariff",
        "starts_on",
        "last",
        "later_tariffs",
        "goes_on_from",
    )
    terms = marked.order_by().values_list(*fields)
    counted: QuerySet[Any, Any] = terms.annotate(count=Count("pk"))
    return counted


def _row(values: tuple[Any, ...]) -> Row:
    district, tariff, starts_on, last, later, goes_on_from, count = values
    stream = rules.Stream(
        rules.Kind.GRANTED,
        district,
        tariff,
        starts_on,
        last,
        later_of(json.loads(later)),
        count,
    )
    return Row(stream, goes_on_from)


def activity_of(row: Row, day: date) -> Activity:
    """What grants on the same terms are of the year of `day`."""
    stream = row.stream
    first = max(stream.starts_on, date(day.year, 1, 1))
    last = min(stream.ends_on, date(day.year, 12, 31))
    days = max(0, (last - first).days + 1)

    running = 0
    if stream.starts_on <= day <= stream.ends_on:
        running = stream.grants
    started = 0
    if stream.starts_on.year == day.year and not row.goes_on_from:
        started = stream.grants
    return Activity(
        running=running,
        started=started,
        days=stream.grants * days,
        tariff_days=stream.grants * tariff_days(stream, first, last),
    )


def tariff_days(stream: rules.Stream, first: date, last: date) -> int:
    """Each day from `first` to `last` times the tariff of that day, whole DKK a year."""
    total = 0
    tariff = stream.tariff
    for change in stream.later:
        until = min(change.from_on - ONE_DAY, last)
        total += tariff * max(0, (until - first).days + 1)
        first = max(first, change.from_on)
        tariff = change.tariff
    return total + tariff * max(0, (last - first).days + 1)


def demand() -> dict[int, int]:
    """What this year and the next may come to, whole DKK: the forecast's expected figure.

    Three queries.
    """
    this_year = today().year
    years = (this_year, this_year + 1)
    horizon = date(this_year + 1, 12, 31)
    granted = queries.granted_streams(this_year, horizon)
    going_on = queries.extensions(horizon)
    waiting = queries.queue(horizon)

    demand = {}
    for year in years:
        hundredths = trade.now().forecast_extended[1] * _cost_in(year, going_on)
        hundredths += trade.now().forecast_granted[1] * _cost_in(year, waiting)
        demand[year] = _cost_in(year, granted) + (hundredths + 50) // 100
    return demand


def _cost_in(year: int, streams: Iterable[rules.Stream]) -> int:
    total = 0
    for stream in streams:
        # Most run in one year or two of those that are asked for.
        if not stream.starts_on.year <= year <= stream.ends_on.year:
            continue
        before = stream.cost_until(date(year - 1, 12, 31))
        total += stream.grants * (stream.cost_until(date(year, 12, 31)) - before)
    return total
