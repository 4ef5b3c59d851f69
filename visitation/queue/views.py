"""The committee's queue: looked through, saved as one's own view, and put on an agenda in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from applications.reading import queries as reading_queries
from skolefleks import alphabet, audit, cpr, search
from skolefleks.danish import day
from skolefleks.models import AccessEntry
from skolefleks.pages import NOT_DONE, act, page
from skolefleks.paging import Page, bounded_count, page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.setup import trade
from visitation.agenda import actions as agenda
from visitation.agenda import rules as agenda_rules
from visitation.models import Meeting, SavedView
from visitation.queue import actions, forms, queries, tabs
from visitation.queue import rows as queue_rows
from visitation.queue.choosing import Choice, choice_of

if TYPE_CHECKING:
    from django.forms import BoundField

# The filters that are folded away, each until it is set.
FOLDED_AWAY = (
    "district",
    "school",
    "grade",
    "kind",
    "age",
    "least",
    "most",
    "completeness",
    "duty",
)

# These offer what the database holds.
OF_PLACES = {"district", "school"}

# Stands in the address where they are asked for.
MORE = "flere"


@page(P.QUEUE_READ)
def queue(request: Request) -> HttpResponse:
    """The committee's queue: oldest first, filtered by what stands in the address."""
    if cpr.is_held_in(request.GET.get("q", "")):
        # Led on, so that the number stands in no address that is kept or sent.
        messages.info(request, search.NOT_BY_CPR)
        return redirect("visitation:queue")
    choice = Choice(request.GET, request.user)
    if MORE in choice.query and request.headers.get("HX-Request"):
        context = {"more": filters_of(choice, folded_away(choice))}
        return render(request, "visitation/queue/_queue_more.html", context)
    return show_queue(request, choice)


@act(P.QUEUE_READ)
def save_view(request: Request) -> HttpResponse:
    """Save what stood in the address under a name."""
    # A name that was searched for is not kept.
    choice = choice_of(request.POST.get("koe", ""), request.user).without_words()
    form = forms.ViewForm(request.POST)

    if form.try_to(actions.save_view, query=choice.text, by=request.user):
        messages.success(request, f"Visningen »{form.outcome.name}« er gemt.")
        return redirect(choice.url)
    return show_queue(request, choice, view_form=form)


@act(P.QUEUE_READ)
def remove_view(request: Request) -> HttpResponse:
    """Remove one of one's own views."""
    choice = choice_of(request.POST.get("koe", ""), request.user)
    form = forms.ChosenForm(request.POST)
    if not form.is_valid():
        return show_queue(request, choice, view_form=form)

    name = request.POST.get("visning", "")
    view = get_object_or_404(
        SavedView, user=request.user, name=name[: forms.LONGEST_NAME]
    )
    actions.remove_view(view)
    messages.success(request, f"Visningen »{view.name}« er fjernet.")
    return redirect(choice.url)


@act(P.MEETING_LEAD)
def bulk_agenda(request: Request) -> HttpResponse:
    """Put the ticked cases on a meeting's agenda, and say of each what came of it."""
    choice = choice_of(request.POST.get("koe", ""), request.user)
    form = forms.BulkForm(request.POST)
    if not form.is_valid():
        return show_queue(request, choice, bulk_form=form)

    rows = Application.objects.reviewable_by(request.user).filter(
        number__in=form.numbers
    )
    by_number = {row.number: row for row in rows}
    # Put on in the order that the rows were ticked in: the agenda gets that order.
    in_queue = [by_number[number] for number in form.numbers if number in by_number]
    elsewhere = [number for number in form.numbers if number not in by_number]

    meeting = form.cleaned_data["meeting"]
    late = [row.number for row in in_queue if agenda_rules.came_late(row, meeting)]
    if form.ask_of_late(late):
        return show_queue(request, choice, bulk_form=form)

    lines = agenda.add_each_to_agenda(
        meeting, in_queue, by=request.user, although_late=bool(late)
    )
    lines += [agenda.Line(number, "Sagen er ikke i din kø.") for number in elsewhere]
    say_what_came_of_it(request, meeting, lines)
    return redirect(choice.url)


