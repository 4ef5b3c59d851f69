"""The amendments as acts, lists and pages read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visitation.models import Grant

if TYPE_CHECKING:
    from visitation.models import Effort


# -- what the acts read ----------------------------------------------------------------------------
def grants_of(effort: Effort) -> list[Grant]:
    """The effort's grants that stand, in order, with what an act on them needs."""
    grants = Grant.objects.standing().filter(effort=effort)
    joined = grants.select_related(
        "decision__pupil_case__application__school", "district"
    )
    return list(joined.order_by("starts_on"))


def years_of(effort: Effort) -> set[int]:
    """The fiscal years that the effort's grants touch."""
    years: set[int] = set()
    for grant in grants_of(effort):
        years |= set(grant.by_fiscal_year())
    return years
