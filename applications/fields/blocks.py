"""An application as text, block by block; and what differs between two such texts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from django.utils.text import capfirst

from applications.fields.declarations import (
    COOPERATION,
    ENVIRONMENT,
    GOAL,
    LEADERSHIP,
    PLANNED,
    PUPIL,
    TRIED,
)
from applications.models import PupilCase
from skolefleks.comparing import Budget, Overspent, Word, compare
from skolefleks.danish import day, decimal, kr, masked, today

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db import models

    from applications.fields.field import BlockKind, Field
    from applications.models import Application, Goal, PlannedMeasure, TriedMeasure

# {"key", "step", "title", "lines": [[name, label, text], ...], "figures": {...}}.
# Every Submission stores its blocks as JSON, and the oldest must stay readable,
# so these keys never change. In `figures` is what the one-page summary calculates
# with, since the lines are text.
Block = dict[str, Any]

Row = TypeVar("Row", bound="models.Model")


class Change(NamedTuple):
    """One field that is different; without `words` its texts are shown side by side."""

    label: str
    old: str
    new: str
    words: list[Word]


class Part(NamedTuple):
    """A block of the application with what changed in it; `state` is changed, added or removed."""

    title: str
    step: str
    state: str
    changes: list[Change]


def write_blocks(
    application: Application,
    pupil_cases: Sequence[PupilCase],
    tried_measures: Sequence[TriedMeasure],
    planned_measures: Sequence[PlannedMeasure],
    goals: Sequence[Goal],
) -> list[Block]:
    """All that was written, as a reader sees it. CPR numbers stand masked."""
    # The case page, the summary and every frozen copy show the blocks in this order.
    blocks = [_write_pupil(pupil_case) for pupil_case in pupil_cases]

    blocks.append(_write_shared(ENVIRONMENT, application))
    for number, measure in enumerate(tried_measures, 1):
        blocks.append(_write_row(TRIED, measure, f"{TRIED.title} {number}"))

    for number, planned_measure in enumerate(planned_measures, 1):
        block = _write_row(PLANNED, planned_measure, f"{PLANNED.title} {number}")
        block["figures"] = _period_figures(planned_measure)
        blocks.append(block)

    for pupil_case in pupil_cases:
        own_goals = [goal for goal in goals if goal.pupil_case_id == pupil_case.pk]
        for number, goal in enumerate(own_goals, 1):
            block = _write_row(GOAL, goal, f"{GOAL.title} {number} for {pupil_case}")
            block["figures"] = {"initials": pupil_case.initials, "way": goal.way}
            blocks.append(block)

    blocks.append(_write_shared(COOPERATION, application))
    blocks.append(_write_shared(LEADERSHIP, application))
    return blocks


def case_lines(row: models.Model, *kinds: BlockKind) -> list[tuple[str, str]]:
    """(label, text) of what is written in `row` and stands in a list of the case page."""
    lines = []
    for kind in kinds:
        for field in kind.fields:
            if field.on_case is None:
                continue
            text = _text(row, field) or field.on_case.when_empty
            if text:
                lines.append((field.on_case.label, text))
    return lines


def with_case_lines(
    kind: BlockKind, rows: Iterable[Row]
) -> list[tuple[Row, list[tuple[str, str]]]]:
    """Each of `rows` with its lines of the case page."""
    return [(row, case_lines(row, kind)) for row in rows]


def differences(
    before: Iterable[Block], after: Iterable[Block], *, steps: int
) -> list[Part]:
    """What is different in `after`, in its order; blocks that are gone come last.

    Texts that take more than what is left of `steps` to compare are given side
    by side.
    """
    budget = Budget(steps)
    old_blocks = {block["key"]: block for block in before}
    new_blocks = {block["key"]: block for block in after}

    parts = []
    for key, block in new_blocks.items():
        state = "changed"
        if key not in old_blocks:
            state = "added"
        changes = _changes(old_blocks.get(key), block, budget)
        if changes:
            parts.append(Part(block["title"], block["step"], state, changes))

    for key, block in old_blocks.items():
        if key not in new_blocks:
            changes = _changes(block, None, budget)
            parts.append(Part(block["title"], block["step"], "removed", changes))
    return parts


def parts_as_data(parts: Iterable[Part]) -> list[Any]:
    """The parts as JSON can hold them."""
    return [[*part[:3], part.changes] for part in parts]


def parts_from_data(data: Iterable[Any]) -> list[Part]:
    """The parts that `parts_as_data` made."""
    parts = []
    for title, step, state, changes in data:
        rows = []
        for label, old, new, words in changes:
            rows.append(Change(label, old, new, [Word(*word) for word in words]))
        parts.append(Part(title, step, state, rows))
    return parts


def _changes(
    old_block: Block | None, new_block: Block | None, budget: Budget
) -> list[Change]:
    """The lines that are different, in the order of the new block, then what only the old had."""
    old_lines = _lines_by_name(old_block)
    new_lines = _lines_by_name(new_block)

    # Of the union only the names are used, each once and in the order of the
    # docstring.
    names = list(new_lines | old_lines)

    changes = []
    for name in names:
        old_label, old_text = old_lines.get(name, ("", ""))
        new_label, new_text = new_lines.get(name, ("", ""))
        if old_text != new_text:
            label = new_label or old_label
            words = _words(old_text, new_text, budget)
            changes.append(Change(label, old_text, new_text, words))
    return changes


def _words(old: str, new: str, budget: Budget) -> list[Word]:
    """`new` beside `old`; nothing where that takes too long."""
    # A field that was empty, or is now, needs no comparing.
    if not old or not new:
        kind = "new" if new else "old"
        return [Word(kind, new or old)]
    try:
        return compare(old, new, budget)
    except Overspent:
        return []


def _lines_by_name(block: Block | None) -> dict[str, tuple[str, str]]:
    """Label and text of each line, by the name of its field; nothing for no block."""
    if block is None:
        return {}
    return {name: (label, text) for name, label, text in block["lines"]}


def _write_pupil(pupil_case: PupilCase) -> Block:
    block = _write_row(PUPIL, pupil_case, f"{PUPIL.title} {pupil_case}")
    block["figures"] = {
        "initials": pupil_case.initials,
        "age": pupil_case.age_on(today()),
        # The number; the line of the tariff holds it as text, `200.000 kr.`.
        "tariff": pupil_case.requested_tariff,
        **_period_figures(pupil_case),
    }
    return block


def _write_shared(kind: BlockKind, application: Application) -> Block:
    """The one block of a kind that is written once for all pupils."""
    return _write_block(kind, application, kind.kind, kind.title)


def _write_row(kind: BlockKind, row: models.Model, title: str) -> Block:
    """The block of one row, of a kind that has a block for every row."""
    return _write_block(kind, row, f"{kind.kind}:{row.pk}", title)


def _write_block(kind: BlockKind, row: models.Model, key: str, title: str) -> Block:
    lines = []
    for field in kind.fields:
        # The line of another field says what this one holds (`Field.told_by`).
        if field.told_by:
            continue
        lines.append([field.name, _label(kind, field), _text(row, field)])
    return {"key": key, "step": kind.step, "title": title, "lines": lines}


def _period_figures(row: PupilCase | PlannedMeasure) -> dict[str, str]:
    """The first and the last day, each where it is filled in, as text since JSON has no dates."""
    figures = {}
    if row.starts_on:
        figures["starts_on"] = row.starts_on.isoformat()
    if row.ends_on:
        figures["ends_on"] = row.ends_on.isoformat()
    return figures


def _label(kind: BlockKind, field: Field) -> str:
    # The CPR number is a column of Pupil, not of the block's own model.
    if field.name == "cpr":
        return field.label
    return capfirst(str(_model_field(kind.model, field).verbose_name))


def _model_field(model: type[models.Model], field: Field) -> models.Field[Any, Any]:
    # The cast is for the type checker: `get_field` can return a reverse relation
    # too, which no declared field is.
    return cast("models.Field[Any, Any]", model._meta.get_field(field.name))


def _of_pupil(row: models.Model) -> str:
    """Whom a measure is for: initials, or nothing where it is for all."""
    pupil = getattr(row, "pupil", None)
    return str(pupil or "")


def _text(row: models.Model, field: Field) -> str:
    """What is written in `field`, as a reader sees it; '' for nothing."""
    if field.name == "pupil":
        return _of_pupil(row)
    if isinstance(row, PupilCase) and field.name == "cpr":
        if row.pupil is None:
            return ""
        return masked(row.pupil.cpr)
    if isinstance(row, PupilCase) and field.name == "name":
        # Initials where the name is protected.
        return row.shown_name

    # Choices come before values: the grade is stored as a number, which would be
    # read as kroner.
    if _model_field(type(row), field).choices:
        chosen_label = getattr(row, f"get_{field.name}_display")()
        return str(chosen_label or "")
    return _text_of_value(getattr(row, field.name))


def _text_of_value(value: Any) -> str:
    # Booleans come before numbers, since True is an int.
    if value is None or value is False:
        return ""
    if value is True:
        return "ja"

    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return decimal(value)
    if isinstance(value, int):
        return kr(value)
    return str(value)
