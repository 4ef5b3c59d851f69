"""All figures of a year's evaluation, counted now: what the page shows and the chiefs sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budget.figures import queries as figure_queries
from skolefleks.danish import day
from visitation.evaluation import activity, afterwards, economy, outcomes, rules
from visitation.evaluation.population import efforts_in, population_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visitation.evaluation.rules import Period
    from visitation.evaluation.tables import Table


def figures_of(period: Period, earlier: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures as JSON, with those of the `earlier` years beside them.

    Takes some twenty queries, however many efforts there are.
    """
    # Read once each, and counted by all the tables.
    population = population_of(period)
    efforts = efforts_in(period)
    goals = outcomes.goals_of(period, efforts)
    day_treatment = figure_queries.day_treatment()

    tables: list[Table] = [
        *economy.frames(period),
        economy.price(population),
        economy.alternatives(population, day_treatment),
        *activity.pupils(population),
        activity.measures(efforts),
        activity.waiting(period, efforts),
        *outcomes.tables(goals),
        outcomes.by_measure(goals, efforts),
        *afterwards.whereabouts(period),
        afterwards.exam(period),
        *economy.day_treatment(day_treatment),
        activity.process(period),
    ]
    # Days are written in words: the text is read as it was, whatever becomes of the code.
    figures: dict[str, Any] = {
        "format": 1,
        "span": period.span.value,
        "year": period.year,
        "name": period.name,
        "first_day": day(period.first_day),
        "last_day": day(period.last_day),
        "counted_on": day(period.counted_on),
        "is_over": period.is_over,
        "tables": [table.as_json() for table in tables],
    }
    figures["tables"].append(years_table(figures, earlier))
    return figures


# -- the years beside each other -------------------------------------------------------------------
# Of which table and row a key figure is, and which of its cells; None for the total.
KEYS = (
    ("Elever", "whole", "price", 0, 0),
    ("Helårselever", "number", "price", 0, 1),
    ("Bevilget i perioden", "kr", "price", 0, 2),
    ("Pris pr. helårselev", "kr", "price", 0, 3),
    ("Dage til afgørelsen (median)", "number", "waiting", 0, 1),
    ("Opfølgninger holdt til tiden", "percent", "process", None, 2),
    ("Mål i fremgang, som eleven ser det", "percent", "voice_pupil", None, 1),
    ("Mål i fremgang, som skolen ser det", "percent", "voice_school", None, 1),
)


def years_table(
    figures: dict[str, Any], earlier: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The key figures of this year and of earlier ones, as each was signed; a row a year.

    What an earlier version hides is hidden here, and what this year hides too.
    """
    rows = []
    for source in (*earlier, figures):
        cells = [
            key_figure(source, table, row, place) for _, _, table, row, place in KEYS
        ]
        rows.append(
            {"name": source["name"], "cells": cells, "counts": [], "hidden": False}
        )
    return {
        "key": "years",
        "section": "years",
        "title": "År for år",
        "first": "",
        "columns": [[name, kind] for name, kind, *_ in KEYS],
        "rows": rows,
        "total": None,
        "note": "Tidligere år, som de står i den nyeste underskrevne version.",
        "adds_up": False,
        "is_flow": False,
        "lines": [],
    }


def key_figure(
    source: dict[str, Any], key: str, row: int | None, place: int
) -> Any | None:
    """One cell of one table; None where it is hidden or not there."""
    for table in source["tables"]:
        if table["key"] != key:
            continue
        # A table that is not published has no rows.
        rows = table["rows"][row or 0 :]
        if row is None:
            rows = [table["total"]]
        if not rows or rows[0] is None or rows[0]["hidden"]:
            return None
        return rows[0]["cells"][place]
    return None


def period_of(figures: dict[str, Any]) -> Period:
    return rules.Period(rules.Span(figures["span"]), figures["year"])
