"""An application as text, block by block; and what differs between two such texts."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

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
from skolefleks.danish import day, decimal, kr, masked, today

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db import models

    from applications.fields.field import BlockKind, Field
    from applications.models import Application, Goal, PlannedMeasure, TriedMeasure

# {"key", "step", "title", "lines": [[name, label, text], ...], "figures": {...}}, as JSON in every
# Submission: copies of any age are read, so this form never changes. `figures` is what the one-page
# summary reckons with and no line says.
Block = dict[str, Any]

Row = TypeVar("Row", bound="models.Model")


class Word(NamedTuple):
    """A run of text: `same`, `new` or `old`."""

    kind: str
    text: str


class Change(NamedTuple):
    """One field that is different."""

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
    # The order is what the case page, the summary and every frozen copy are read in.
    blocks = [_write_pupil(pupil_case) for pupil_case in pupil_cases]

    blocks.append(_write_shared(ENVIRONMENT, application))
    for at, tried in enumerate(tried_measures, 1):
        blocks.append(_write_row(TRIED, tried, f"{TRIED.title} {at}"))

    for at, planned in enumerate(planned_measures, 1):
        block = _write_row(PLANNED, planned, f"{PLANNED.title} {at}")
        block["figures"] = _period_figures(planned)
        blocks.append(block)

    for pupil_case in pupil_cases:
        own_goals = [goal for goal in goals if goal.pupil_case_id == pupil_case.pk]
        for at, goal in enumerate(own_goals, 1):
            block = _write_row(GOAL, goal, f"{GOAL.title} {at} for {pupil_case}")
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


def differences(before: Iterable[Block], after: Iterable[Block]) -> list[Part]:
    """What is different in `after`, in its order; blocks that are gone come last."""
    old_blocks = {block["key"]: block for block in before}
    new_blocks = {block["key"]: block for block in after}

    parts = []
    for key, block in new_blocks.items():
        state = "changed"
        if key not in old_blocks:
            state = "added"
        changes = _changes(old_blocks.get(key), block)
        if changes:
            parts.append(Part(block["title"], block["step"], state, changes))

    for key, block in old_blocks.items():
        if key not in new_blocks:
            parts.append(
                Part(block["title"], block["step"], "removed", _changes(block, None))
            )
    return parts


def compare_words(old: str, new: str) -> list[Word]:
    """`new` beside `old`, word by word."""
    old_words = re.findall(r"\s+|[^\s]+", old)
    new_words = re.findall(r"\s+|[^\s]+", new)

    # Without `autojunk=False` a word that a long text often uses would never count as the same.
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
    words = []
    for operation, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        old_text = "".join(old_words[old_from:old_to])
        new_text = "".join(new_words[new_from:new_to])
        if operation == "equal":
            words.append(Word("same", old_text))
            continue
        if old_text:
            words.append(Word("old", old_text))
        if new_text:
            words.append(Word("new", new_text))
    return words


def _changes(old_block: Block | None, new_block: Block | None) -> list[Change]:
    """The lines that are different, in the order of the new block, then what only the old had."""
    old_lines = _lines_by_name(old_block)
    new_lines = _lines_by_name(new_block)

    changes = []
    # The union keeps the order of the new lines.
    for name in new_lines | old_lines:
        old_label, old_text = old_lines.get(name, ("", ""))
        new_label, new_text = new_lines.get(name, ("", ""))
        if old_text != new_text:
            label = new_label or old_label
            words = compare_words(old_text, new_text)
            changes.append(Change(label, old_text, new_text, words))
    return changes


def _lines_by_name(block: Block | None) -> dict[str, tuple[str, str]]:
    if block is None:
        return {}
    return {name: (label, text) for name, label, text in block["lines"]}


def _write_pupil(pupil_case: PupilCase) -> Block:
    block = _write_row(PUPIL, pupil_case, f"{PUPIL.title} {pupil_case}")
    block["figures"] = {
        "initials": pupil_case.initials,
        "age": pupil_case.age_on(today()),
        # As numbers: in the lines they are texts.
        "tariff": pupil_case.requested_tariff,
        **_period_figures(pupil_case),
    }
    return block


def _write_shared(kind: BlockKind, application: Application) -> Block:
    """What is written once for all pupils: there is one block of its kind."""
    return _write_block(kind, application, kind.kind, kind.title)


def _write_row(kind: BlockKind, row: models.Model, title: str) -> Block:
    """One of several of its kind."""
    return _write_block(kind, row, f"{kind.kind}:{row.pk}", title)


def _write_block(kind: BlockKind, row: models.Model, key: str, title: str) -> Block:
    lines = []
    for field in kind.fields:
        if not field.told_by:
            lines.append([field.name, _label(kind, field), _text(row, field)])
    return {"key": key, "step": kind.step, "title": title, "lines": lines}


def _period_figures(row: PupilCase | PlannedMeasure) -> dict[str, str]:
    """The days that are written, as JSON can hold them."""
    figures = {}
    if row.starts_on:
        figures["starts_on"] = row.starts_on.isoformat()
    if row.ends_on:
        figures["ends_on"] = row.ends_on.isoformat()
    return figures


def _label(kind: BlockKind, field: Field) -> str:
    # The number lies at the pupil as a person, so no field of the pupil's case names it.
    if field.name == "cpr":
        return field.label
    return str(_model_field(kind.model, field).verbose_name).capitalize()


def _model_field(model: type[models.Model], field: Field) -> models.Field[Any, Any]:
    # What is declared is a column of its own; `get_field` may also find a reverse relation.
    return cast("models.Field[Any, Any]", model._meta.get_field(field.name))


def _text(row: models.Model, field: Field) -> str:
    """What is written in `field`, as a reader sees it; '' for nothing."""
    if isinstance(row, PupilCase) and field.name == "cpr":
        if row.pupil is None:
            return ""
        return masked(row.pupil.cpr)
    if isinstance(row, PupilCase) and field.name == "name":
        # A protected name stands nowhere else either.
        return row.shown_name

    # First: a choice may be stored as a number, which is no amount.
    value = getattr(row, field.name)
    if _model_field(type(row), field).choices:
        return str(getattr(row, f"get_{field.name}_display")() or "")
    return _text_of_value(value)


def _text_of_value(value: Any) -> str:
    # Before the numbers: True is an int too.
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
