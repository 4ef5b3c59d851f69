"""What the demo's committee thinks of a tariff."""

from __future__ import annotations

from typing import Any

from skolefleks.setup import trade
from visitation.caseload.scene import read_data

COMMITTEE: dict[str, Any] = read_data("committee")


def weight_of(amount: int) -> int:
    """How heavy the committee found a need, by the DKK a year that were granted or applied for."""
    for below, weight in COMMITTEE["weights"]:
        if amount < below:
            return int(weight)
    return int(COMMITTEE["heaviest"])


def deviation_of(tariff: int, number: int) -> str:
    """Why it is not the unit tariff, without a word about the pupil; '' where it is.

    `number` chooses among the sentences, so that cases do not all read alike.
    """
    if tariff == trade.now().unit_tariff:
        return ""

    direction = "above"
    if tariff > trade.now().tariff_ceiling:
        direction = "far_above"
    elif tariff < trade.now().unit_tariff:
        direction = "below"

    sentences = COMMITTEE["deviations"][direction]
    return str(sentences[number % len(sentences)])
