"""The waiting list: who waits for money, whom it is enough for now, and taking them up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from skolefleks import audit, cpr, search
from skolefleks.danish import day
from skolefleks.models import AccessEntry
from skolefleks.pages import (
    act,
    attempt,
    form_page,
    page,
    posted,
    show_form,
)
from skolefleks.paging import page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from visitation.waiting import actions, forms, queries, rules

LONGEST_SEARCH = 40


@page(P.WAITING_LIST_READ)
def waiting_list(request: Request) -> HttpResponse:
    """Who waits, in the order of the list, and whom the free money is enough for."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    if cpr.is_held_in(text):
        messages.info(request, search.NOT_BY_CPR)
        return redirect("waiting_list")

    user = request.user
    is_committee = may(user, P.QUEUE_READ, at=EVERYWHERE)
    rows = queries.proposals(user, by_name=is_committee)
    places = queries.as_listed(queries.open_to(user, by_name=is_committee))
    # A chief has no names to search for.
    if text and is_committee:
        audit.log_access(AccessEntry.Kind.SEARCH, "", by=user)
        places = queries.search_in(places, text)
    list_page = page_of(places, request.GET, by="position")
    context = {
        "is_committee": is_committee,
        "search": text,
        "order": rules.ORDER,
        "page": list_page,
        "rows": rules.on_page(rows, list_page.rows),
        **_in_numbers(rows, queries.how_many(rows, user, by_name=is_committee)),
        **_what_may_be_done(request),
    }
    return render(request, "visitation/waiting/waiting_list.html", context)


def _in_numbers(rows: list[rules.Fit], waiting: int) -> dict[str, Any]:
    fitting = [row for row in rows if row.fits]
    return {
        "waiting": waiting,
        # The amounts are those of the first rows where the list is longer.
        "looked_through": len(rows) if len(rows) < waiting else 0,
        "wished": sum(row.total for row in rows),
        "fitting": len(fitting),
        "fitting_amount": sum(row.total for row in fitting),
    }


def _what_may_be_done(request: Request) -> dict[str, Any]:
    """Which buttons the rows have, and for which meeting."""
    may_lead = may(request.user, P.MEETING_LEAD, at=EVERYWHERE)
    return {
        "may_lead": may_lead,
        "may_decide": may(request.user, P.CASE_DECIDE, at=EVERYWHERE),
        "meeting": queries.next_open_meeting() if may_lead else None,
    }


@act(P.MEETING_LEAD)
def take_up_again(request: Request, pk: UUID) -> HttpResponse:
    """Put the case on the next meeting's agenda."""
    place = get_object_or_404(queries.open_to(request.user, by_name=True), pk=pk)
    meeting = queries.next_open_meeting()
    if meeting is None:
        messages.error(
            request,
            "Der er ikke planlagt et møde med åben dagsorden.",
        )
        return redirect("waiting_list")

    meets_on = day(timezone.localdate(meeting.starts_at))
    attempt(
        request,
        actions.take_up,
        place,
        meeting,
        by=request.user,
        done=f"{place} er på dagsordenen for mødet {meets_on}. Intet er bevilget.",
    )
    return redirect("waiting_list")


@form_page(P.CASE_DECIDE)
def take_off_list(request: Request, pk: UUID) -> HttpResponse:
    """Take a pupil off the list, with the reason."""
    place = get_object_or_404(queries.open_to(request.user, by_name=True), pk=pk)
    form = forms.LeaveForm(posted(request))
    if form.try_to(actions.take_off, place, by=request.user):
        messages.success(request, f"{place} er taget af ventelisten.")
        return redirect("waiting_list")

    number = place.application.number
    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "place": place,
        "trail": [
            ("Venteliste", reverse("waiting_list")),
            (number, ""),
        ],
    }
    return show_form(request, "visitation/waiting/take_off.html", form, context)
