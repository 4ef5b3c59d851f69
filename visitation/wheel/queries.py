"""What stands in the annual wheel, by what its reader may see; nothing of it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from budget.quarterly import rules as quarters
from skolefleks.danish import day as in_words
from skolefleks.danish import today
from skolefleks.permissions import ANYWHERE_AT_ALL, EVERYWHERE, may
from skolefleks.permissions import Permission as P
from skolefleks.reviews import queries as review_queries
from skolefleks.reviews import rules as review_rules
from visitation.evaluation.rules import Period
from visitation.lifecycle import ClosingStatus
from visitation.models import (
    ClosingReport,
    Effort,
    Evaluation,
    FollowUpWindow,
    Meeting,
)
from visitation.wheel import rules
from visitation.wheel.rules import Entry

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.models import User

# Of each kind, the first ones: more than a year's of the whole municipality.
MOST = 200

Span = tuple["date", "date"]


def entries(user: User, span: Span) -> list[Entry]:
    """All that falls in the span. Takes at most five queries, however much that is."""
    rows = rules.holidays(*span)
    rows += _meetings(user, span)
    rows += _efforts(user, span)
    rows += _money(user, span)
    rows += _review(user, span)
    return [row for row in rows if span[0] <= row.day <= span[1]]


def _meetings(user: User, span: Span) -> list[Entry]:
    """The committee's meetings; a school is told their deadlines, and where a case is sent."""
    is_committee = may(user, P.QUEUE_READ, at=EVERYWHERE)
    writes = may(user, P.APPLICATION_WRITE, at=ANYWHERE_AT_ALL)
    if not is_committee and not writes:
        return []

    begins = max(span[0], today())
    coming = Meeting.objects.upcoming().filter(starts_at__date__gte=begins)
    rows = []
    for meeting in coming.order_by("starts_at")[:MOST]:
        day = timezone.localdate(meeting.starts_at)
        url, where = reverse("applications:new"), ""
        if is_committee:
            url, where = meeting.get_absolute_url(), meeting.get_absolute_url()
        rows.append(Entry(day, "Møde i kvalitetsudvalget", where))
        # A deadline that has passed is nothing to do any more.
        if meeting.submit_by and meeting.submit_by >= today():
            rows.append(
                Entry(
                    meeting.submit_by,
                    "Frist for sager",
                    url,
                    f"til mødet {in_words(day)}",
                )
            )
    return rows


def _efforts(user: User, span: Span) -> list[Entry]:
    """Follow-ups, ends and closing reports of the efforts that the person may follow."""
    if not may(user, P.EFFORT_READ, at=ANYWHERE_AT_ALL):
        return []
    visible = Effort.objects.visible_to(user)
    rows = []
    windows = FollowUpWindow.objects.open().filter(
        effort__in=visible, hold_by__range=span
    )
    for window in windows.select_related("effort__application")[:MOST]:
        effort = window.effort
        url = reverse(
            "efforts:follow_up", args=[effort.application.number, effort.pk, window.pk]
        )
        rows.append(
            Entry(window.hold_by, "Opfølgning senest", url, effort.application.number)
        )

    ending = visible.live().filter(ends_on__range=span)
    for effort in ending.select_related("application").order_by("ends_on")[:MOST]:
        url = effort.get_absolute_url()
        rows.append(
            Entry(effort.ends_on, "Bevilling slutter", url, effort.application.number)
        )

    reports = ClosingReport.objects.filter(
        effort__in=visible, status=ClosingStatus.AWAITED, due_on__range=span
    )
    for report in reports.select_related("effort__application")[:MOST]:
        effort = report.effort
        number = effort.application.number
        url = reverse("efforts:closing", args=[number, effort.pk])
        rows.append(Entry(report.due_on, "Slutrapport senest", url, number))
    return rows


def _money(user: User, span: Span) -> list[Entry]:
    """Quarters and years that are over by then: what is written of each, and where."""
    rows = []
    quarter = quarters.quarter_of(span[0]).previous
    while quarter.next.first_day <= span[1]:
        follows = quarter.next.first_day
        if may(user, P.POOL_READ, at=EVERYWHERE):
            url = _quarter_url(quarter, user)
            rows.append(Entry(follows, "Kvartalsopfølgning", url, quarter.name))
        quarter = quarter.next

    for year in (span[0].year - 1, span[0].year):
        closes_on = Period(Evaluation.Span.FISCAL, year + 1).first_day
        if may(user, P.POOL_ALLOCATE, at=EVERYWHERE):
            url = reverse("budget:fiscal_years")
            rows.append(Entry(closes_on, "Regnskabsåret kan lukkes", url, str(year)))
        if may(user, P.EVALUATION_READ, at=EVERYWHERE):
            rows += _evaluations(year)
    return rows


def _quarter_url(quarter: quarters.Quarter, user: User) -> str:
    """Where it is written; the list of them all before it begins, and for who reads it."""
    may_write = may(user, P.FIGURES_WRITE, at=EVERYWHERE)
    if not may_write or quarter.first_day > today():
        return reverse("budget:quarterly")
    return reverse("budget:quarter", args=[quarter.year, quarter.number])


def _evaluations(year: int) -> list[Entry]:
    """The evaluations of the school year and of the fiscal year, when each is over."""
    url = reverse("evaluation:list")
    school_year = Period(Evaluation.Span.SCHOOL, year)
    fiscal_year = Period(Evaluation.Span.FISCAL, year)
    return [
        Entry(
            Period(period.span, year + 1).first_day,
            "Evaluering",
            url,
            str(period.name),
        )
        for period in (school_year, fiscal_year)
    ]


def _review(user: User, span: Span) -> list[Entry]:
    """The half-yearly review of everybody's rights; one that is overdue stands today."""
    if not may(user, P.PEOPLE_LOOK_AFTER, at=EVERYWHERE):
        return []
    due = review_rules.next_day(review_queries.last_finished()) or today()
    return [Entry(max(due, today()), "Gennemgang af rettigheder", reverse("reviews"))]
