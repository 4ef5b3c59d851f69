"""What is asked of a centre's frames."""

from __future__ import annotations

from budget.lifecycle import ProposalStatus
from budget.models import ProposalLine, Standing


def centre_owns_money(centre: str) -> bool:
    """Whether money of the centre lies in a year that is not closed, or is proposed to."""
    standings = Standing.objects.filter(
        source__centre=centre, pool__closed_at__isnull=True, allocated__gt=0
    )
    waiting = ProposalLine.objects.filter(
        source__centre=centre, proposal__status=ProposalStatus.PROPOSED
    )
    return standings.exists() or waiting.exists()
