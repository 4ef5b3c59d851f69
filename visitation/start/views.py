"""The start page of everybody: what waits for the one who signed in, by what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from applications.dialogue import queries as dialogue_queries
from budget.payments import queries as payment_queries
from budget.proposals import queries as proposal_queries
from skolefleks.danish import today
from skolefleks.emergency import queries as emergency_queries
from skolefleks.pages import page
from skolefleks.paging import page_of
from skolefleks.permissions import (
    ANYWHERE_AT_ALL,
    EVERYWHERE,
    Request,
    may,
)
from skolefleks.permissions import Permission as P
from skolefleks.setup import queries as setup_queries
from visitation.agenda import deadlines
from visitation.agenda import queries as agenda_queries
from visitation.ceiling import queries as ceiling_queries
from visitation.efforts import listing as efforts_listing
from visitation.followups import queries as follow_up_queries
from visitation.meetings import queries as meeting_queries
from visitation.questions import queries as question_queries
from visitation.queue import queries as queue_queries
from visitation.start import queries
from visitation.waiting import queries as waiting_queries
from visitation.ways import queries as ways_queries

if TYPE_CHECKING:
    from skolefleks.models import User


@page()
def start(request: Request) -> HttpResponse:
    """What waits for the one who signed in. What one may not do costs no query."""
    user = request.user
    # Asked of everybody: `visible_to` leaves out what was for a role that one holds no more.
    invited = page_of(queries.invited_to(user), request.GET, by="-updated_at")
    context = {
        "invited": invited,
        "invited_rows": queries.with_next_steps(invited.rows),
        **_for_school(user),
        **_for_committee(user),
        **_for_adviser(user),
        **_for_chiefs(user),
        **_for_settings(user),
        **_for_administrators(user),
    }
    return render(request, "visitation/start/start.html", context)


@page(P.QUEUE_READ)
def efforts(request: Request) -> HttpResponse:
    """What running efforts ask of the committee: the part that the start page fetches.

    As a page it is the list of the efforts that ask for action.
    """
    if not request.headers.get("HX-Request"):
        return redirect("efforts:list")
    context = {
        "amendments": queue_queries.amendments_waiting(request.user),
        "overdue": follow_up_queries.overdue_follow_ups(request.user),
    }
    return render(request, "visitation/start/_efforts.html", context)


def _for_school(user: User) -> dict[str, Any]:
    """The school's own cases, those that are taken up soon, and what the committee asks."""
    # "Anywhere": the queries themselves look at the person's own schools only.
    at_school = may(user, P.APPLICATION_WRITE, at=ANYWHERE_AT_ALL)
    # What one may not do has no name in the context: the page takes that for nothing.
    part: dict[str, Any] = {"at_school": at_school}
    if at_school:
        part["waiting"] = queries.waiting_at_school(user)
        # Who sits in the committee too reads the deadline beside its meeting.
        if not may(user, P.QUEUE_READ, at=EVERYWHERE):
            part["next_meeting"] = deadlines.for_school(today(), is_sent=False)
        part["called"] = agenda_queries.cases_at_meetings(user)
        part["decided"] = queries.recently_decided(user)
        part["efforts"] = efforts_listing.waiting_at_school(user)
    if may(user, P.QUESTION_ANSWER, at=ANYWHERE_AT_ALL):
        part["open_questions"] = question_queries.questions_to(user)
    return part


def _for_committee(user: User) -> dict[str, Any]:
    if not may(user, P.QUEUE_READ, at=EVERYWHERE):
        return {}
    return {
        "queue": queue_queries.queue_standing(user),
        "meetings": meeting_queries.for_start(user),
        "may_lead": may(user, P.MEETING_LEAD, at=EVERYWHERE),
        "may_approve": may(user, P.MINUTES_APPROVE, at=EVERYWHERE),
        "proposed": waiting_queries.for_start(user),
        "rounds": ways_queries.waiting_for(user),
    }


def _for_adviser(user: User) -> dict[str, Any]:
    if not may(user, P.STATEMENT_WRITE, at=ANYWHERE_AT_ALL):
        return {}
    return {
        "statements_to_write": dialogue_queries.statements_to_write(user),
        "ppr_windows": follow_up_queries.windows_for_ppr(user),
    }


def _for_administrators(user: User) -> dict[str, Any]:
    if not may(user, P.ACCESS_LOG_READ, at=EVERYWHERE):
        return {}
    return {
        "may_read_log": True,
        "emergencies": emergency_queries.times_used(),
    }


def _for_settings(user: User) -> dict[str, Any]:
    """The changed settings that wait for a second person."""
    if not may(user, P.SETTING_ANSWER, at=EVERYWHERE):
        return {}
    return {"changes": setup_queries.waiting_for(user)}


def _for_chiefs(user: User) -> dict[str, Any]:
    """The pool's money, and what waits for a centre chief's answer."""
    part: dict[str, Any] = {}
    if may(user, P.POOL_READ, at=EVERYWHERE):
        # A grant of this school year takes from the next fiscal year too.
        this_year = today().year
        part["money"] = queries.free_money((this_year, this_year + 1))
    if may(user, P.POOL_ALLOCATE, at=EVERYWHERE):
        part["runs"] = payment_queries.runs_waiting_for(user)
        part["proposals"] = proposal_queries.proposals_waiting_for(user)
    if may(user, P.CEILING_APPROVE, at=EVERYWHERE):
        part["ceiling"] = ceiling_queries.ceiling_waiting(user)
    return part
