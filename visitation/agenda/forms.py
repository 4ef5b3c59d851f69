"""The agenda's order and minutes, as its page sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms

from skolefleks.forms import Form
from skolefleks.textfields import LARGEST, LINE, FreeText
from visitation.agenda import rules
from visitation.models import FreePoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.http import QueryDict

    from visitation.models import AgendaItem

NOBODY = UUID(int=0)
NAMED = (
    "Der stod navne på elever i teksten. De er skrevet som initialer: læs den igennem."
)


class AgendaForm(Form):
    """The order of the items as the page had it, and the minutes of those the reader may see.

    The buttons of a row are `op` and `ned`, which move it by one, and
    `fjern`, which takes it off.
    """

    revision = forms.IntegerField(min_value=0, max_value=LARGEST)

    def __init__(
        self, data: QueryDict, *, items: Iterable[AgendaItem | FreePoint]
    ) -> None:
        super().__init__(data)
        # A list of hidden fields, in the order of the rows; a form field would keep one.
        self.rows_on_page = data.getlist("punkt")
        self.items = {str(item.pk): item for item in items}
        for pk in self.items:
            name = minutes_name(pk)
            # A disqualified person's row has no field for its minutes.
            if name in data:
                self.fields[name] = forms.IntegerField(
                    min_value=1, max_value=rules.LONGEST_ITEM
                )

    @property
    def order(self) -> list[UUID]:
        """As the rows stood on the page, moved by the button that was pressed."""
        order = self._order_on_page()
        # At most one button is pressed; a forged second one only moves another row.
        for button, step in (("op", -1), ("ned", 1)):
            pressed = self.data.get(button)
            positions = [at for at, pk in enumerate(order) if str(pk) == pressed]
            if positions:
                at = positions[0]
                to = at + step
                if 0 <= to < len(order):
                    order[at], order[to] = order[to], order[at]
        return order

    def _order_on_page(self) -> list[UUID]:
        """What was sent; nonsense is read as an item that is not there, and then refused."""
        order = []
        # One more than there are: enough to see that it is not the agenda.
        longest = len(self.items) + 1
        for pk in self.rows_on_page[:longest]:
            item = NOBODY
            if pk in self.items:
                item = UUID(pk)
            order.append(item)
        return order

    @property
    def minutes(self) -> dict[UUID, int]:
        """The minutes by item, of those whose field was sent."""
        minutes = {}
        for pk in self.items:
            name = minutes_name(pk)
            if name in self.cleaned_data:
                minutes[UUID(pk)] = self.cleaned_data[name]
        return minutes

    @property
    def removed(self) -> AgendaItem | FreePoint | None:
        """The point whose button takes it off the agenda."""
        return self.items.get(self.data.get("fjern", ""))

    @property
    def typed_minutes(self) -> dict[str, str]:
        """The minutes as they were typed, by item, whether they make sense or not."""
        typed = {}
        for pk in self.items:
            name = minutes_name(pk)
            if name in self.data:
                typed[pk] = str(self.data[name])
        return typed

    @property
    def complaint(self) -> str:
        """Why the form cannot be used, in one sentence."""
        if "revision" in self.errors:
            return "Dagsordenen er ikke gemt. Genindlæs siden, og prøv igen."
        return (
            "Dagsordenen er ikke gemt: skriv minutterne som et helt tal mellem 1 og "
            f"{rules.LONGEST_ITEM}."
        )


class FreePointForm(Form):
    """A point of the agenda that is no case: a usual one, or one of its own."""

    kind = forms.ChoiceField(label="Hvad handler punktet om?")
    title = FreeText(
        label="Navn, når det er et eget punkt",
        max_length=LINE,
        required=False,
        help_text=(
            "De andre punkter har deres navn. "
            "Skriv ingen navne på elever: de bliver til initialer."
        ),
    )
    minutes = forms.IntegerField(
        label="Minutter",
        min_value=1,
        max_value=rules.LONGEST_ITEM,
        initial=rules.USUAL_FREE_MINUTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "sf-tiny"}),
    )

    # An own point must have a name: nothing here may be called optional.
    optional_fields = ()

    def __init__(
        self, data: QueryDict | None = None, *, present: Collection[str]
    ) -> None:
        super().__init__(data)
        own = FreePoint.Kind.OWN
        usual = [kind for kind in rules.USUAL_POINTS if kind not in present]
        choices = [(str(kind), str(kind.label)) for kind in (own, *usual)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_own = data.get("kind") == FreePoint.Kind.OWN
        if is_own and not data.get("title") and "title" not in self.errors:
            self.add_error("title", "Skriv, hvad punktet hedder.")
        return data


def minutes_name(pk: str) -> str:
    """The name of the field with an item's minutes."""
    return f"minutter-{pk}"
