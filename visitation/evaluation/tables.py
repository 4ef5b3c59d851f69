"""The tables of an evaluation, as they are stored, hidden in part, and shown.

A table is stored as JSON with a frozen version, so its keys are read in versions that were frozen
long ago and stay as they are. A cell is a plain value, and its column says what it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from skolefleks.danish import kr, one_decimal, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

# What stands where a row is hidden.
HIDDEN = "skjult"

# Of a column on paper, as against one of a count.
WIDTHS = {"kr": 1.5}

# The parts of an evaluation, in their order, and what each is called.
SECTIONS = {
    "economy": "Økonomi",
    "activity": "Aktivitet",
    "outcomes": "Resultater",
    "targets": "Måltal for dagbehandling",
    "process": "Opfølgningerne",
    "years": "Tidligere år",
}


@dataclass(frozen=True)
class Row:
    """A row: its cells, and the counts that stand behind them (`skolefleks.suppression`)."""

    name: str
    cells: Sequence[Any]
    counts: Sequence[int] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "cells": list(self.cells),
            "counts": list(self.counts),
            "hidden": False,
        }


@dataclass(frozen=True)
class Table:
    """A table; a column is its heading and its kind: whole, number, kr, percent or text.

    `adds_up` says that the rows are parts of the total: then a hidden row could be computed back.
    `is_flow` is what happened in the year, and not who was there: each thing belongs to one school
    year and to one fiscal year, which overlap.
    """

    key: str
    section: str
    title: str
    first: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    total: Row | None = None
    note: str = ""
    adds_up: bool = False
    is_flow: bool = False
    lines: Sequence[tuple[float, str]] = field(default=())

    def as_json(self) -> dict[str, Any]:
        total = None
        if self.total:
            total = self.total.as_json()
        return {
            "key": self.key,
            "section": self.section,
            "title": self.title,
            "first": self.first,
            "columns": [list(column) for column in self.columns],
            "rows": [row.as_json() for row in self.rows],
            "total": total,
            "note": self.note,
            "adds_up": self.adds_up,
            "is_flow": self.is_flow,
            "lines": [list(line) for line in self.lines],
        }


def cell(value: Any, kind: str) -> str:
    """A value as it is printed; a dash for what is not known."""
    # Not nought: of nothing there is no share and no price.
    if value is None:
        return "–"
    if kind == "kr":
        return kr(value)
    if kind == "number":
        return one_decimal(value)
    if kind == "percent":
        return f"{value:.0f} %"
    if kind == "whole":
        return whole(value)
    return str(value)


def printed_row(row: dict[str, Any], columns: Sequence[Sequence[str]]) -> list[str]:
    """The row as it is printed, its name first."""
    if row["hidden"]:
        return [row["name"], *[HIDDEN for _ in columns]]
    cells = [
        cell(value, kind)
        for value, (_, kind) in zip(row["cells"], columns, strict=True)
    ]
    return [row["name"], *cells]


def printed(table: dict[str, Any]) -> dict[str, Any]:
    """The table in words, for a page and a PDF."""
    # A total stands apart: a page and a paper set it otherwise than the rows.
    rows = [printed_row(row, table["columns"]) for row in table["rows"]]
    total = None
    if table["total"]:
        total = printed_row(table["total"], table["columns"])
    heads = [(label, kind != "text") for label, kind in table["columns"]]
    widths = [WIDTHS.get(kind, 1) for _, kind in table["columns"]]
    return {
        "key": table["key"],
        "title": table["title"],
        "corner": table["first"],
        "heads": heads,
        "widths": widths,
        "rows": rows,
        "total": total,
        "note": table["note"],
    }


def by_section(source: dict[str, Any]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """(key, heading, tables as JSON) of each part that has any."""
    # In the order of SECTIONS, whatever order they were counted in.
    sections = []
    for key, heading in SECTIONS.items():
        tables = [table for table in source["tables"] if table["section"] == key]
        if tables:
            sections.append((key, heading, tables))
    return sections
