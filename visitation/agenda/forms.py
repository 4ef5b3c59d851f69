"""What chair and secretary type of a meeting: when and where, the agenda's order and minutes, who is there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django import forms

from visitation.models import AgendaItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict


LONGEST_ITEM = 240  # minutes


class AgendaForm(forms.Form):
    """The order of the agenda's items as the page had it, and the minutes of those that the reader may see."""

    revision = forms.IntegerField(min_value=0)

    def __init__(self, data: QueryDict, *, items: Iterable[AgendaItem]) -> None:
        super().__init__(data)
        self.listed = data.getlist("punkt")
        self.known = {str(item.pk): item for item in items}
        for pk in self.known:
            if self.minutes_name(pk) in data:
                self.fields[self.minutes_name(pk)] = forms.IntegerField(
                    min_value=1, max_value=LONGEST_ITEM
                )

    @staticmethod
    def minutes_name(pk: str | UUID) -> str:
        return f"minutter-{pk}"

    @property
    def order(self) -> list[UUID]:
        """As the rows stood on the page, moved by the button that was pressed."""
        order = [UUID(pk) for pk in self._listed()]
        for name, step in (("op", -1), ("ned", 1)):
            moved = next(
                (at for at, pk in enumerate(order) if str(pk) == self.data.get(name)), None
            )
            if moved is not None and 0 <= moved + step < len(order):
                order[moved], order[moved + step] = order[moved + step], order[moved]
        return order

    @property
    def minutes(self) -> dict[UUID, int]:
        names = {pk: self.minutes_name(pk) for pk in self.known}
        return {
            UUID(pk): self.cleaned_data[name]
            for pk, name in names.items()
            if name in self.cleaned_data
        }

    @property
    def removed(self) -> AgendaItem | None:
        return self.known.get(self.data.get("fjern", ""))

    @property
    def typed(self) -> dict[str, str]:
        """The minutes as they were typed, by item."""
        return {
            pk: str(self.data[name])
            for pk in self.known
            if (name := self.minutes_name(pk)) in self.data
        }

    def _listed(self) -> list[str]:
        """What was sent, with nonsense read as an item that is not there."""
        nothing = str(UUID(int=0))
        return [pk if pk in self.known else nothing for pk in self.listed[: len(self.known) + 1]]
