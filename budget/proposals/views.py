"""What takes the chiefs of several centres: proposing, what waits for an answer, answering."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from budget.books import queries as book_queries
from budget.lifecycle import ProposalStatus
from budget.models import FundingSource, Proposal, approvals, centres_led_by, links
from budget.proposals import actions, forms, queries, rules
from skolefleks.pages import act, attempt, form_page, page, posted, show_form
from skolefleks.paging import page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from django.http import QueryDict


K = Proposal.Kind


class ProposePage(NamedTuple):
    """The page on which one kind of proposal is proposed."""

    title: str
    lead: str
    propose: Callable[..., Proposal]


PAGES: dict[str, ProposePage] = {
    K.ALLOCATION: ProposePage(
        "Foreslå en tildeling",
        "Penge fra en ramme ind i et regnskabsårs pulje, eller tilbage til rammen.",
        actions.propose_allocation,
    ),
    K.TRANSFER: ProposePage(
        "Foreslå en overførsel",
        "Mellem rammer, eller fra ét regnskabsår til et andet.",
        actions.propose_transfer,
    ),
    K.OPENING: ProposePage(
        "Foreslå at åbne et regnskabsår",
        "Næste regnskabsårs pulje med det, hver ramme giver.",
        actions.propose_opening,
    ),
}


@page(P.POSTING_READ)
def proposals(request: Request) -> HttpResponse:
    """What waits for me, what waits for other centres, and what was answered, newest first."""
    # Few wait at a time; those answered pile up, and are paged.
    user = request.user
    all_waiting = queries.with_lines(Proposal.objects.waiting())
    for_me = list(
        queries.with_lines(Proposal.objects.waiting_for(centres_led_by(user), user))
    )
    for_others = [proposal for proposal in all_waiting if proposal not in for_me]

    answered = Proposal.objects.exclude(status=ProposalStatus.PROPOSED)
    page = page_of(
        queries.with_lines(answered).order_by(), request.GET, by="-proposed_at"
    )
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Forslag", "")],
        "for_me": _rows(for_me),
        "waiting": _rows(for_others),
        "answered": _rows(page.rows),
        "page": page,
        "may_propose": may(user, P.POOL_ALLOCATE, at=EVERYWHERE),
        "other_starts": links.proposal_starts(),
    }
    return render(request, "budget/proposals/proposals.html", context)


@form_page(P.POOL_ALLOCATE)
def propose(request: Request, kind: str) -> HttpResponse:
    """One form a kind.

    While it is typed, htmx asks for a part of the page: what would be free before and after.
    """
    # By GET: typing changes nothing, and the answer is a part of the page.
    if request.headers.get("HX-Request") and request.method != "POST":
        form = _form(kind, request.GET)
        changes = _effect_so_far(form)
        context = {"changes": changes, "who_pays": queries.who_pays(changes)}
        return render(request, "budget/proposals/_effect.html", context)

    form = _form(kind, posted(request))
    propose_page = PAGES[kind]
    if form.try_to(propose_page.propose, by=request.user):
        return redirect(form.outcome)

    changes = _effect_so_far(form)
    title = propose_page.title
    if kind == K.OPENING:
        title = f"{title}: {queries.year_to_open()}"
    context = {
        "trail": _trail(propose_page.title),
        "title": title,
        "lead": propose_page.lead,
        "changes": changes,
        "who_pays": queries.who_pays(changes),
        "pools": book_queries.pools(book_queries.pool_years()),
    }
    return show_form(request, "budget/proposals/propose.html", form, context)


@page(P.POSTING_READ)
def proposal(request: Request, pk: UUID) -> HttpResponse:
    """One proposal: its lines, what they change as the books stand, who proposed, who answered."""
    proposal = get_object_or_404(queries.with_lines(Proposal.objects.all()), pk=pk)
    if links.has_own_page(proposal.kind):
        return redirect(proposal)
    return _show(request, proposal, forms.ReasonForm())


@act(P.POOL_ALLOCATE)
def approve_proposal(request: Request, pk: UUID) -> HttpResponse:
    """Agree; where others have to as well, it says so."""
    proposal = get_object_or_404(Proposal, pk=pk)
    try:
        is_whole = actions.approve(proposal, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(proposal)

    sentence = rules.SIGNED
    if is_whole:
        sentence = "Forslaget er godkendt og bogført."
    messages.success(request, sentence)
    return redirect(proposal)


@act(P.POOL_ALLOCATE)
def turn_down_proposal(request: Request, pk: UUID) -> HttpResponse:
    proposal = get_object_or_404(queries.with_lines(Proposal.objects.all()), pk=pk)
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, proposal, form)

    attempt(
        request,
        actions.turn_down,
        proposal,
        by=request.user,
        done="Forslaget er afvist. Din begrundelse står på det.",
        **form.arguments(),
    )
    return redirect(proposal)


@act(P.POOL_ALLOCATE)
def take_back_proposal(request: Request, pk: UUID) -> HttpResponse:
    proposal = get_object_or_404(Proposal, pk=pk)
    attempt(
        request,
        actions.take_back,
        proposal,
        by=request.user,
        done="Forslaget er trukket tilbage.",
    )
    return redirect(proposal)


def _form(kind: str, data: QueryDict | None) -> forms.ProposalForm:
    sources = list(FundingSource.objects.filter(centre__closed_on__isnull=True))
    if kind == K.OPENING:
        return forms.OpeningForm(
            data,
            year=queries.year_to_open(),
            sources=sources,
            start=queries.start_figures(),
        )

    years = book_queries.pool_years()
    if kind == K.ALLOCATION:
        return forms.AllocationForm(data, years=years, sources=sources)
    return forms.TransferForm(data, years=years, sources=sources)


def _effect_so_far(form: forms.ProposalForm) -> list[queries.Change]:
    """The figures for what is typed so far; none while it makes no sense yet."""
    if not form.has_terms():
        return []
    return queries.effect(form.lines())


def _show(
    request: Request, proposal: Proposal, form: forms.ReasonForm
) -> HttpResponse:
    # Answered, what it changed is in the books; as they stand now it would change something else.
    is_waiting = rules.waits(proposal)
    lines = list(proposal.lines.all())

    changes: list[queries.Change] = []
    if is_waiting:
        changes = queries.effect(
            {(line.year, line.source_id): line.amount for line in lines}
        )
    reversal_amount = 0
    if proposal.corrects:
        reversal_amount = -proposal.corrects.amount

    details = None
    approval = approvals.approval_of(proposal.kind)
    if approval:
        details = approval.details(proposal)

    context = {
        "trail": _trail(proposal.get_kind_display()),
        "details": details,
        "proposal": proposal,
        "tone": rules.tone_of(proposal),
        "is_new": is_waiting and rules.is_own(proposal, request.user),
        "lines": lines,
        "reversal_amount": reversal_amount,
        "changes": changes,
        "who_pays": queries.who_pays(changes),
        "may_answer": rules.may_answer(proposal, request.user),
        "signers": queries.signers(proposal, request.user),
        "may_take_back": rules.may_take_back(proposal, request.user),
    }
    return show_form(request, "budget/proposals/proposal.html", form, context)


def _rows(proposals: Iterable[Proposal]) -> list[tuple[Proposal, str, str]]:
    """Each with what it asks in one line, and the tone of its status."""
    rows = []
    for proposal in proposals:
        rows.append((proposal, queries.describe(proposal), rules.tone_of(proposal)))
    return rows


def _trail(title: str) -> list[tuple[str, str]]:
    return [
        ("Økonomi", reverse("budget:dashboard")),
        ("Forslag", reverse("budget:proposals")),
        (title, ""),
    ]
