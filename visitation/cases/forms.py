"""What the committee asks the school for, when it sends a case back."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from applications.fields import declarations
from skolefleks.forms import Form
from skolefleks.textfields import TEXT, FreeText, text_area

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.forms import BoundField
    from django.http import QueryDict

    from applications.fields.asking import Place


class NoteForm(Form):
    """What the committee asks for: in all, and at the places of the application."""

    note = FreeText(
        label="Hvad mangler I fra skolen?",
        max_length=TEXT,
        widget=text_area(6),
        help_text="Skolen ser teksten ord for ord. Skriv, hvad der skal uddybes, og hvorfor.",
    )
    # Only the note is asked for; each place is folded away, and marked as
    # optional by that.
    optional_fields = ()

    def __init__(self, data: QueryDict | None, *, places: Sequence[Place]) -> None:
        super().__init__(data)
        self.places = places
        for place in places:
            self.fields[field_name(place)] = FreeText(
                label=f"Spørgsmål om »{place.full_label}«",
                max_length=TEXT,
                required=False,
                widget=text_area(3),
            )

    def arguments(self) -> dict[str, Any]:
        asks = {}
        for place in self.places:
            question = self.cleaned_data[field_name(place)]
            if question:
                asks[place.key] = question
        return {"note": self.cleaned_data["note"], "asks": asks}

    @property
    def steps(self) -> Iterator[tuple[str, list[Any]]]:
        """The steps of the school's form: each with its title and its parts, in their order.

        A part is a heading ('' where there is none) and the places under it,
        each with the field to ask in.
        """
        for step, places_of_step in groupby(self.places, key=attrgetter("step")):
            parts = []
            for heading, places in groupby(places_of_step, key=heading_of):
                fields = [self.field_at(place) for place in places]
                parts.append((heading, fields))
            yield declarations.STEPS[step], parts

    def field_at(self, place: Place) -> tuple[Place, BoundField]:
        return place, self[field_name(place)]


def field_name(place: Place) -> str:
    return f"ask_{place.key}"


def heading_of(place: Place) -> str:
    """The heading that a place stands under: a row's or a step's title is its own label."""
    if place.label:
        return place.title
    return ""