def show_queue(
    request: Request,
    choice: Choice,
    *,
    bulk_form: forms.BulkForm | None = None,
    view_form: forms.ViewForm | forms.ChosenForm | None = None,
) -> HttpResponse:
    """The queue as it is chosen; 422 with a form that was sent and cannot be done."""
    if choice.filters.cleaned_data.get("text"):
        # Without what was typed: it may be initials.
        audit.log_access(AccessEntry.Kind.SEARCH, "", by=request.user)

    applications = choice.rows.select_related("school").only(
        *reading_queries.LIST_FIELDS
    )
    page = page_of(applications, request.GET, by=choice.order)
    rows = queue_rows.rows_of(page.rows, choice)

    status = 200
    if bulk_form or view_form:
        status = NOT_DONE

    leads_meetings = may(request.user, P.MEETING_LEAD, at=EVERYWHERE)
    if leads_meetings and bulk_form is None and any(row.may_be_put_on for row in rows):
        bulk_form = forms.BulkForm()
    if bulk_form:
        bulk_form.offer_meetings()

    context = {
        **choice_shown(choice, page),
        "waiting": tabs.waiting_in_words(request.user),
        "goal": trade.now().waiting_goal_days,
        "page": page,
        "rows": rows,
        "views": list(
            SavedView.objects.filter(user=request.user).order_by(alphabet.by("name"))
        ),
        "view_form": view_form or forms.ViewForm(),
        "bulk_form": bulk_form,
    }
    return render(request, "visitation/queue/queue.html", context, status=status)


def counts_of(choice: Choice, page: Page[Application]) -> dict[str, int]:
    """How many each counted tab holds of what is chosen, by the tab's name."""
    # Nothing is chosen as often as something, and is quicker to count.
    if not choice.filters.is_any_set:
        return tabs.tab_counts(choice.user)
    # Where no case at all fits, none does in any tab.
    if choice.tab == tabs.ALL and page.is_whole and not page.rows:
        return dict.fromkeys(tabs.COUNTED, 0)
    return tabs.tab_counts(choice.user, choice.in_any_tab)


def choice_shown(choice: Choice, page: Page[Application]) -> dict[str, Any]:
    """What the page shows of the choice: its tabs with their counts, and its filters."""
    counts = counts_of(choice, page)
    links = []
    for name, tab in tabs.TABS.items():
        url = f"?{choice.text_in(name)}"
        links.append((tab.label, url, counts.get(name), name == choice.tab))
    # What is asked of running efforts stands beside the new cases, on a page of its own.
    waiting = queries.amendments_waiting(choice.user)
    links.insert(2, ("Opfølgning", reverse("visitation:amendments"), waiting, False))

    # A tab that is not counted for itself may hold very many cases.
    if page.is_whole:
        count = str(len(page))
    elif choice.tab in counts:
        count = str(counts[choice.tab])
    else:
        count = bounded_count(choice.rows)

    folded = folded_away(choice)
    chosen = [name for name in FOLDED_AWAY if name not in folded]
    # Fetched when they are unfolded; without JavaScript a link leads to the page with them.
    more: list[BoundField] = []
    if MORE in choice.query:
        more = filters_of(choice, folded)

    return {
        "choice": choice,
        "tab": choice.tab,
        "tabs": links,
        "empty": tabs.TABS[choice.tab].empty,
        "count": count,
        "more": more,
        "more_url": f"{choice.url}&{MORE}=ja",
        "set_filters": filters_of(choice, chosen),
        "filtered": choice.filters.is_any_set,
    }


def folded_away(choice: Choice) -> list[str]:
    """The filters that are folded away, by name: those that nothing is chosen in."""
    folded = []
    for name in FOLDED_AWAY:
        if not choice.query.get(forms.ADDRESS_NAMES[name]):
            folded.append(name)
    return folded


def filters_of(choice: Choice, names: list[str]) -> list[BoundField]:
    """The filters of those names. One query where a place can be chosen in one, else none."""
    if OF_PLACES.intersection(names):
        choice.filters.offer_places()
    return [choice.filters[name] for name in names]


def say_what_came_of_it(
    request: Request, meeting: Meeting, lines: list[agenda.Line]
) -> None:
    """'3 af 5 sat på dagsordenen for 1. august 2026, 2 ikke:', and a line for each case."""
    put_on = [line for line in lines if not line.refused]
    refused = [line for line in lines if line.refused]

    meeting_day = day(timezone.localdate(meeting.starts_at))
    summary = f"{len(put_on)} af {len(lines)} sat på dagsordenen for {meeting_day}"
    if refused:
        summary += f", {len(refused)} ikke"

    sentences = [f"{summary}:"]
    sentences += [f"{line.number}: sat på" for line in put_on]
    sentences += [f"{line.number}: {line.refused}" for line in refused]
    text = "\n".join(sentences)

    if refused:
        messages.warning(request, text)
    else:
        messages.success(request, text)
