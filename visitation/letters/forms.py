"""When the parents were given their text."""

from __future__ import annotations

from skolefleks.danish import DayField
from skolefleks.forms import Form


class GivenForm(Form):
    given_on = DayField(label="Hvilken dag fik forældrene teksten?")
