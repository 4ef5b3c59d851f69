"""What a page that is written on holds, and how it is stored while somebody types. Knows no step and no case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from applications.writing.forms import rows as forms_rows
from applications.writing.forms import words
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from skolefleks.permissions import Request


if TYPE_CHECKING:
    Store = Callable[["Written"], None]


AUTOSAVE = "autosave"


@dataclass
class Written:
    """What the page holds: its form, and its tables of rows."""

    form: words.StepForm
    rows: forms_rows.Rows | None = None
    goals: forms_rows.Rows | None = None
    touched: list[words.StepForm] = field(default_factory=list)

    @property
    def tables(self) -> list[forms_rows.Rows]:
        return [table for table in (self.rows, self.goals) if table is not None]

    @property
    def all(self) -> list[Any]:
        return [self.form, *(form for table in self.tables for form in table)]

    @property
    def pressed(self) -> str:
        """The row that a button was pressed for, by its place on the page when that is opened again."""
        return next((table.pressed for table in self.tables if table.pressed), "")

    def is_valid(self) -> bool:
        """Every part is asked, so that all that is wrong is said at once."""
        return all([self.form.is_valid(), *(table.is_valid() for table in self.tables)])

    def merge(self) -> list[Any]:
        """Keep what somebody else wrote meanwhile; what both wrote comes back."""
        for form in self.all:
            form.merge()
        return [conflict for form in self.all for conflict in form.conflicts]

    def press(self, then: str) -> tuple[list[Any], list[Any], list[Any]]:
        """Measures and goals that are kept, in order, and rows that go, after the row's button in `then`."""
        verb, _, at = then.partition(":")
        prefix, _, index = at.rpartition(":")
        number = (
            int(index) if index.isdecimal() and len(index) < 4 and verb in forms_rows.MOVES else -1
        )
        pressed = [
            table.press(verb, number if table.prefix == prefix else -1)
            if table is not None
            else ([], [])
            for table in (self.rows, self.goals)
        ]
        (measures, gone), (goals, gone_too) = pressed
        return measures, goals, gone + gone_too


def with_theirs(written: Written, name: str) -> Written:
    """The page with the other's text in the field `name`, all else as it was typed; nothing is stored."""
    for form in written.all:
        for own_name in form.fields:
            if form.add_prefix(own_name) == name and own_name in form.stored:
                form.take(own_name)
    return written


def autosaved(request: Request, written: Written, store: Store) -> dict[str, Any]:
    """Store each well-formed field that was typed in; what the page is told. Sent twice it has the same effect as once."""
    names = set(request.POST.getlist("only"))
    typed = [form for form in written.all if form.narrow(names)]
    for form in typed:
        form.is_valid()
        form.merge()
    gone = [form for form in typed if "id" in form.errors]
    changed = [
        form
        for form in typed
        if form not in gone and (form.changed or form.cleaned_data.get("cpr"))
    ]
    written.touched = [
        form for form in changed if not (form.instance._state.adding and form.is_empty)
    ]
    try:
        if written.touched:
            store(written)
    except Refusal as refusal:
        if refusal.field not in written.form.fields:
            return {"refused": str(refusal)}
        written.form.add_error(refusal.field, str(refusal))
        store(written)
    return _told(typed, gone)


def _told(typed: list[Any], gone: list[Any]) -> dict[str, Any]:
    return {
        "saved": f"{timezone.localtime():%H.%M}",
        "marks": {form.add_prefix("was"): form.now for form in typed if form not in gone},
        "conflicts": [conflict._asdict() for form in typed for conflict in form.conflicts],
        "errors": {
            form.add_prefix(name): errors[0]
            for form in typed
            for name, errors in _shown_errors(form)
        },
        "gone": bool(gone),
    }


def _shown_errors(form: Any) -> list[tuple[str, Any]]:
    return [
        (name, errors)
        for name, errors in form.errors.items()
        if name in form.fields and name != "id"
    ]
