"""The forms of one page, and how they are stored while somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from applications.writing.forms.rows import Rows, read_button
from applications.writing.forms.stepform import StepForm
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from applications.writing.forms.merging import Conflict
    from skolefleks.permissions import Request

    # Stores the forms that it is given; raises Refusal.
    Store = Callable[[list[StepForm]], None]

# What front/autosave.js sends in place of a button's name.
AUTOSAVE = "autosave"


@dataclass
class PageForms:
    """The page's own form, and its tables of rows: `rows` are measures, tried or planned."""

    form: StepForm
    rows: Rows | None = None
    goals: Rows | None = None

    @property
    def tables(self) -> list[Rows]:
        return [table for table in (self.rows, self.goals) if table is not None]

    @property
    def all(self) -> list[Any]:
        """The page's form, and that of each row."""
        forms: list[Any] = [self.form]
        for table in self.tables:
            forms += table
        return forms

    @property
    def pressed_row(self) -> str:
        """The prefix that the row of the pressed button has once the page is opened again."""
        for table in self.tables:
            if table.pressed_row:
                return table.pressed_row
        return ""

    def is_valid(self) -> bool:
        # Every part is asked, even after one has failed: all that is wrong is shown at once.
        answers = [self.form.is_valid()]
        for table in self.tables:
            answers.append(table.is_valid())
        return all(answers)

    def merge(self) -> list[Conflict]:
        """Keep what somebody else wrote meanwhile; returns the fields that both changed."""
        conflicts: list[Conflict] = []
        for form in self.all:
            form.merge()
            conflicts += form.conflicts.values()
        return conflicts

    def press(self, button_name: str) -> tuple[list[Any], list[Any], list[Any]]:
        """Copy, move or remove the row whose button was pressed.

        Returns the measures and the goals that stay, each in order, and the rows that are removed.
        Rows that were emptied are removed too, and nothing else where the button is no row's.
        """
        button = read_button(button_name)
        measures: list[Any] = []
        goals: list[Any] = []
        removed: list[Any] = []

        if self.rows is not None:
            measures, removed_measures = self.rows.press(button)
            removed += removed_measures
        if self.goals is not None:
            goals, removed_goals = self.goals.press(button)
            removed += removed_goals
        return measures, goals, removed

    def take_theirs(self, name_on_page: str) -> None:
        """Show the other's text in the field, all else as it was typed; nothing is stored."""
        for form in self.all:
            for name in form.fields:
                if form.add_prefix(name) == name_on_page and name in form.stored:
                    form.take_stored(name)


def autosave(request: Request, page_forms: PageForms, store: Store) -> dict[str, Any]:
    """Store each well-formed field that was typed in; returns the answer for front/autosave.js.

    `store` is given the forms in which something is new. Sent twice, it has the same effect as
    once.
    """
    # A field that the page did not name stays as it is stored, whatever the browser sends of it.
    names = set(request.POST.getlist("only"))
    typed_forms = []
    for form in page_forms.all:
        # `narrow` drops the other fields from the form.
        is_any_left = form.narrow(names)
        if is_any_left:
            typed_forms.append(form)

    for form in typed_forms:
        form.is_valid()
        form.merge()

    new_forms = [form for form in typed_forms if _has_something_new(form)]
    try:
        if new_forms:
            store(new_forms)
    except Refusal as refusal:
        form = page_forms.form
        if refusal.field not in form.fields:
            return {"refused": str(refusal)}

        # `add_error` drops the field from cleaned_data, and with it a CPR number that must not be
        # stored. Nothing is stored yet: the refusal took it back. So the other fields are stored.
        form.add_error(refusal.field, str(refusal))
        store(new_forms)
    return _answer(typed_forms)


def _has_something_new(form: StepForm) -> bool:
    """Whether the form holds something that is not stored yet and that can be stored."""
    if _is_gone(form):
        return False

    # An empty row that was opened and left is not stored; one that was emptied is.
    is_new_empty_row = form.instance._state.adding and form.is_empty
    if is_new_empty_row:
        return False

    # The CPR number is no field of the row: it is new whenever it was typed.
    return bool(form.changed_names or form.cleaned_data.get("cpr"))


def _is_gone(form: StepForm) -> bool:
    """Whether somebody else has removed the row meanwhile."""
    return "id" in form.errors


def _answer(forms: list[StepForm]) -> dict[str, Any]:
    """When it was saved, the marks of the saved fields, and why others were not; by field."""
    marks = {}
    conflicts = []
    errors = {}

    for form in forms:
        # A row that somebody else removed was not stored: the page gets no marks for it.
        if not _is_gone(form):
            marks[form.add_prefix("was")] = form.marks_as_typed
        for conflict in form.conflicts.values():
            conflicts.append(conflict._asdict())
        for name, field_errors in form.errors.items():
            # The row's own key has no place on the page to show an error at.
            if name in form.fields and name != "id":
                errors[form.add_prefix(name)] = field_errors[0]

    return {
        "saved": f"{timezone.localtime():%H.%M}",
        "marks": marks,
        "conflicts": conflicts,
        "errors": errors,
        "gone": any(_is_gone(form) for form in forms),
    }
