"""The committee's queue: looked through, kept as one's own view, and put on an agenda many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone

from applications.lifecycle import Status
from applications.models import Application
from applications.reading import queries as reading_queries
from skolefleks import audit
from skolefleks.danish import day, days_since
from skolefleks.models import AccessEntry
from skolefleks.pages import act, page
from skolefleks.paging import bounded_count, page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal
from visitation.agenda import actions as agenda
from visitation.models import SavedView
from visitation.queue import actions, forms, queries
from visitation.queue.choosing import Choice, choice_of

if TYPE_CHECKING:
    from datetime import datetime


MORE = (
    "distrikt",
    "skole",
    "trin",
    "formaal",
    "alder",
    "fra",
    "til",
    "fyldt",
)  # folded away until one is set


@page(P.QUEUE_READ)
def queue(request: Request) -> HttpResponse:
    """The committee's queue: oldest first, filtered by what stands in the address."""
    return _page(request, Choice(request.GET, request.user))


@act(P.QUEUE_READ)
def save_view(request: Request) -> HttpResponse:
    """Keep what stood in the address under a name."""
    choice = choice_of(request.POST.get("koe", ""), request.user)
    form = forms.ViewForm(request.POST)
    if form.is_valid():
        try:
            view = actions.save_view(form.cleaned_data["name"], choice.text, by=request.user)
            messages.success(request, f"Visningen »{view.name}« er gemt.")
            return _to(choice)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    return _page(request, choice, view_form=form)


@act(P.QUEUE_READ)
def remove_view(request: Request) -> HttpResponse:
    view = get_object_or_404(
        SavedView, user=request.user, name=request.POST.get("visning", "")[:60].replace("\x00", "")
    )
    actions.remove_view(view)
    messages.success(request, f"Visningen »{view.name}« er fjernet.")
    return _to(choice_of(request.POST.get("koe", ""), request.user))


@act(P.MEETING_LEAD)
def bulk_agenda(request: Request) -> HttpResponse:
    """Put the ticked cases on a meeting's agenda, and say of each what came of it."""
    choice = choice_of(request.POST.get("koe", ""), request.user)
    form = forms.BulkForm(request.POST)
    if not form.is_valid():
        return _page(request, choice, bulk_form=form)
    rows = {
        row.number: row
        for row in Application.objects.reviewable_by(request.user).filter(number__in=form.numbers)
    }
    meeting = form.cleaned_data["meeting"]
    lines = agenda.add_each_to_agenda(
        meeting, [rows[n] for n in form.numbers if n in rows], by=request.user
    )
    lines += [
        agenda.Line(number, "Sagen er ikke i din kø.")
        for number in form.numbers
        if number not in rows
    ]
    _tell(request, lines, on=day(timezone.localdate(meeting.starts_at)))
    return _to(choice)


class Row(NamedTuple):
    """A case as the queue shows it: put together here, since a template's tags are what a list costs most."""

    case: Application
    url: str
    impartiality_url: str
    grades: str
    waited: str
    late: str
    label: str
    tone: str
    notes: str
    may_be_put_on: bool


