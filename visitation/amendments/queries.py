"""The amendments as acts, lists and pages read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Min, Q

from applications.writing import rules as writing_rules
from budget.payments import queries as payment_queries
from budget.tariff import NOTHING, Part, by_fiscal_year, less
from skolefleks.calendar import ONE_DAY
from visitation.decisions import queries as decision_queries
from visitation.efforts import queries as effort_queries
from visitation.followups import queries as follow_up_queries
from visitation.lifecycle import UPCOMING, FollowUpStatus
from visitation.measurements import charts
from visitation.measurements import queries as measurement_queries
from visitation.models import (
    Amendment,
    Grant,
    StatusReport,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from skolefleks.models import User
    from visitation.decisions.queries import YearChange
    from visitation.decisions.rules import Terms
    from visitation.models import Effort, FollowUpWindow

# Of a list that is looked through whole.
MOST_SHOWN = 100


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


# -- the list --------------------------------------------------------------------------------------
class Row(NamedTuple):
    """What is asked of one effort, and when a coming meeting takes it up."""

    amendment: Amendment
    initials: str
    meets_at: datetime | None


def waiting_for(user: User) -> list[Row]:
    """What the committee has to decide of running efforts, the oldest first. Takes one query."""
    upcoming = Q(items__meeting__status__in=UPCOMING)
    rows = Amendment.objects.waiting().visible_to(user)
    rows = rows.select_related(
        "effort__application", "effort__pupil_case", "effort__school"
    )
    # A list needs none of the long texts.
    rows = rows.defer("reached", "remaining", "reason").order_by("asked_at", "pk")
    rows = rows.annotate(meets_at=Min("items__meeting__starts_at", filter=upcoming))

    waiting = []
    # The row with what is annotated.
    row: Any
    for row in rows[:MOST_SHOWN]:
        initials = writing_rules.initials_on_lists(row.effort.pupil_case)
        waiting.append(Row(row, initials, row.meets_at))
    return waiting


# -- one amendment ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Summary:
    """An effort on one page: what is asked, how it goes, what it costs.

    Takes eleven queries.
    """

    amendment: Amendment
    standing: effort_queries.Standing
    curves: list[measurement_queries.Curve]
    money: effort_queries.Money
    report: StatusReport | None
    words: list[follow_up_queries.Words]

    @property
    def pictures(self) -> list[tuple[measurement_queries.Curve, Any]]:
        """The curves drawn, each with its table."""
        return list(charts.pictures(self.curves))

    @property
    def outcomes(self) -> list[FollowUpWindow]:
        """The follow-ups that have an outcome."""
        windows = self.standing.windows
        return [row for row in windows if row.status == FollowUpStatus.TOLD]


def whole() -> QuerySet[Amendment]:
    """With all that is read of one."""
    return Amendment.objects.select_related(
        "effort__application__school",
        "effort__pupil_case",
        "effort__school",
        "pupil_case__application__school__district",
        "pupil_case__pupil",
        "window__told_by",
        "written_by",
    )


def summary_of(amendment: Amendment) -> Summary:
    """Read an effort for those who decide what is asked of it."""
    effort = amendment.effort
    report, words = None, []
    if amendment.window:
        report = follow_up_queries.report_of(amendment.window)
        words = follow_up_queries.words_of(amendment.window)
    standing = effort_queries.standing_of(effort)
    return Summary(
        amendment=amendment,
        standing=standing,
        curves=measurement_queries.curves_of(standing),
        money=effort_queries.money_of(effort),
        report=report,
        words=words,
    )


def changes(
    grants: Sequence[Grant], first_day: date, terms: Terms | None
) -> list[YearChange]:
    """What it changes by year to end the grants before `first_day` and go on with `terms`."""
    following: Mapping[int, Part] = {}
    if terms:
        following = terms.by_fiscal_year()
    after: list[Mapping[int, Part]] = [following]
    too_much = []
    for grant in grants:
        last_day = min(grant.last_day, first_day - ONE_DAY)
        rest = by_fiscal_year(grant.tariff, grant.starts_on, last_day, grant.later)
        after.append(rest)
        # The act carries from those that it ends, and what one has given the next cannot give.
        if grant.last_day >= first_day:
            more = payment_queries.too_much(grant.pk, rest, following)
            following = less(following, more.carried)
            too_much.append(more)
    before = _sum_of(grant.by_fiscal_year() for grant in grants)
    rows = decision_queries.changes_between(before, *after, too_much=too_much)
    # What is past stays as it was, and says nothing.
    return [row for row in rows if row.difference or row.owed]


def _sum_of(parts_of_grants: Iterable[Mapping[int, Part]]) -> dict[int, Part]:
    """What several grants hold together, by fiscal year."""
    total: dict[int, Part] = {}
    for parts in parts_of_grants:
        for year, part in parts.items():
            sum_before = total.get(year, NOTHING)
            total[year] = Part(
                sum_before.amount + part.amount, sum_before.days + part.days
            )
    return total
