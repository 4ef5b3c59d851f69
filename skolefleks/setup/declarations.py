"""Every setting that the municipality changes on the page: one table, in four parts.

A line is a field of `Values`: its type, and what it is. Its default stands in
`skolefleks.defaults` under the same name in capitals. What is structure, and no
choice of the municipality, stands there alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.conf import settings

from skolefleks.setup.kinds import Declaration, Value
from skolefleks.setup.of_committee import CommitteeSettings
from skolefleks.setup.of_efforts import EffortSettings
from skolefleks.setup.of_house import HouseSettings
from skolefleks.setup.of_money import MoneySettings
from skolefleks.setup.of_municipality import ProfileSettings


@dataclass(frozen=True)
class Values(
    MoneySettings, CommitteeSettings, EffortSettings, HouseSettings, ProfileSettings
):
    """All settings as they hold on one day."""


DECLARATIONS: dict[str, Declaration] = {
    one.name: one.metadata["declaration"] for one in fields(Values)
}


def default_of(name: str) -> Value:
    """What holds until somebody changes it."""
    declaration = DECLARATIONS[name]
    if declaration.default is not None:
        return declaration.default()
    value: Value = getattr(settings, name.upper())
    return value
