"""The start page of everybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from applications.reading import queries as reading_queries
from budget.proposals import queries as proposal_queries
from skolefleks.danish import today
from skolefleks.pages import page
from skolefleks.paging import page_of
from skolefleks.permissions import ANYWHERE_AT_ALL, EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from visitation.agenda import queries as agenda_queries
from visitation.ceiling import queries as ceiling_queries
from visitation.questions import queries as question_queries
from visitation.queue import queries as queue_queries
from visitation.start import queries


@page()
def start(request: Request) -> HttpResponse:
    """What waits for the one who signed in."""
    user = request.user
    at_school = may(user, P.APPLICATION_WRITE, at=ANYWHERE_AT_ALL)
    page = {
        "at_school": at_school,
        "waiting": queries.waiting_at_school(user) if at_school else [],
        "called": agenda_queries.cases_at_meetings(user) if at_school else [],
        "decided": queries.recently_decided(user) if at_school else [],
        "asked": question_queries.questions_to(user)
        if may(user, P.QUESTION_ANSWER, at=ANYWHERE_AT_ALL)
        else [],
        "queue": queue_queries.queue_standing(user)
        if may(user, P.QUEUE_READ, at=EVERYWHERE)
        else None,
        "stating": reading_queries.statements_to_write(user)
        if may(user, P.STATEMENT_WRITE, at=ANYWHERE_AT_ALL)
        else [],
        "invited": page_of(queries.invited_to(user), request.GET, by="-updated_at"),
        "money": queries.free_money((today().year, today().year + 1))
        if may(user, P.POOL_READ, at=EVERYWHERE)
        else [],
        "proposals": proposal_queries.proposals_waiting_for(user)
        if may(user, P.POOL_ALLOCATE, at=EVERYWHERE)
        else 0,
        "ceiling": ceiling_queries.ceiling_waiting(user)
        if may(user, P.CEILING_APPROVE, at=EVERYWHERE)
        else 0,
        "may_read_log": may(user, P.ACCESS_LOG_READ, at=EVERYWHERE),
    }
    return render(request, "visitation/start/start.html", page)
