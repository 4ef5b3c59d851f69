"""What the bank did not pay, or what came back: said by one chief and agreed to by the other."""

from __future__ import annotations

from django.db import models

from budget.models.payments import Instalment, PaymentRun
from budget.models.proposals import Proposal
from skolefleks.triggers import append_only


class PaymentReturn(models.Model):
    """Lines of one run that came back on a day, as `proposal` says."""

    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, related_name="payment_return"
    )
    run = models.ForeignKey(
        PaymentRun, on_delete=models.PROTECT, related_name="returns"
    )
    returned_on = models.DateField("kom tilbage")

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.run}: {self.returned_on}"

    @property
    def proved_content(self) -> str:
        """What came back, as the proof's SQL writes it (budget/proving/leaving_sql.py)."""
        keys = self.lines.order_by("instalment_id").values_list(
            "instalment_id", flat=True
        )
        instalments = ",".join(str(key) for key in keys)
        return f"{self.proposal_id}|{self.run_id}|{self.returned_on}|{instalments}"


class ReturnLine(models.Model):
    """One instalment that came back, all of it."""

    payment_return = models.ForeignKey(
        PaymentReturn, on_delete=models.PROTECT, related_name="lines"
    )
    instalment = models.ForeignKey(
        Instalment, on_delete=models.PROTECT, related_name="returns"
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("payment_return", "instalment"),
                name="an_instalment_comes_back_once_in_a_return",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.instalment)
