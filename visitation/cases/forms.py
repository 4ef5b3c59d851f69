"""What the committee types of one pupil or case: a decision, its correction or end, a question to the school."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django import forms

from applications.models import TEXT
from applications.reading import queries as reading_queries
from skolefleks.textfields import text_area

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.forms import BoundField
    from django.http import QueryDict

    from applications.fields.asking import Place


class NoteForm(forms.Form):
    """What the committee asks the school for: in all, and at the places of its application."""

    note = forms.CharField(
        label="Hvad mangler I fra skolen?",
        max_length=TEXT,
        widget=text_area(6),
        help_text="Skolen ser teksten ord for ord. Skriv, hvad der skal uddybes, og hvorfor.",
    )
    optional_fields = ()

    def __init__(self, data: QueryDict | None, *, places: Sequence[Place]) -> None:
        super().__init__(data)
        self.places = places
        for place in places:
            self.fields[f"ask_{place.key}"] = forms.CharField(
                label=f"Spørgsmål om »{place.shown}«",
                max_length=TEXT,
                required=False,
                widget=text_area(3),
            )

    @property
    def asks(self) -> dict[str, str]:
        """What is asked for, by place; nothing where nothing is."""
        return {
            place.key: text
            for place in self.places
            if (text := self.cleaned_data[f"ask_{place.key}"])
        }

    @property
    def steps(self) -> Iterator[tuple[str, list[tuple[str, list[tuple[Place, BoundField]]]]]]:
        """Each step of the school's form with its parts, and the fields to ask in of each."""
        for step, of_step in groupby(self.places, key=lambda place: place.step):
            parts = groupby(of_step, key=lambda place: place.title if place.label else "")
            yield (
                reading_queries.STEPS[step],
                [(title, [(p, self[f"ask_{p.key}"]) for p in part]) for title, part in parts],
            )
