"""People, places and roles; the audit trail, the access log, the outbox. Knows nothing of pupils, cases or money."""

from __future__ import annotations

import pgtrigger


def append_only() -> tuple[pgtrigger.Trigger, ...]:
    """The triggers of a table whose rows are written once: the database refuses to change, delete or empty them."""
    return (
        pgtrigger.Protect(name="is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
        never_emptied(),
    )


def never_emptied() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="is_never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;",
    )


def fixed(name: str, columns: str) -> pgtrigger.Trigger:
    """The trigger of a table whose `columns` (encrypted ones too, which `pgtrigger.ReadOnly` cannot compare) stay."""
    old, new = (
        ", ".join(f"{row}.{column}" for column in columns.split()) for row in ("OLD", "NEW")
    )
    changed = pgtrigger.Condition(
        f"NOT (({old}) IS NOT DISTINCT FROM ({new}))"
    )  # pgtrigger drops outer brackets
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update, condition=changed)
