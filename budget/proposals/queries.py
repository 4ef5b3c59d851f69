"""What the dashboard and the list of postings read: few rows, added up by the database beforehand. Writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.models import Proposal, centres_led_by

if TYPE_CHECKING:
    from skolefleks.models import User


# -- proposals --------------------------------------------------------------------------------------------------------
def proposals_waiting_for(user: User) -> int:
    """How many proposals the person can answer for their centre."""
    return Proposal.objects.waiting_for(centres_led_by(user), user).count()
