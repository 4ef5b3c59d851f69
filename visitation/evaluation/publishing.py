"""What the implementation group may read of an evaluation: its figures without small counts.

One text for page, PDF and spreadsheet, made once when the version is frozen: there is nothing to
be held against each other.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from skolefleks import suppression
from visitation.evaluation.figures import years_table
from visitation.models import Evaluation

if TYPE_CHECKING:
    from collections.abc import Sequence

IN_SCHOOL_YEAR = "Vises i skoleårets evaluering."
WITHOUT = (
    "Rækker med få elever er skjult, og så mange andre, at de ikke kan regnes ud."
)
ALL_HIDDEN = "Tallene er for små til at blive vist."


def published(
    figures: dict[str, Any],
    *,
    before: Sequence[dict[str, Any]] = (),
    earlier: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """The figures as everybody may read them.

    `before` are the published figures of the earlier versions of the same year, `earlier` those of
    earlier years.
    """
    public = copy.deepcopy(figures)
    public["tables"] = [table for table in public["tables"] if table["key"] != "years"]
    for table in public["tables"]:
        _publish(table, figures["span"], before)
    _hide_alike(public, before)

    public["tables"].append(years_table(public, earlier))
    _forget_counts(public)
    return public


def _publish(
    table: dict[str, Any], span: str, before: Sequence[dict[str, Any]]
) -> None:
    """Hide what is to be hidden in one table, as it stands by itself."""
    if table["is_flow"] and span != Evaluation.Span.SCHOOL:
        # Fiscal and school years overlap: shown by both, the half-years between them could be
        # computed, and with them what one of the two hides.
        table |= {"rows": [], "total": None, "note": IN_SCHOOL_YEAR}
        return
    _hide_in(table, _hidden_before(table["key"], before))


def _hide_alike(public: dict[str, Any], before: Sequence[dict[str, Any]]) -> None:
    """Let the tables of goals hide the same rows, and what adds some of them up.

    They count the same goals, and where one voice alone has measured they say the same: a row that
    one of them hid and another showed would be no secret.
    """
    alike = [table for table in public["tables"] if _is_of_goals(table["key"])]
    names: set[str] = set()
    # What is hidden for being alike may need others beside it: until nothing more is.
    while names != _hidden_in_any(alike):
        names = _hidden_in_any(alike)
        for table in alike:
            _hide_in(table, names | _hidden_before(table["key"], before))

    if not names:
        return
    for table in public["tables"]:
        if table["key"].startswith("voice_"):
            _hide_what_tells_the_sum(table)
        elif table["key"] == "by_measure":
            # A kind of measure that every effort has counts all the goals again.
            _hide_all(table)


def _hidden_in_any(tables: Sequence[dict[str, Any]]) -> set[str]:
    names: set[str] = set()
    for table in tables:
        names.update(_hidden_names(table))
    return names


def _is_of_goals(key: str) -> bool:
    return key == "standings" or key.startswith("voice_")


def _hidden_names(table: dict[str, Any]) -> list[str]:
    return [row["name"] for row in table["rows"] if row["hidden"]]


def _hide_what_tells_the_sum(table: dict[str, Any]) -> None:
    """A share, held against its count, tells what it is a share of: and so do the last row's."""
    for row in table["rows"]:
        row["cells"] = [*row["cells"][:1], *[None for _ in row["cells"][1:]]]
    if table["total"]:
        _hide(table["total"])


def _hidden_before(key: str, before: Sequence[dict[str, Any]]) -> set[str]:
    """The rows of a table that a version of the same year hid before."""
    names = set()
    for figures in before:
        for table in figures["tables"]:
            if table["key"] == key:
                names.update(_hidden_names(table))
    return names


def _hide_in(table: dict[str, Any], before: set[str]) -> None:
    total = table["total"]
    # Each row is at most the total: with a small total every row is small too.
    if total and suppression.has_small(total["counts"]):
        _hide_all(table)
        return

    lines = [
        suppression.Line(row["name"], tuple(row["counts"])) for row in table["rows"]
    ]
    if table["adds_up"]:
        hidden = suppression.hidden_lines(lines, before=before)
    else:
        hidden = suppression.hidden_alone(lines, before=before)
    for row in table["rows"]:
        if row["name"] in hidden:
            _hide(row)

    if hidden and WITHOUT not in table["note"]:
        table["note"] = f"{table['note']} {WITHOUT}".strip()


def _hide_all(table: dict[str, Any]) -> None:
    for row in table["rows"]:
        _hide(row)
    if table["total"]:
        _hide(table["total"])
    table["note"] = ALL_HIDDEN


def _hide(row: dict[str, Any]) -> None:
    row["cells"] = [None for _ in row["cells"]]
    row["hidden"] = True


def _forget_counts(public: dict[str, Any]) -> None:
    """What stands behind the cells is not for the reader, not even in the stored text."""
    for table in public["tables"]:
        rows = [*table["rows"]]
        if table["total"]:
            rows.append(table["total"])
        for row in rows:
            row["counts"] = []
