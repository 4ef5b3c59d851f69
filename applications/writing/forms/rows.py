"""Rows of a step that can be added, copied, moved and removed; each knows itself, saved before or not."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.forms.models import BaseModelFormSet

from applications.writing.forms.words import StepForm

if TYPE_CHECKING:
    from collections.abc import Mapping


ROWS_MAX = 30


MOVES = ("up", "down", "copy", "remove")


class RowForm(StepForm):
    question: tuple[str, str] | None = None

    @property
    def table(self) -> str:
        """The prefix of the rows it stands in."""
        return str(self.prefix).rpartition("-")[0]

    @property
    def place(self) -> str:
        return f"{self.block}:{self.instance.pk}"

    def ask(self, asks: Mapping[str, str]) -> None:
        """A row is asked about as a whole."""
        self.question = (self.place, asks[self.place]) if self.place in asks else None


class Rows(BaseModelFormSet):  # type: ignore[type-arg]
    """A row emptied of all its words is gone, as is one that is marked for removal.

    A new row carries the key it will be stored under: sent twice, or saved while typing and then by the button, it is
    one row.
    """

    row_name: ClassVar[str] = "Tiltag"
    pressed: str = (
        ""  # the row that a button was pressed for, by its prefix once the page is opened again
    )
    gone: ClassVar[str] = "Tiltaget findes ikke længere. Genindlæs siden."

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget = forms.HiddenInput()
        form.fields["id"].queryset = self.get_queryset()
        form.fields["id"].error_messages["invalid_choice"] = self.gone
        if index is not None and index >= self.initial_form_count():
            key = forms.UUIDField(
                required=False, initial=str(form.instance.pk), widget=forms.HiddenInput()
            )
            form.fields["key"] = key

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        if self.is_bound and i >= self.initial_form_count():
            key = read_key(self.data.get(f"{self.add_prefix(i)}-key"))
            known = cast("Any", self)._existing_object(key) if key else None
            kwargs["instance"] = known or cast("Any", self).model(
                position=i, **({"pk": key} if key else {})
            )
            kwargs["empty_permitted"] = known is None
        return super()._construct_form(i, **kwargs)  # type: ignore[misc]

    @property
    def kept(self) -> list[Any]:
        return [form.instance for form in self.forms if not self._goes(form)]

    @property
    def removed(self) -> list[Any]:
        return [
            form.instance
            for form in self.forms
            if self._goes(form) and not form.instance._state.adding
        ]

    def press(self, verb: str, index: int) -> tuple[list[Any], list[Any]]:
        """What is kept, in order, and what is removed, once `verb` of the row `index` was pressed."""
        kept, removed = self.kept, self.removed
        chosen: Any = self.forms[index].instance if 0 <= index < len(self.forms) else None
        if chosen not in kept:
            return kept, removed
        at = kept.index(chosen)
        if verb == "remove":
            kept.remove(chosen)
            removed += [] if chosen._state.adding else [chosen]
        elif verb == "copy" and len(kept) < ROWS_MAX:
            kept.insert(at + 1, _copy(chosen, self.form))
        elif verb in {"up", "down"}:
            others = [n for n, row in enumerate(kept) if self._group(row) == self._group(chosen)]
            to = others.index(at) + (-1 if verb == "up" else 1)
            if 0 <= to < len(others):
                kept[at], kept[others[to]] = kept[others[to]], kept[at]
        here = at + 1 if verb == "copy" else kept.index(chosen) if chosen in kept else at
        self.pressed = f"{self.prefix}-{min(here, len(kept) - 1)}" if kept else ""
        return kept, removed

    @staticmethod
    def _group(row: Any) -> Any:
        return getattr(row, "pupil_case_id", None)

    @staticmethod
    def _goes(form: Any) -> bool:
        return bool(form.cleaned_data.get("DELETE")) or form.is_empty


def _copy(row: Any, form: Any) -> Any:
    owner = "pupil_case_id" if hasattr(row, "pupil_case_id") else "application_id"
    return type(row)(**{name: getattr(row, name) for name in (*form._meta.fields, owner)})


def read_key(text: str | None) -> uuid.UUID | None:
    """The key of a new row as the page sent it; None where it makes no sense."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
