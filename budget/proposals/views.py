"""What takes both centre chiefs: proposing, what waits for an answer, answering. Each view asks for one act."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from budget.books import queries as books_queries
from budget.books import rules as books_rules
from budget.lifecycle import ProposalStatus
from budget.models import FundingSource, Proposal, ProposalLine, centres_led_by
from budget.proposals import actions, forms
from skolefleks.danish import kr
from skolefleks.pages import act, form_page, page
from skolefleks.paging import page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet


K = Proposal.Kind


TONES = {
    ProposalStatus.PROPOSED: "warning",
    ProposalStatus.APPROVED: "success",
    ProposalStatus.REJECTED: "error",
    ProposalStatus.WITHDRAWN: "neutral",
}


# kind: its form, the page's heading, what it is for
PAGES: dict[str, tuple[str, str]] = {
    K.ALLOCATION: (
        "Foreslå en tildeling",
        "Penge fra en ramme ind i et regnskabsårs pulje, eller tilbage til rammen.",
    ),
    K.TRANSFER: ("Foreslå en overførsel", "Mellem rammer, eller fra ét regnskabsår til et andet."),
    K.OPENING: (
        "Foreslå at åbne et regnskabsår",
        "Næste regnskabsårs pulje med det, hver ramme giver.",
    ),
}


class Change(NamedTuple):
    """A frame's part of a year (or the whole pool of it), whole DKK, as it is and as it would be."""

    year: int
    name: str
    allocated: int
    allocated_after: int
    free: int
    free_after: int


@page(P.POSTING_READ)
def proposals(request: Request) -> HttpResponse:
    """What waits for me, what waits for the other centre, and all that was answered, newest first."""
    mine = Proposal.objects.waiting_for(centres_led_by(request.user), request.user)
    for_me = list(_joined(mine))
    waiting = [row for row in _joined(Proposal.objects.waiting()) if row not in for_me]
    answered = _joined(Proposal.objects.exclude(status=ProposalStatus.PROPOSED))
    page = page_of(answered.order_by(), request.GET, by="-proposed_at")
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Forslag", "")],
        "for_me": _rows(for_me),
        "waiting": _rows(waiting),
        "answered": _rows(page.rows),
        "page": page,
        "may_propose": may(request.user, P.POOL_ALLOCATE, at=EVERYWHERE),
    }
    return render(request, "budget/proposals/proposals.html", context)


@form_page(P.POOL_ALLOCATE)
def propose(request: Request, kind: str) -> HttpResponse:
    """One form a kind; while it is typed, what would be free before and after (a part of the page, for htmx)."""
    if request.headers.get("HX-Request") and request.method != "POST":
        form = _form(kind, request.GET)
        form.is_valid()
        return render(request, "budget/proposals/_effect.html", {"changes": _effect_of(form)})
    form = _form(kind, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_proposed(kind, form, request))
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    title, lead = PAGES[kind]
    context = {
        "trail": _trail(title),
        "title": title if kind != K.OPENING else f"{title}: {actions.year_to_open()}",
        "lead": lead,
        "form": form,
        "changes": _effect_of(form) if form.is_bound else [],
        "pools": books_queries.pools(books_queries.pool_years()),
    }
    return render(
        request, "budget/proposals/propose.html", context, status=422 if form.errors else 200
    )


@page(P.POSTING_READ)
def proposal(request: Request, pk: UUID) -> HttpResponse:
    """One proposal: its lines, what they change as the books stand, who proposed and who answered."""
    found = get_object_or_404(_joined(Proposal.objects.all()), pk=pk)
    return redirect(found) if found.kind == K.INDEX else _shown(request, found, forms.ReasonForm())


