"""An application as text, part by part; and what is different between two times it was submitted."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, NamedTuple

from skolefleks.danish import day, decimal, kr, masked, today

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db import models

    from applications.models import (
        Application,
        Goal,
        PlannedMeasure,
        PupilCase,
        TriedMeasure,
    )


# {"key", "step", "title", "lines": [[name, label, text], ...], "figures": {...}}; as JSON in a Submission.
# `figures` is what the one-page summary reckons with and no line says.
Block = dict[str, Any]


_SHARED = {
    "environment": (
        "Læringsmiljø",
        "learning_environment joint_reason support_hours_use support_hours_yield".split(),
    ),
    "cooperation": (
        "Samarbejde",
        "ppr_contact ppr_setup ppr_daily coordinator family_cooperation leisure_cooperation kui_cooperation "
        "workplace_training mentor exam_path".split(),
    ),
    "leadership": ("Ledelse", ["daily_leader_name", "representative_name", "legal_basis"]),
}


_PUPIL = (
    "name grade kind description support_hours parents_informed parents_informed_on parents_informed_by "
    "parents_informed_how parents_exception pupil_voice caseworker_name caseworker_cooperation requested_tariff "
    "starts_on ends_on tariff_reason"
).split()


_HIDDEN = {"id", "application", "position", "pupil_case"}


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
    """A part of the application with what changed in it; `state` is changed, added or removed."""

    title: str
    step: str
    state: str
    changes: list[Change]


def blocks(
    application: Application,
    pupils: Sequence[PupilCase],
    tried: Sequence[TriedMeasure],
    planned: Sequence[PlannedMeasure],
    goals: Sequence[Goal],
) -> list[Block]:
    """All that was written, as a reader sees it. CPR numbers stand masked."""
    told = [_pupil(pupil) for pupil in pupils]
    shared = {
        step: _block(step, step, title, application, _fields(application, names))
        for step, (title, names) in _SHARED.items()
    }
    told.append(shared["environment"])
    told += [
        _row("tried", "environment", f"Afprøvet tiltag {at}", row)
        for at, row in enumerate(tried, 1)
    ]
    told += [
        _row("planned", "plan", f"Planlagt tiltag {at}", row) | {"figures": _period(row)}
        for at, row in enumerate(planned, 1)
    ]
    for pupil in pupils:
        own = [goal for goal in goals if goal.pupil_case_id == pupil.pk]
        told += [
            _row("goal", "plan", f"Mål {at} for {pupil}", goal)
            | {"figures": {"initials": pupil.initials, "way": goal.way}}
            for at, goal in enumerate(own, 1)
        ]
    return [*told, shared["cooperation"], shared["leadership"]]


def differences(before: Iterable[Block], after: Iterable[Block]) -> list[Part]:
    """What is different in `after`, in its order; parts that are gone come last."""
    old, new = ({block["key"]: block for block in side} for side in (before, after))
    found = []
    for key, block in new.items():
        changes = list(_changes(_lines(old[key]) if key in old else {}, _lines(block)))
        if changes:
            found.append(
                Part(block["title"], block["step"], "changed" if key in old else "added", changes)
            )
    gone = [block for key, block in old.items() if key not in new]
    found += [
        Part(block["title"], block["step"], "removed", list(_changes(_lines(block), {})))
        for block in gone
    ]
    return found


def words(old: str, new: str) -> list[Word]:
    """`new` beside `old`, word by word."""
    before, after = (re.findall(r"\s+|[^\s]+", text) for text in (old, new))
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Word("same", "".join(before[a:b])))
        else:
            found += [Word("old", "".join(before[a:b]))] if b > a else []
            found += [Word("new", "".join(after[c:d]))] if d > c else []
    return found


def _changes(old: dict[str, tuple[str, str]], new: dict[str, tuple[str, str]]) -> Iterator[Change]:
    for name in {**new, **old}:
        label = (new.get(name) or old[name])[0]
        before, after = old.get(name, ("", ""))[1], new.get(name, ("", ""))[1]
        if before != after:
            yield Change(label, before, after, words(before, after))


def _lines(block: Block) -> dict[str, tuple[str, str]]:
    return {name: (label, text) for name, label, text in block["lines"]}


def _pupil(pupil: PupilCase) -> Block:
    block = _block(f"pupil:{pupil.pk}", "pupils", f"Elev {pupil}", pupil, _fields(pupil, _PUPIL))
    block["lines"][0][2] = pupil.shown_name  # a protected name stands nowhere else
    block["lines"].insert(1, ["cpr", "CPR-nummer", masked(pupil.pupil.cpr) if pupil.pupil else ""])
    figures = {
        "initials": pupil.initials,
        "age": pupil.age_on(today()),
        "tariff": pupil.requested_tariff,
    }
    return block | {"figures": figures | _period(pupil)}


def _period(row: PupilCase | PlannedMeasure) -> dict[str, str]:
    return {name: on.isoformat() for name in ("starts_on", "ends_on") if (on := getattr(row, name))}


def _row(kind: str, step: str, title: str, row: models.Model) -> Block:
    return _block(f"{kind}:{row.pk}", step, title, row, _all_fields(row))


def _block(
    key: str, step: str, title: str, row: models.Model, fields: Iterable[models.Field[Any, Any]]
) -> Block:
    lines = [
        [field.name, str(field.verbose_name).capitalize(), _text(row, field)] for field in fields
    ]
    return {"key": key, "step": step, "title": title, "lines": lines}


def _all_fields(row: models.Model) -> list[models.Field[Any, Any]]:
    return [field for field in row._meta.concrete_fields if field.name not in _HIDDEN]


def _fields(row: models.Model, names: Iterable[str]) -> list[models.Field[Any, Any]]:
    return [row._meta.get_field(name) for name in names]  # type: ignore[misc]


def _text(row: models.Model, field: models.Field[Any, Any]) -> str:
    value = getattr(row, field.name)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")() or "")
    if value is None or isinstance(value, bool):
        return "ja" if value else ""
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return decimal(value)
    return kr(value) if isinstance(value, int) else str(value)
