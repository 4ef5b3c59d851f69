"""The bench's answer: a table to read, or to paste."""

from __future__ import annotations

from statistics import median, quantiles
from typing import TYPE_CHECKING

from tests.bench.measure import ACT, AIMS, FLOOR, GROWTH_AIM, OTHER, PAGE, Site, labels

if TYPE_CHECKING:
    from collections.abc import Sequence


NOTE = (
    f"Milliseconds as a browser waits for them, median / 95th percentile; x: times the floor of the same database.\n"
    f"Aim: pages {AIMS[PAGE]:g}x, case page and acts {AIMS[ACT]:g}x, growth {GROWTH_AIM:g}x. * marks what is over.\n"
    "Regnskabsbevis reads every posting, grant and line of the trail: it grows with them, and has no aim."
)


def table(sites: Sequence[Site], *, markdown: bool) -> str:
    """One row a page, the sites side by side; growth is the last site's median over the first
    one's.
    """
    head = [
        "Page",
        *(part for site in sites for part in (f"{site.name}: ms", "x floor")),
        "growth",
        "queries",
    ]
    rows = [_row(label, kind, sites) for label, kind in labels()]
    return f"{_drawn([head, *rows], markdown=markdown)}\n\n{NOTE}"


def _row(label: str, kind: str, sites: Sequence[Site]) -> list[str]:
    cells, floor = [label], next(name for name, other in labels() if other == FLOOR)
    for site in sites:
        times = site.times[label]
        multiple = median(times) / median(site.times[floor])
        cells += [
            f"{median(times):.1f} / {quantiles(times, n=20)[-1]:.1f}",
            _marked(multiple, AIMS.get(kind)),
        ]
    growth = median(sites[-1].times[label]) / median(sites[0].times[label])
    queries = " / ".join(str(site.queries[label]) for site in sites)
    return [*cells, _marked(growth, None if kind == OTHER else GROWTH_AIM), queries]


def _marked(multiple: float, aim: float | None) -> str:
    return f"{multiple:.2f}x{'*' if aim and multiple > aim else ' '}"


def _drawn(rows: list[list[str]], *, markdown: bool) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        first, *rest = (
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append(
            f"| {first} | {' | '.join(rest)} |" if markdown else "   ".join([first, *rest]).rstrip()
        )
    rule = "|".join(
        "-" * (width + 2) if at == 0 else "-" * (width + 1) + ":" for at, width in enumerate(widths)
    )
    lines.insert(1, f"|{rule}|" if markdown else "-" * max(len(line) for line in lines))
    return "\n".join(lines)
