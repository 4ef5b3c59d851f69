"""The closing of a fiscal year, and its reopening: each as both chiefs agree to it."""

from __future__ import annotations

from django.db import models

from budget.models.books import Pool
from budget.models.proposals import Proposal
from skolefleks.triggers import append_only


class YearClosing(models.Model):
    """Which fiscal year `proposal` closes, or opens again."""

    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, related_name="year_closing"
    )
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="closings")

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.pool_id)

    @property
    def proved_content(self) -> str:
        """As the proof's SQL writes it (budget/proving/leaving_sql.py)."""
        return f"{self.proposal_id}|{self.pool_id}"
