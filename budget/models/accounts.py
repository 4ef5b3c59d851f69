"""A change of the accounts that schools are paid to, as both chiefs agree to it."""

from __future__ import annotations

from django.db import models

from budget.models.payments import ACCOUNT, account_string
from budget.models.proposals import Proposal
from skolefleks.models import School
from skolefleks.triggers import append_only


class AccountChange(models.Model):
    """One school's account string as it was and as it is to be; empty for the common one."""

    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="account_changes"
    )
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    before = models.CharField("før", max_length=ACCOUNT, blank=True)
    account = models.CharField(
        "kontostreng", max_length=ACCOUNT, blank=True, validators=[account_string]
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("proposal", "school"),
                name="one_account_a_school_in_a_proposal",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.school_id}: {self.account}"

    @property
    def proved_content(self) -> str:
        """As the proof's SQL writes it (budget/proving/leaving_sql.py)."""
        return f"{self.proposal_id}|{self.school_id}|{self.before}|{self.account}"
