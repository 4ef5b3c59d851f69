"""The audit trail of the figures, told in Danish: who changed what, and what it was before."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from skolefleks.danish import kr, one_decimal
from skolefleks.models import AuditEntry, User

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class Event(NamedTuple):
    """A line of the history (`components/timeline.html`)."""

    at: datetime
    who: str
    what: str
    note: str


def events(entries: Sequence[AuditEntry]) -> list[Event]:
    """The entries in words, with the names of those who acted. One query."""
    # The clock acts too, and is nobody.
    actors = {entry.actor_id for entry in entries if entry.actor_id}
    names = dict(User.objects.filter(pk__in=actors).values_list("pk", "name"))

    lines = []
    for entry in entries:
        # Nobody has the key 0.
        who = names.get(entry.actor_id or 0, "SkoleFleks")
        lines.append(
            Event(entry.at, who, what_happened(entry), what_stood_before(entry))
        )
    return lines


def what_happened(entry: AuditEntry) -> str:
    """What happened."""
    data = entry.payload
    if entry.verb == "import_figures":
        return f"Tal indlæst: {data['new']} nye, {data['changed']} ændrede"
    if entry.verb == "set_target":
        return f"Måltal for {data['year']}: {data['level_of']}-niveauet"
    if entry.verb == "drop_target":
        return f"Måltal for {data['year']}: {data['level_of']}-niveauet er fjernet"
    return f"{data['district']} {data['year']}: {pupils_in_words(data)}"


def what_stood_before(entry: AuditEntry) -> str:
    """What stood there before; nothing where nothing did."""
    before = entry.payload.get("was")
    if not before:
        return ""
    if entry.verb == "set_target":
        return f"Før: {before}-niveauet"

    # Amounts that are not known yet stand in the trail as nothing.
    amount = "ukendt udgift"
    if before["amount"] is not None:
        amount = kr(before["amount"]).removesuffix(".")
    return f"Før: {pupils_in_words(before)}, {amount}; {before['source']}"


def pupils_in_words(data: dict[str, Any]) -> str:
    pupils = one_decimal(Decimal(data["pupils"]))
    return f"{pupils} helårspersoner"
