"""What follows the tariff that a grant begins with: an index of prices, or a step down."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from budget.models import Proposal
from skolefleks.permissions import EVERYWHERE, Reach
from skolefleks.triggers import append_only
from visitation.models.grants import Grant

# The grant's own copy of its tariffs, ascending, so that reading a grant takes no further query.
# The triggers of the two tables below alone write it.
_KEEP = """
    IF EXISTS (
        SELECT FROM visitation_grant g, jsonb_array_elements(g.later_tariffs) AS other
        WHERE g.id = NEW.grant_id AND {stands_in_the_way}
    ) THEN
        RAISE EXCEPTION 'a grant has a later tariff already'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tariffs_follow_each_other';
    END IF;
    UPDATE visitation_grant SET later_tariffs = (
        SELECT jsonb_agg(tariff.pair ORDER BY tariff.pair->>0)
        FROM jsonb_array_elements(
            later_tariffs || jsonb_build_array(jsonb_build_array(NEW.from_on, NEW.tariff))
        ) AS tariff (pair)
    ) WHERE id = NEW.grant_id;
    RETURN NEW;
"""

# A step of the committee's own may lie behind an index: it was decided for just those days.
_INDEX_IN_THE_WAY = """(
    (other->>0)::date = NEW.from_on
    OR EXISTS (
        SELECT FROM visitation_tariffversion v
        WHERE v.grant_id = NEW.grant_id AND v.from_on > NEW.from_on
    )
)"""
_STEP_IN_THE_WAY = "(other->>0)::date >= NEW.from_on"


class PriceIndex(models.Model):
    """A percentage on the tariffs of the grants that run on a day.

    It is a proposal that both centres agree on, and lives as that.
    """

    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="+",
    )
    percent = models.DecimalField("procent", max_digits=4, decimal_places=2)
    from_on = models.DateField("fra")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(percent__gt=0), name="an_index_raises"),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return self.proposal.text

    def get_absolute_url(self) -> str:
        return self.proposal.get_absolute_url()

    @property
    def lies_at(self) -> Reach:
        """It belongs to no school: the right to it is held everywhere or not at all."""
        return EVERYWHERE


class TariffVersion(models.Model):
    """A grant's tariff, whole DKK a year, from a day on.

    It is never changed: the next one is another row.
    """

    index = models.ForeignKey(
        PriceIndex, on_delete=models.PROTECT, related_name="versions"
    )
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="versions")
    from_on = models.DateField("fra")
    # The tariff that this one follows, so that a line of the list needs no other row.
    before = models.PositiveIntegerField("takst før")
    tariff = models.PositiveIntegerField("takst pr. år")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("grant", "from_on"), name="one_tariff_a_day"
            ),
            models.CheckConstraint(
                condition=Q(tariff__gt=F("before")),
                name="an_index_raises_every_tariff",
            ),
        )
        triggers = (
            *append_only(),
            pgtrigger.Trigger(
                name="is_kept_on_its_grant",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                func=_KEEP.format(stands_in_the_way=_INDEX_IN_THE_WAY),
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_on}: {self.tariff}"


class TariffStep(models.Model):
    """A lower tariff, whole DKK a year, that the committee set for the last part of a grant."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="steps")
    from_on = models.DateField("fra")
    before = models.PositiveIntegerField("takst før")
    tariff = models.PositiveIntegerField("takst pr. år")

    class Meta:
        ordering = ("from_on",)
        constraints = (
            models.UniqueConstraint(
                fields=("grant", "from_on"), name="one_step_a_day"
            ),
            models.CheckConstraint(
                condition=Q(tariff__gt=0, tariff__lt=F("before")),
                name="a_step_lowers_the_tariff",
            ),
        )
        triggers = (
            *append_only(),
            pgtrigger.Trigger(
                name="is_kept_on_its_grant",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                func=_KEEP.format(stands_in_the_way=_STEP_IN_THE_WAY),
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_on}: {self.tariff}"
