"""The bench's answer: a table to read, or to paste into a paper."""

from __future__ import annotations

from statistics import median, quantiles
from typing import TYPE_CHECKING

from tests.bench.measure import ACT, AIMS, FLOOR_WORK, GROWTH_AIM, OTHER, PAGE, Site, Work, labels

if TYPE_CHECKING:
    from collections.abc import Sequence


NOTE = (
    "Milliseconds as a browser waits for them, median / 95th percentile;"
    " x: times the floor of the same database.\n"
    f"Aim: pages {AIMS[PAGE]:g}x, case page and acts {AIMS[ACT]:g}x, growth {GROWTH_AIM:g}x."
    " * marks what is over.\n"
    "Regnskabsbevis reads every posting, grant and line of the trail:"
    " it grows with them, and has no aim."
)


def table(sites: Sequence[Site], works: Sequence[Work], *, markdown: bool) -> str:
    """One row a page, the sites side by side.

    Growth is the last site's median over the first one's.
    """
    head = ["Page"]
    for site in sites:
        head += [f"{site.name}: ms", "x floor"]
    head += ["growth", "queries"]

    rows = [head]
    for label, kind in labels(works):
        rows.append(row_of(label, kind, sites))

    lines = as_text(rows)
    if markdown:
        lines = as_markdown(rows)
    return "\n".join([*lines, "", NOTE])


def row_of(label: str, kind: str, sites: Sequence[Site]) -> list[str]:
    """The label, what each site takes, growth, and queries."""
    row = [label]
    for site in sites:
        times = site.times[label]
        middle = median(times)
        slowest = quantiles(times, n=20)[-1]
        floor = median(site.times[FLOOR_WORK.label])
        row.append(f"{middle:.1f} / {slowest:.1f}")
        row.append(multiple(middle / floor, AIMS.get(kind)))

    growth_aim: float | None = GROWTH_AIM
    if kind == OTHER:
        growth_aim = None
    growth = median(sites[-1].times[label]) / median(sites[0].times[label])
    row.append(multiple(growth, growth_aim))

    row.append(" / ".join(str(site.queries[label]) for site in sites))
    return row


def multiple(value: float, aim: float | None) -> str:
    """`1.97x `, `2.31x*` where it is over its aim."""
    mark = " "
    if aim and value > aim:
        mark = "*"
    return f"{value:.2f}x{mark}"


def padded(rows: list[list[str]]) -> list[list[str]]:
    """All cells of a column equally wide; the first column to the left, figures to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for first, *cells in rows:
        line = [first.ljust(widths[0])]
        for cell, width in zip(cells, widths[1:], strict=True):
            line.append(cell.rjust(width))
        lines.append(line)
    return lines


def as_text(rows: list[list[str]]) -> list[str]:
    lines = ["   ".join(cells).rstrip() for cells in padded(rows)]
    lines.insert(1, "-" * max(len(line) for line in lines))
    return lines


def as_markdown(rows: list[list[str]]) -> list[str]:
    cells_of_lines = padded(rows)
    lines = [f"| {' | '.join(cells)} |" for cells in cells_of_lines]

    # A colon to the right: the column's figures stand to the right.
    first, *others = cells_of_lines[0]
    rule = ["-" * (len(first) + 2)]
    rule += ["-" * (len(cell) + 1) + ":" for cell in others]
    lines.insert(1, f"|{'|'.join(rule)}|")
    return lines
