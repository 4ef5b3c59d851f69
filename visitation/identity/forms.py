"""The number that takes a replacement number's place."""

from __future__ import annotations

from skolefleks.danish import CprField
from skolefleks.forms import Form


class NumberForm(Form):
    cpr = CprField(
        label="Elevens CPR-nummer",
        help_text="Nummeret gælder i elevens sager på skolen. Det noteres, at det er udskiftet.",
    )
