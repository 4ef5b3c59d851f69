"""What a centre chief types about an index of prices."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from skolefleks.danish import DayField
from skolefleks.forms import Form

# Beyond it a percentage is a typing error. No rule of the trade.
MOST_PERCENT = 25

_PERCENT = re.compile(r"([0-9]{1,2})(?:,([0-9]{1,2}))? ?%?")


class PercentField(forms.Field):
    """A percentage above nothing with at most two decimals, typed with a comma.

    `2.5` is refused as ambiguous: in Danish the full stop separates thousands.
    """

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "data-suffix": "%"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None

        match = _PERCENT.fullmatch(str(value).strip())
        # `²` counts as a digit in some places: only ASCII is read.
        if not match or not str(value).isascii():
            raise ValidationError("Skriv procenten med komma, for eksempel 2,5.")

        percent = Decimal(f"{match[1]}.{match[2] or 0}")
        if not 0 < percent <= MOST_PERCENT:
            raise ValidationError(
                f"Procenten skal være over 0 og højst {MOST_PERCENT}."
            )
        return percent


class IndexForm(Form):
    """An index of prices: by how much, and from which day on.

    Both stand in the address, so that the preview can be shown again.
    """

    names_in_address = {"percent": "procent", "from_on": "fra"}

    percent = PercentField(
        label="Takster hæves med", help_text="I procent, for eksempel 2,5"
    )
    from_on = DayField(label="Fra og med")
