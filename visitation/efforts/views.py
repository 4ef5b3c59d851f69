"""The efforts: the list, and one effort's pages. What is changed of it stands in `changing`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from skolefleks import audit, cpr, search, spreadsheets
from skolefleks.danish import today
from skolefleks.models import AccessEntry, School
from skolefleks.pages import page
from skolefleks.paging import bounded_count, page_of
from skolefleks.permissions import ANYWHERE_AT_ALL, EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.throttles import throttled
from visitation.efforts import concerns, forms, listing, queries
from visitation.efforts.listing import TABS
from visitation.efforts.pages import read_effort, top_of
from visitation.models import Effort

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_LETTERS = 40

# What in the address makes the list shorter than its tab.
FILTERS = ("q", "skole", "fase", "hvad")


@page(P.EFFORT_READ)
def efforts(request: Request) -> HttpResponse:
    """The efforts that one may follow; tab, search and filters stand in the address."""
    if cpr.is_held_in(request.GET.get("q", "")):
        messages.info(request, search.NOT_BY_CPR)
        return redirect("efforts:list")

    visible = Effort.objects.visible_to(request.user)
    tab = _tab(request)
    text = _text(request)
    if text:
        # Without what was typed: it may be initials.
        audit.log_access(AccessEntry.Kind.SEARCH, "", by=request.user)

    filters = forms.EffortFilter(request.GET)
    chosen = _chosen(request, visible, filters)
    page = page_of(listing.rows_of_list(chosen), request.GET, by=TABS[tab].order)
    waiting = bounded_count(listing.in_tab(visible, "handling"))

    follows_all = may(request.user, P.EFFORT_READ, at=EVERYWHERE)
    if follows_all:
        choices = [(school.pk, school.name) for school in School.objects.all()]
        filters.fields["skole"].widget.choices = [("", "Alle"), *choices]
    else:
        del filters.fields["skole"]

    context = {
        "page": page,
        "rows": listing.rows_of(page.rows),
        "tabs": _tab_links(tab, waiting),
        "tab": tab,
        "empty": TABS[tab].empty,
        "text": text,
        "filters": filters,
        "is_filtered": any(request.GET.get(name) for name in FILTERS),
        "may_oversee": may(request.user, P.EFFORT_OVERSEE, at=ANYWHERE_AT_ALL),
        "choice": request.GET.urlencode(),
    }
    return render(request, "visitation/efforts/list.html", context)


@page(P.EFFORT_READ)
@throttled("export")
def export(request: Request, form: str) -> HttpResponse:
    """What the list shows by the same address, all pages of it.

    Each time is logged, under each case.
    """
    visible = Effort.objects.visible_to(request.user)
    chosen = _chosen(request, visible, forms.EffortFilter(request.GET))
    order = TABS[_tab(request)].order
    rows = list(
        listing.rows_of_list(chosen).order_by(order, "pk")[: settings.EXPORT_ROWS]
    )
    # One where there was none.
    numbers = dict.fromkeys(effort.application.number for effort in rows) or [""]
    audit.log_accesses(AccessEntry.Kind.EXPORT, numbers, by=request.user)
    return spreadsheets.answer(form, f"indsatser-{today()}", listing.table(rows))


@page(P.EFFORT_READ)
def plan(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Measures, people, phases, goals and conditions. Reading it is logged."""
    effort = read_effort(request, number, pk)
    top = top_of(request, effort, "plan")
    settles = may(request.user, P.CONDITION_SETTLE, at=effort.application)
    context = {
        **top,
        "measures": list(effort.measures.all()),
        "goals": queries.goals_of(effort),
        "phase_days": queries.phase_days(top["standing"]),
        "may_settle": settles and effort.is_live,
    }
    return render(request, "visitation/efforts/plan.html", context)


@page(P.EFFORT_READ)
def money(request: Request, number: str, pk: UUID) -> HttpResponse:
    """What the school is paid for the effort, and when. Reading it is logged."""
    effort = read_effort(request, number, pk)
    top = top_of(request, effort, "money")
    leads = may(request.user, P.EFFORT_LEAD, at=effort.application)
    amendment = queries.amendment_of(effort)
    # What the school has not sent yet is its own.
    if amendment and not (top["may_write"] or amendment.is_waiting):
        amendment = None
    context = {
        **top,
        "money": queries.money_of(effort),
        "amendment": amendment,
        "may_extend": top["may_write"],
        "may_move": effort.is_live
        and may(request.user, P.DECIDE_ALONE, at=EVERYWHERE),
        "may_withdraw": leads and effort.is_live,
    }
    return render(request, "visitation/efforts/money.html", context)


def _tab(request: Request) -> str:
    name = request.GET.get("fane", "")
    if name in TABS:
        return name
    return next(iter(TABS))


def _text(request: Request) -> str:
    letters = request.GET.get("q", "")[:MOST_LETTERS]
    return "".join(letter for letter in letters if letter.isprintable()).strip()


def _chosen(
    request: Request, visible: QuerySet[Effort], filters: forms.EffortFilter
) -> QuerySet[Effort]:
    """One choice for list and export: a search and a concern look through all tabs."""
    # A filter that makes no sense is none.
    filters.is_valid()
    text = _text(request)
    concern = filters.cleaned_data.get("hvad")
    if text:
        chosen = listing.sought(visible, text)
    elif concern:
        chosen = visible
    else:
        chosen = listing.in_tab(visible, _tab(request))

    if concern:
        chosen = concerns.of_concern(chosen, concern)
    if filters.cleaned_data.get("skole"):
        chosen = chosen.filter(school=filters.cleaned_data["skole"])
    if filters.cleaned_data.get("fase"):
        chosen = listing.in_phase(chosen, filters.cleaned_data["fase"])
    return chosen


def _tab_links(here: str, waiting: str) -> list[tuple[Any, ...]]:
    links = []
    for name, tab in TABS.items():
        count = None
        if name == "handling":
            count = waiting
        links.append((tab.label, f"?fane={name}", count, name == here))
    return links
