"""A word on the way to the leader, and the leader's on the way back."""

from __future__ import annotations

from skolefleks.forms import Form
from skolefleks.textfields import TEXT, FreeText, text_area


class HandOverForm(Form):
    note = FreeText(
        label="Besked til skolelederen",
        required=False,
        max_length=TEXT,
        widget=text_area(3),
        help_text="For eksempel, hvad du er i tvivl om. Udvalget ser den ikke.",
    )


class HandBackForm(Form):
    answer = FreeText(
        label="Hvad skal der ændres, før du underskriver?",
        max_length=TEXT,
        widget=text_area(3),
        help_text="Den, der skrev ansøgningen, får besked. Udvalget ser den ikke.",
        error_messages={"required": "Skriv, hvad der skal ændres."},
    )
