"""Why a pupil is taken off the waiting list."""

from __future__ import annotations

from applications.models import TEXT
from skolefleks.forms import Form
from skolefleks.textfields import FreeText, text_area


class LeaveForm(Form):
    """The reason, which the school can read."""

    reason = FreeText(
        label="Hvorfor tages eleven af ventelisten?",
        max_length=TEXT,
        widget=text_area(3),
        help_text="Skolen kan læse det på sagen.",
    )

    optional_fields = ()
