"""Reads what an index of prices would do, and what it did. Writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.db.models.functions import Coalesce

from budget.models import Standing
from visitation.lifecycle import GrantStatus
from visitation.models import Grant, TariffVersion
from visitation.prices import rules

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from django.db.models import QuerySet

    from visitation.models import PriceIndex


def grants_running_over(day: date) -> QuerySet[Any]:
    """The grants that run on the day before `day` and on it, by case number."""
    grants = Grant.objects.exclude(status=GrantStatus.ANNULLED)
    # One that was ended early runs to that day, and not to the one it was granted to.
    running = grants.annotate(last=Coalesce("ended_on", "ends_on")).filter(
        starts_on__lt=day, last__gte=day
    )
    return running.order_by("decision__pupil_case__application__number", "pk")


def preview(percent: Decimal, from_on: date) -> rules.Preview:
    """What the index would do, as the grants stand now.

    Three queries, however many grants there are.
    """
    grants = grants_running_over(from_on).select_related(
        "district", "decision__pupil_case__application__school"
    )
    lines = []
    for grant in grants:
        line = rules.line_of(grant, percent, from_on)
        # Of a small tariff a small percentage may be less than half a krone.
        if line.after > line.before:
            lines.append(line)

    free = {}
    if lines:
        free = Standing.objects.free(rules.fiscal_years_of(lines))
    totals = rules.totals_of(lines, free)
    return rules.Preview(percent, from_on, lines, totals, _last_raised_on(grants))


def _last_raised_on(grants: QuerySet[Any]) -> date | None:
    """The last day from which an index has raised one of the grants."""
    versions = TariffVersion.objects.filter(grant__in=grants.order_by().values("pk"))
    last: date | None = versions.aggregate(last=Max("from_on"))["last"]
    return last


def versions_of(index: PriceIndex) -> list[TariffVersion]:
    """The tariffs that an approved index has set, by case number."""
    versions = index.versions.select_related(
        "grant__district", "grant__decision__pupil_case__application"
    )
    by_number = "grant__decision__pupil_case__application__number"
    return list(versions.order_by(by_number, "grant"))
