"""Triggers that models share, the database's own refusal to change a row; and their migration."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


def append_only() -> tuple[pgtrigger.Trigger, ...]:
    """The triggers of a table whose rows are written once, and never changed or deleted."""
    return (
        pgtrigger.Protect(
            name="is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
        ),
        never_emptied(),
    )


def never_emptied() -> pgtrigger.Trigger:
    """A trigger against TRUNCATE, which fires no trigger of a row."""
    return pgtrigger.Trigger(
        name="is_never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;",
    )


def fixed(name: str, columns: str) -> pgtrigger.Trigger:
    """The trigger of a table where `columns`, with spaces between them, never change.

    Unlike `pgtrigger.ReadOnly` it can compare encrypted columns too.
    """
    fields = columns.split()
    old = ", ".join(f"OLD.{field}" for field in fields)
    new = ", ".join(f"NEW.{field}" for field in fields)

    # With NOT in front, since pgtrigger drops the outer brackets of a condition.
    changed = pgtrigger.Condition(f"NOT (({old}) IS NOT DISTINCT FROM ({new}))")
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update, condition=changed)


class InstallTriggers(Operation):
    """Put the triggers that the tables of this app were created with into the database.

    `AddTrigger` would do it too, and build the state of all models anew for each of them.
    """

    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """They stand among the options of each model."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for (label, _), model in to_state.models.items():
            if label == app_label:
                for trigger in model.options.get("triggers", []):
                    schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(self, *_: Any, **__: Any) -> None:
        """They go with their tables."""

    def describe(self) -> str:
        return "Install the triggers of the tables"