@act(P.POOL_ALLOCATE)
def approve_proposal(request: Request, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Proposal, pk=pk)
    try:
        actions.approve(found, by=request.user)
        messages.success(request, "Forslaget er godkendt og bogført.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


@act(P.POOL_ALLOCATE)
def turn_down_proposal(request: Request, pk: UUID) -> HttpResponse:
    found = get_object_or_404(_joined(Proposal.objects.all()), pk=pk)
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form)
    try:
        actions.turn_down(found, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "Forslaget er afvist. Din begrundelse står på det.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


@act(P.POOL_ALLOCATE)
def take_back_proposal(request: Request, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Proposal, pk=pk)
    try:
        actions.take_back(found, by=request.user)
        messages.success(request, "Forslaget er trukket tilbage.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


def start_figures() -> dict[str, int]:
    """What each frame, by its name, gives to begin with (`budget/data/funding.csv`), whole DKK."""
    with (settings.BASE_DIR / "budget" / "data" / "funding.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return {row["name"]: int(row["amount_dkk"]) for row in csv.DictReader(file)}


def _form(kind: str, data: Any) -> Any:
    sources = list(FundingSource.objects.all())
    if kind == K.OPENING:
        return forms.OpeningForm(
            data, year=actions.year_to_open(), sources=sources, start=start_figures()
        )
    form = forms.AllocationForm if kind == K.ALLOCATION else forms.TransferForm
    return form(data, years=books_queries.pool_years(), sources=sources)


def _proposed(kind: str, form: Any, request: Request) -> Proposal:
    reason, by = form.cleaned_data["reason"], request.user
    if kind == K.OPENING:
        return actions.propose_opening(form.year, form.amounts(), reason=reason, by=by)
    if kind == K.ALLOCATION:
        return actions.propose_allocation(
            actions.FrameYear(*form.frame_year()), form.signed, reason=reason, by=by
        )
    giving, taking = (actions.FrameYear(*form.frame_year(side)) for side in ("from_", "to_"))
    return actions.propose_transfer(
        giving, taking, form.cleaned_data["amount"], reason=reason, by=by
    )


def _shown(request: Request, found: Proposal, form: forms.ReasonForm) -> HttpResponse:
    waits = found.status == ProposalStatus.PROPOSED
    lines = list(found.lines.all())
    context = {
        "trail": _trail(found.get_kind_display()),
        "proposal": found,
        "tone": TONES[ProposalStatus(found.status)],
        "is_new": waits and found.proposed_by_id == request.user.pk,
        "lines": lines,
        "turned": -found.corrects.amount if found.corrects else 0,
        "changes": effect({(line.year, line.source_id): line.amount for line in lines})
        if waits
        else [],
        "may_answer": actions.can_answer(found, request.user),
        "may_take_back": waits and found.proposed_centre in centres_led_by(request.user),
        "form": form,
    }
    return render(
        request, "budget/proposals/proposal.html", context, status=422 if form.errors else 200
    )


def effect(lines: Mapping[tuple[int, int], int]) -> list[Change]:
    """The years that `lines` touch, pool and frames, before and after; what is used is shared anew between the frames."""
    years = sorted({year for year, _ in lines})
    pools = {pool.year: pool for pool in books_queries.pools(years)}
    names = dict(FundingSource.objects.values_list("pk", "name"))
    return [change for year in years for change in _changes(pools.get(year), year, lines, names)]


def _changes(
    pool: books_queries.PoolYear | None,
    year: int,
    lines: Mapping[tuple[int, int], int],
    names: Mapping[int, str],
) -> Iterable[Change]:
    now = {frame.source_id: frame for frame in pool.frames} if pool else {}
    used = pool.allocated - pool.free if pool else 0
    after = {pk: (now[pk].amount if pk in now else 0) + lines.get((year, pk), 0) for pk in names}
    whole, moved = (
        sum(after.values()),
        sum(amount for (of, _), amount in lines.items() if of == year),
    )
    bears = min(after.values()) >= 0 and whole >= used
    parts = books_rules.shared(used, list(after.values())) if bears else [0] * len(after)
    free = pool.free if pool else 0
    yield Change(year, "Hele puljen", whole - moved, whole, free, free + moved)
    for (pk, amount), part in zip(after.items(), parts, strict=True):
        before = now.get(pk)
        yield Change(
            year,
            names[pk],
            before.amount if before else 0,
            amount,
            before.free if before else 0,
            amount - part,
        )


def _effect_of(form: Any) -> list[Change]:
    """The figures for what is typed so far; none while it makes no sense yet."""
    try:
        return effect(form.lines())
    except (KeyError, ValueError, AttributeError):
        return []


def _trail(title: str) -> list[tuple[str, str]]:
    return [
        ("Økonomi", reverse("budget:dashboard")),
        ("Forslag", reverse("budget:proposals")),
        (title, ""),
    ]


def _joined(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    joined = rows.select_related(
        "proposed_by", "answered_by", "corrects__source", "corrects__district"
    )
    return joined.prefetch_related("lines__source")


def _rows(rows: Iterable[Proposal]) -> list[tuple[Proposal, str, str]]:
    """Each with what it says in one line, and the tone of its status."""
    return [
        (row, in_words(row, list(row.lines.all())), TONES[ProposalStatus(row.status)])
        for row in rows
    ]


def in_words(row: Proposal, lines: list[ProposalLine]) -> str:
    """`100.000 kr. til 2027, Dagbehandling` for each line; which posting a correction corrects; what an index does."""
    if row.text:
        return row.text
    if row.corrects:
        return f"Postering nr. {row.corrects.pk}: {row.corrects.get_kind_display()} i {row.corrects.pool_id}"
    said = (
        f"{kr(abs(line.amount))} {'til' if line.amount > 0 else 'fra'} {line.year}, {line.source.name}"
        for line in lines
    )
    return "; ".join(said)
