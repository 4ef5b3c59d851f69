"""A quarter's follow-up as the chiefs signed it: with its figures, and never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from budget.lifecycle import ProposalStatus
from budget.models.figures import QuarterlyText
from budget.models.proposals import Proposal
from skolefleks.triggers import append_only

if TYPE_CHECKING:
    from budget.quarterly.rules import Quarter


class QuarterlyReportQuerySet(models.QuerySet["QuarterlyReport"]):
    def of(self, quarter: Quarter) -> Self:
        return self.filter(year=quarter.year, quarter=quarter.number)

    def signed(self) -> Self:
        """Both chiefs have agreed to it."""
        return self.filter(proposal__status=ProposalStatus.APPROVED)

    def waiting(self) -> Self:
        return self.filter(proposal__status=ProposalStatus.PROPOSED)


class QuarterlyReport(models.Model):
    """One version of a quarter's follow-up: what `proposal` asks the other chief to sign.

    `content` is all that its page says, `public` the same for the implementation group. A version
    that was turned down gives its number to the next one. A later version says in its proposal why
    there is one.
    """

    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, related_name="quarterly_report"
    )
    year = models.PositiveSmallIntegerField("år")
    quarter = models.PositiveSmallIntegerField("kvartal")
    version = models.PositiveSmallIntegerField()
    text = models.ForeignKey(QuarterlyText, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    public = models.JSONField()

    objects = QuarterlyReportQuerySet.as_manager()

    class Meta:
        ordering = ("-version", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4),
                name="a_year_has_four_quarters_to_sign",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject}, version {self.version}"

    @property
    def subject(self) -> str:
        return f"kvartal {self.year}-{self.quarter}"
