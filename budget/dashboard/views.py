"""The money's page: how the pool and the targets stand, with the way to the postings behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from budget.books import queries as books_queries
from budget.books import rules as book_rules
from budget.dashboard import charts, district_charts, meters, rules, sentences, tables
from budget.dashboard import queries as dashboard_queries
from budget.dashboard.address import Selection, read_address
from budget.figures import queries as figure_queries
from skolefleks.danish import one_decimal, today
from skolefleks.pages import NOT_DONE, page
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.setup import trade

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from skolefleks.models import User


@page(P.POOL_READ)
def dashboard(request: Request) -> HttpResponse:
    """How it stands: the pool of a fiscal year and of the next, and the districts.

    With a day to look back to, the pool and the districts as they stood at its end, and nothing
    that is about today.
    """
    selection = read_address(request)
    links = tables.PostingLinks(
        may_be_shown=may(request.user, P.POSTING_READ, at=EVERYWHERE),
        day=selection.day_in_address,
    )

    # `read_address` answers 404 to a day of those who get no field for it.
    day_form = None
    if book_rules.sees_small_counts(request.user):
        day_form = selection.form

    context = {
        "tabs": year_tabs(selection),
        "year": str(selection.year or ""),
        "day": selection.day,
        "query_string": selection.query_string,
        "day_form": day_form,
        "postings_url": links.url,
        "publication": sentences.of_publication(selection.pools),
        **desk_part(request.user),
    }
    if selection.day:
        context |= past_part(selection.pools)
    else:
        outlook = outlook_for(request.user, selection)
        context |= present_part(selection.pools, outlook)
    context |= pools_part(
        selection.pools, links, context["outlook"], day=selection.day
    )

    # A day that cannot be read stands at its field, and the page shows today.
    status = 200
    if selection.form.errors:
        status = NOT_DONE
    return render(request, "budget/dashboard/dashboard.html", context, status=status)


@page(P.POOL_READ)
def day_treatment(request: Request) -> HttpResponse:
    """Day treatment and its targets: a page, or the part that the dashboard fetches."""
    template = "budget/dashboard/day_treatment.html"
    if request.headers.get("HX-Request"):
        template = "budget/dashboard/_day_treatment.html"

    figures = figure_queries.day_treatment()
    part = None
    if figures.years:
        part = day_treatment_part(figures)
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Dagbehandling", "")],
        "part": part,
        "sentences": sentences.of_day_treatment(figures),
    }
    return render(request, template, context)


def desk_part(user: User) -> dict[str, Any]:
    """What waits for a chief, and how payments and reconciliation stand; nothing for others."""
    if not may(user, P.PAYMENT_MAKE, at=EVERYWHERE):
        return {}
    desk = dashboard_queries.desk_of(user)
    return {
        "payments_url": reverse("budget:payments"),
        "waiting": desk.waiting,
        "owed": desk.owed,
        "reconciled": desk.reconciled,
    }


def outlook_for(user: User, selection: Selection) -> rules.Outlook | None:
    """What is known of the shown year's grants, for those who may see the forecast."""
    if selection.year is None or not may(user, P.FORECAST_READ, at=EVERYWHERE):
        return None
    return dashboard_queries.outlook_of(selection.year)


def past_part(pools: Sequence[books_queries.PoolYear]) -> dict[str, Any]:
    """How it stood on a day that has passed: day treatment has no figures of single days."""
    return {
        "sentences": sentences.of_a_past_day(pools),
        "warnings": [],
        "outlook": None,
    }


def present_part(
    pools: Sequence[books_queries.PoolYear],
    outlook: rules.Outlook | None,
) -> dict[str, Any]:
    """How it stands today, and what to be careful about."""
    return {
        "outlook": outlook,
        "sentences": sentences.of_today(pools, outlook),
        "warnings": sentences.warnings(pools),
    }


def year_tabs(selection: Selection) -> list[tuple[str, str, None, bool]]:
    """(label, address, no count, whether it is the one shown) of every year (`tabs.html`)."""
    tabs = []
    for year in selection.years:
        address = f"?aar={year}"
        if selection.day:
            address += f"&den={selection.day}"
        tabs.append((str(year), address, None, year == selection.year))
    return tabs


