"""Rows of a step, which can be added, copied, moved and removed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.forms.models import BaseModelFormSet

from applications.writing.forms.stepform import StepForm

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS_MAX = 30

ROW_BUTTONS = ("up", "down", "copy", "remove")


@dataclass(frozen=True)
class RowButton:
    """A button of one row, sent as `up:tried:1`: the second row of the table `tried`."""

    verb: str
    table: str
    index: int


def read_button(text: str) -> RowButton | None:
    """The row's button that was pressed; None for any other, and for one that makes no sense."""
    verb, _, place = text.partition(":")
    table, _, index = place.rpartition(":")
    # At most three digits: a longer one is no row, and `int` takes its time
    # with a very long one.
    if verb not in ROW_BUTTONS or not index.isdecimal() or len(index) > 3:
        return None
    return RowButton(verb, table, int(index))


def read_key(text: str | None) -> uuid.UUID | None:
    """The key of a new row as the page sent it; None where it makes no sense."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


class RowForm(StepForm):
    """One row. The committee asks about it as a whole."""

    question: tuple[str, str] | None = None

    # Where the page goes once a row was added: to the last of the table.
    end_id = "div_id_ny"

    @property
    def table(self) -> str:
        """The prefix of the rows it stands in."""
        return str(self.prefix).rpartition("-")[0]

    @property
    def place(self) -> str:
        return f"{self.block}:{self.instance.pk}"

    def ask(self, asks: Mapping[str, str]) -> None:
        self.question = None
        if self.place in asks:
            self.question = (self.place, asks[self.place])


class Rows(BaseModelFormSet):  # type: ignore[type-arg]
    """A table of rows.

    A row emptied of all its words is removed, as is one that is marked for
    removal. A new row carries the key it will be stored under: sent twice, or
    saved while typing and then by the button, it is one row.
    """

    row_name: ClassVar[str] = "Tiltag"
    row_is_gone: ClassVar[str] = "Tiltaget findes ikke længere. Genindlæs siden."

    # The row that a button was pressed for, by its prefix once the page is
    # opened again.
    pressed_row: str = ""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        # Hidden: on the page a row is removed by its own button.
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget = forms.HiddenInput()

        # Only the rows that the table shows may be named: another
        # application's is refused.
        form.fields["id"].queryset = self.get_queryset()
        form.fields["id"].error_messages["invalid_choice"] = self.row_is_gone

        is_new_row = index is not None and index >= self.initial_form_count()
        if is_new_row:
            form.fields["key"] = forms.UUIDField(
                required=False,
                initial=str(form.instance.pk),
                widget=forms.HiddenInput(),
            )

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        """Give a new row the key that the page has for it, or the row that is stored under it.

        Django has no public place for that: it makes the instance of a new
        row itself.
        """
        is_new_row = i >= self.initial_form_count()
        if self.is_bound and is_new_row:
            key = read_key(self.data.get(f"{self.add_prefix(i)}-key"))
            stored_row = self._stored_row(key)
            kwargs["instance"] = stored_row or self._new_row(i, key)
            # A stored row is judged even where it was emptied.
            kwargs["empty_permitted"] = stored_row is None
        return super()._construct_form(i, **kwargs)  # type: ignore[misc]

    def _stored_row(self, key: uuid.UUID | None) -> Any:
        """The row that was saved under the key while it was typed; None where none was."""
        if key is None:
            return None
        return cast("Any", self)._existing_object(key)

    def _new_row(self, position: int, key: uuid.UUID | None) -> Any:
        model = cast("Any", self).model
        if key is None:
            return model(position=position)
        return model(position=position, pk=key)

    @property
    def remaining(self) -> list[Any]:
        """The rows that stay, in the order of the page."""
        return [form.instance for form in self.forms if not _is_removed(form)]

    @property
    def removed(self) -> list[Any]:
        """The stored rows that are emptied or marked for removal."""
        rows = []
        for form in self.forms:
            if _is_removed(form) and not form.instance._state.adding:
                rows.append(form.instance)
        return rows

    def press(self, button: RowButton | None) -> tuple[list[Any], list[Any]]:
        """The rows that stay, in order, and those that are removed, once the button was pressed.

        A button of another table, or of a row that is no longer there,
        changes nothing.
        """
        rows = self.remaining
        removed = self.removed
        row = self._row_of(button)
        if button is None or row not in rows:
            return rows, removed

        # `place` is where one is taken to: the row itself, its copy, or what
        # came after it.
        place = rows.index(row)
        if button.verb == "remove":
            rows.remove(row)
            if not row._state.adding:
                removed.append(row)
        elif button.verb == "copy":
            if len(rows) < ROWS_MAX:
                rows.insert(place + 1, _copy(row, self.form))
            place += 1
        else:
            _swap(rows, place, button.verb)
            place = rows.index(row)

        if rows:
            last = len(rows) - 1
            self.pressed_row = f"{self.prefix}-{min(place, last)}"
        return rows, removed

    def _row_of(self, button: RowButton | None) -> Any:
        if (
            button is None
            or button.table != self.prefix
            or button.index >= len(self.forms)
        ):
            return None
        return self.forms[button.index].instance


def _is_removed(form: Any) -> bool:
    return bool(form.cleaned_data.get("DELETE")) or form.is_empty


def _swap(rows: list[Any], place: int, verb: str) -> None:
    """Move the row one up or down: among those of the same pupil, where the rows have one."""
    pupil = getattr(rows[place], "pupil_case_id", None)
    places = [
        other
        for other, row in enumerate(rows)
        if getattr(row, "pupil_case_id", None) == pupil
    ]
    target = places.index(place)
    if verb == "up":
        target -= 1
    else:
        target += 1

    # The first stays where it is, and so does the last.
    if 0 <= target < len(places):
        other = places[target]
        rows[place], rows[other] = rows[other], rows[place]


def _copy(row: Any, form: Any) -> Any:
    """A new row with the same words, of the same pupil or application."""
    owner = "application_id"
    if hasattr(row, "pupil_case_id"):
        owner = "pupil_case_id"

    names = [*form._meta.fields, owner]
    return type(row)(**{name: getattr(row, name) for name in names})
