"""What a centre chief types of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from skolefleks.forms import Form
from skolefleks.textfields import FreeText

if TYPE_CHECKING:
    from collections.abc import Sequence

# Characters; the column of the database.
LONGEST_NAME = 80


class FrameForm(Form):
    """A frame's name, and whose money it is."""

    name = FreeText(
        label="Navn",
        max_length=LONGEST_NAME,
        help_text="Som rammen hedder i kommunens budget",
    )
    centre = forms.ChoiceField(label="Center")

    def __init__(self, data: Any = None, *, centres: Sequence[str]) -> None:
        super().__init__(data)
        choices: Any = self.fields["centre"]
        choices.choices = [(centre, centre) for centre in centres]