class DistrictRow(NamedTuple):
    """A district, or all of them: its figures, and its meter.

    `activity` and the meter are of the pupils who run; without an outlook there are none.
    """

    row: books_queries.DistrictYear
    activity: rules.Activity
    meter: meters.Meter
    cells: list[tables.Cell]


def pools_part(
    pools: Sequence[books_queries.PoolYear],
    links: tables.PostingLinks,
    outlook: rules.Outlook | None,
    *,
    day: date | None,
) -> dict[str, Any]:
    """Each pool with its bar, its tables and the way to what is free, and the districts."""
    rows = []
    pool_tables = []
    for pool in pools:
        bar = meters.pool_bar(pool)
        rows.append((pool, bar, links.to("fri", pool.year)))
        amounts = tables.pool_rows(pool, links)
        pool_tables.append((pool, bar, amounts, tables.frame_rows(pool, links)))

    district_part = None
    if pools:
        district_part = districts_part(pools[0], links, outlook, day=day)
    return {"pools": rows, "pool_tables": pool_tables, "district_part": district_part}


def districts_part(
    pool: books_queries.PoolYear,
    links: tables.PostingLinks,
    outlook: rules.Outlook | None,
    *,
    day: date | None,
) -> dict[str, Any]:
    """The districts of one year with their meters, and the averages that decide on the places."""
    # On a past day, what was expected then.
    then = trade.on(day or today())
    expected = then.places_per_district
    expected_in_all = then.places_in_all
    activities = [rules.NOBODY for _ in pool.districts]
    if outlook:
        activities = [outlook.of(row.district_id) for row in pool.districts]
    all_of_them = rules.sum_of(activities)

    # All districts on one scale, so that their meters can be compared; with some room to the right.
    running = [activity.running for activity in activities]
    top = max(expected[1] + 2, *running, 0)
    top_in_all = max(expected_in_all[1] + 5, all_of_them.running)

    rows = []
    for row, activity in zip(pool.districts, activities, strict=True):
        meter = meters.places_meter(activity.running, expected, top=top)
        cells = tables.district_cells(row, activity, outlook, links, is_shown=True)
        rows.append(DistrictRow(row, activity, meter, cells))

    meter = meters.places_meter(all_of_them.running, expected_in_all, top=top_in_all)
    cells = tables.district_cells(
        pool.total, all_of_them, outlook, links, is_shown=pool.shows_counts
    )
    total = DistrictRow(pool.total, all_of_them, meter, cells)

    hidden = ""
    if not pool.districts:
        hidden = sentences.why_hidden(pool)
    return {
        "pool": pool,
        "rows": rows,
        "total": total,
        "hidden": hidden,
        "average_label": tables.average_label(outlook),
        "averages": sentences.of_averages(pool),
        "day_rule": sentences.of_day_rule(pool.year),
    }


def day_treatment_part(figures: figure_queries.DayTreatment) -> dict[str, Any]:
    """The charts, the figures against the levels to be back at, and what is to know of them."""
    columns = []
    for level in figures.levels:
        columns.append((f"Måltal {level.year}", f"{level.level_of}-niveau"))

    return {
        "total_chart": charts.total_chart(figures),
        "district_chart": district_charts.district_chart(figures),
        "columns": columns,
        "rows": [target_row(figures, series) for series in figures.series],
        "total": target_row(figures, figures.total),
        "base": str(figures.base or ""),
        "latest": str(figures.latest or ""),
        "notes": sentences.notes(figures),
    }


def target_row(
    figures: figure_queries.DayTreatment, series: figure_queries.Series
) -> dict[str, Any]:
    """The latest figure of a series, its levels, and how it changed since the earliest of them."""
    # A series may lack a year that others have, and there may be no level to count change from.
    latest = None
    change = None
    if figures.latest:
        latest = series.by_year.get(figures.latest)
        if figures.base:
            change = series.change(figures.base, figures.latest)

    levels = []
    for level in figures.levels:
        heading = f"Måltal {level.year} {level.level_of}-niveau"
        levels.append((heading, or_dash(level.pupils_of(series))))
    return {
        "name": series.name,
        "latest": or_dash(latest),
        "levels": levels,
        "change": or_dash(change, signed=True),
    }


def or_dash(value: Decimal | None, *, signed: bool = False) -> str:
    """`12,5`; a dash where the value is not known."""
    if value is None:
        return "–"
    return one_decimal(value, signed=signed)