def _page(
    request: Request,
    choice: Choice,
    *,
    bulk_form: forms.BulkForm | None = None,
    view_form: forms.ViewForm | None = None,
) -> HttpResponse:
    """The queue as `choice` has it; with a form that was sent and cannot be done, 422."""
    if choice.filters.cleaned_data.get("q"):
        audit.access(AccessEntry.Kind.SEARCH, "", by=request.user)
    choice.filters.offer_places()
    counts = queries.tab_counts(choice.in_any_tab, request.user)
    page = page_of(
        choice.rows.select_related("school").only(*reading_queries.LIST_FIELDS),
        request.GET,
        by=choice.order,
    )
    leads = may(request.user, P.MEETING_LEAD, at=EVERYWHERE)
    rows = _rows(page.rows, choice)
    context = {
        "choice": choice,
        "empty": queries.TABS[choice.tab].empty,
        "tab": choice.tab,
        "tabs": [
            (t.label, f"?{choice.text_in(key)}", counts.get(key), key == choice.tab)
            for key, t in queries.TABS.items()
        ],
        "waiting": queries.waiting_in_words(request.user),
        "goal": settings.WAITING_GOAL_DAYS,
        "more": [choice.filters[name] for name in MORE],
        "narrowed": sum(bool(choice.query.get(name)) for name in MORE),
        "page": page,
        "rows": rows,
        "count": str(counts[choice.tab]) if choice.tab in counts else bounded_count(choice.rows),
        "filtered": any(value not in {None, ""} for value in choice.filters.cleaned_data.values()),
        "views": list(SavedView.objects.filter(user=request.user)),
        "view_form": view_form or forms.ViewForm(),
        "bulk_form": bulk_form
        or (forms.BulkForm() if leads and any(row.may_be_put_on for row in rows) else None),
    }
    return render(
        request,
        "visitation/queue/queue.html",
        context,
        status=422 if bulk_form or view_form else 200,
    )


def _rows(found: list[Application], choice: Choice) -> list[Row]:
    beside, late = queries.beside(found, choice.user), queries.overdue_before()
    return [
        _row(case, beside.get(case.pk, queries.Beside()), late, choice.suffix) for case in found
    ]


def _row(case: Application, beside: queries.Beside, late: Any, suffix: str) -> Row:
    waits = case.status == Status.SUBMITTED
    days = 0
    if case.submitted_at is not None:
        days = days_since(case.submitted_at)
    over = waits and case.submitted_at is not None and case.submitted_at < late
    label, tone = _state(case, beside)
    return Row(
        case,
        case.get_absolute_url() + suffix,
        reverse("impartiality", args=[case.number]),
        f"{', '.join(f'{grade}.' for grade in case.grades)} kl.",
        ("1 dag" if days == 1 else f"{days} dage") if waits else "–",
        f"{days - settings.WAITING_GOAL_DAYS} over målet" if over else "",
        label,
        tone,
        " · ".join(_notes(case, beside)) if waits else "",
        waits and beside.meets_at is None,
    )


def _state(case: Application, beside: queries.Beside) -> tuple[str, str]:
    if beside.decided:
        return "Afgjort, ikke frigivet", "warning"
    if beside.meets_at:
        return f"Møde {_short(beside.meets_at)}", "info"
    return ("Udsat", "neutral") if beside.postponed else (str(case.get_status_display()), case.tone)


def _notes(case: Application, beside: queries.Beside) -> list[str]:
    """What is said in small beneath the state."""
    part = (
        f"{beside.decided} af {case.pupil_count}" if 0 < beside.decided < case.pupil_count else ""
    )
    meeting = f"møde {_short(beside.meets_at)}" if beside.decided and beside.meets_at else ""
    question = "afventer svar" if beside.asked else "svar modtaget" if beside.answered else ""
    unread = case.submitted_at and (beside.read_at is None or beside.read_at < case.submitted_at)
    return [note for note in (part, meeting, question, "ulæst" if unread else "") if note]


def _short(moment: datetime) -> str:
    """`3. december`: what is coming needs no year."""
    return formats.date_format(timezone.localtime(moment), "j. F")


def _tell(request: Request, lines: list[agenda.Line], *, on: str) -> None:
    """'3 af 5 sat på dagsordenen, 2 ikke', and a line for each case."""
    done, refused = (
        [line for line in lines if not line.refused],
        [line for line in lines if line.refused],
    )
    said = f"{len(done)} af {len(lines)} sat på dagsordenen for {on}{f', {len(refused)} ikke' if refused else ''}:"
    each = [f"{line.number}: {line.refused or 'sat på'}" for line in (*done, *refused)]
    (messages.warning if refused else messages.success)(request, "\n".join((said, *each)))


def _to(choice: Choice) -> HttpResponse:
    return redirect(f"{reverse('visitation:queue')}?{choice.text}")
